"""The bundle's tables of what has no file of its own: cell by cell what the API tells, of the moment, held by keys."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import frictionless
import pytest
from django.http import HttpResponse
from django.utils import timezone

from measures.models import Element, MeasureLink
from tests import builders, proposing
from tests.api import wire
from tests.api.test_decisions import ADOPTED, MERGED
from tests.api.test_versions import NEXT, PATHS, answered, confirmed
from tests.exports.test_bundle import files_of, signed, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

Rows = list[dict[str, str]]
MILESTONE = {"measure": builders.SME, "title": "=中間評価", "due_on": "2021-03-31", "basis": "assigned"}


def tables(data: bytes) -> dict[str, Rows]:
    files = {name: data for name, data in files_of(data).items() if name.startswith("tables/")}
    return {
        Path(name).stem: list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        for name, data in files.items()
    }


def asked(method: str, path: str, body: dict[str, Any], by: str = "coordinator") -> dict[str, Any]:
    answer: HttpResponse = wire.send(builders.client(by), method, path, body)
    assert answer.status_code in (200, 201), answer.content
    return dict(answer.json())  # type: ignore[attr-defined]


@pytest.fixture
def before() -> str:
    """A moment before everything: then a second version, a rejected day of a milestone, two decisions and a merger."""
    signed()
    moment = timezone.now().isoformat()
    proposing.confirmed()
    proposed = asked("post", "/proposals", {"text": NEXT, "replaces": proposing.CODE, "issued_on": "2021-04-01"})
    assert confirmed(answered(proposed, fate="withdrawn", reason="廃止")).status_code == 200
    milestone = asked("post", "/milestones", {**MILESTONE, "reason": "決定"})
    asked("patch", f"/milestones/{milestone['id']}", {"due_on": "2022-03-31", "reason": "予算の確保まで"})
    (day,) = wire.items(f"/deadlines?milestone={milestone['id']}")
    asked("post", f"/deadlines/{day['id']}/reject", {"comment": "不要"}, "coordinator.deputy")
    asked("post", "/decisions", ADOPTED)
    asked("post", "/decisions", MERGED)
    signed()
    return moment


def shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith("=") else text


@pytest.mark.parametrize("name", ["milestones", "deadlines", "decisions"])
def test_each_is_the_list_of_the_api_cell_by_cell(before: str, name: str) -> None:
    rows, listed = tables(taken())[name], wire.items(f"/{name}")
    assert listed
    for row, told in zip(rows, listed, strict=True):
        known = row.keys() & told.keys()
        assert {"id", "measure", "reason"} <= known
        assert {one: row[one] for one in known} == {one: shown(told[one]) for one in known}


def test_pieces_and_links_are_all_that_the_database_has(before: str) -> None:
    told = tables(taken())
    assert len(told["elements"]) == Element.objects.count()
    assert sum(int(row["last_line"]) for row in told["elements"]) == sum(
        Element.objects.values_list("last_line", flat=True)
    )
    links = MeasureLink.objects.values_list("measure__code", "other__code", "kind")
    assert sorted((row["measure"], row["other"], row["kind"]) for row in told["measure_links"]) == sorted(links)
    assert [row["version"] for row in told["documents"] if row["code"] == proposing.CODE] == ["1", "2"]


def test_of_a_moment_they_have_what_was_known_then(before: str) -> None:
    now, then = tables(taken()), tables(taken(query=f"?known_at={quote(before)}"))
    for name in ("milestones", "deadlines", "decisions"):
        assert (bool(now[name]), then[name]) == (True, []), name
    assert {row["document"] for row in then["elements"]} == {"MEXT2019"}
    assert {(row["document"], row["version"]) for row in now["elements"]} == {
        ("MEXT2019", "1"),
        (proposing.CODE, "1"),
        (proposing.CODE, "2"),
    }
    assert len(now["measure_links"]) == len(then["measure_links"]) + 1
    assert PATHS in {row["code"] for row in now["measures"]}


def test_frictionless_finds_their_keys_right_and_a_wrong_one_wrong(before: str, tmp_path: Path) -> None:
    for name, data in files_of(taken()).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    package = str(tmp_path / "datapackage.json")
    report = frictionless.Package(package).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    elements = tmp_path / "tables" / "elements.csv"
    elements.write_bytes(elements.read_bytes().replace(f"{proposing.CODE},2,".encode(), b"FOREST2020,3,"))
    found = frictionless.Package(package).validate()
    assert "foreign-key" in {type for (type,) in found.flatten(["type"])}
