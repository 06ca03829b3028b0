"""Files over HTTP in each form: the same bytes for the same moment, their digest, and what a sheet holds."""

import hashlib
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from measures.exports import sheets
from measures.models import Event
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

NAMES = ["measures", "kpis", "observations", "updates", "events", "obligations", "evidence"]
FORMS = ["csv", "xlsx", "json", "codebook.csv"]
CAST: dict[str, Any] = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}


def taken(path: str, **headers: str) -> Any:
    response = builders.client("auditor").get(f"{wire.BASE}/exports/{path}", headers=headers)
    assert response.status_code == 200, response
    return response


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_a_moment_is_the_same_to_the_byte_whatever_happens_after_it(form: str) -> None:
    builders.an_update(at_status="approved", evidence=True)
    query = f"known_at={quote(timezone.now().isoformat())}"
    before = {name: bytes(taken(f"{name}.{form}?{query}").getvalue()) for name in NAMES}
    builders.an_update(at_status="approved", measure="MEXT2019-P1-01", evidence=True, **CAST)
    assert {name: bytes(taken(f"{name}.{form}?{query}").getvalue()) for name in NAMES} == before
    # Something did happen, which a file of now has.
    if form != "codebook.csv":
        assert bytes(taken(f"updates.{form}").getvalue()) != before["updates"]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_comes_with_the_digest_of_its_bytes_where_one_is_wanted(form: str) -> None:
    response = taken(f"kpis.{form}", **{"Want-Content-Digest": "sha-256=1"})
    data = bytes(response.getvalue())
    assert response["Content-Digest"] == f"sha-256=:{b64encode(hashlib.sha256(data).digest()).decode()}:"
    assert response["Content-Length"] == str(len(data))
    # A workbook is made as a whole anyway.
    assert taken(f"kpis.{form}").has_header("Content-Digest") == (form == "xlsx")


def test_more_rows_than_a_sheet_holds_are_refused_with_both_numbers_400(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 27)
    assert taken("kpis.xlsx").status_code == 200
    monkeypatch.setattr(sheets, "MOST_ROWS", 26)
    before = Event.objects.filter(verb="download").count()
    response = builders.client("auditor").get(f"{wire.BASE}/exports/kpis.xlsx")
    problem = wire.problem(response, 400, "invalid")
    assert [(one["code"], one["detail"]) for one in problem["errors"]] == [
        ("too-many-rows", "There are 26 rows, and a sheet holds 25: narrow them by filters, or take CSV or JSON.")
    ]
    assert Event.objects.filter(verb="download").count() == before, "nobody took anything"
    assert taken("kpis.csv").status_code == 200
