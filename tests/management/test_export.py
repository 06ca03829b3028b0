"""`export`: the file that the API would give, whole or not at all."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from measures.audit import verify_bundle
from measures.exports import delimited
from measures.management.bench.progress import Progress
from measures.models import Observation
from tests import builders
from tests.api import wire
from tests.operations.logs import seal_here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def exported(folder: Path, name: str, **options: Any) -> bytes:
    call_command("export", name, out=folder / "file", **options)
    assert [one.name for one in folder.iterdir()] == ["file"]
    return (folder / "file").read_bytes()


def answered(address: str, username: str | None = None) -> bytes:
    return bytes(builders.client(username).get(f"{wire.BASE}/exports/{address}").getvalue())


@pytest.mark.parametrize("form", ["csv", "json"])
def test_it_is_the_file_of_the_api_with_its_filters_at_a_moment(tmp_path: Path, form: str) -> None:
    moment = "2026-11-20T00:00:00+09:00"
    file = exported(tmp_path, "observations", format=form, known_at=moment, filter=["kpi=sme-patent-share"])
    assert file == answered(f"observations.{form}?kpi=sme-patent-share&known_at=2026-11-20T00:00:00%2B09:00")


def test_it_is_a_workbook_too(tmp_path: Path) -> None:
    assert exported(tmp_path, "kpis", format="xlsx").startswith(b"PK")


def test_it_shows_what_the_person_sees_and_without_one_what_anyone_sees(tmp_path: Path) -> None:
    builders.an_update(at_status="draft")
    assert exported(tmp_path, "updates", username="auditor").count(b"\r\n") == 2
    assert exported(tmp_path, "updates").count(b"\r\n") == 1


def test_the_bundle_is_a_file_too(tmp_path: Path) -> None:
    seal_here()
    exported(tmp_path, "bundle", format="zip", username="auditor")
    assert verify_bundle.main([str(tmp_path / "file")]) == 0


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_it_tells_how_many_of_how_many_rows(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[int, int]] = []
    monkeypatch.setattr(Progress, "_say", lambda self, *args, **given: said.append((self.rows, self.total)))
    exported(tmp_path, "observations", format=form)
    assert said[-1] == (Observation.objects.count(), Observation.objects.count())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "kpi"}, "There is no /api/v1/exports/kpi.csv"),
        ({"name": "kpis", "filter": ["ratings=A"]}, "There is no parameter 'ratings'"),
        ({"name": "kpis", "username": "nobody"}, "no open account"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        exported(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_broke_off_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> Any:
        raise ConnectionError("planted")

    monkeypatch.setattr(delimited, "_copied", broken)
    with pytest.raises(CommandError, match="broke off"):
        exported(tmp_path, "kpis")
    assert not (tmp_path / "file").exists()
