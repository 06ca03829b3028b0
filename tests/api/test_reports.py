"""Reports over HTTP: published by the coordinator, read by everyone, and the same to the byte for ever."""

import base64
import hashlib
import json
import shutil
import subprocess
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse

from measures.models import Event, Report
from tests import builders
from tests.api import wire
from tests.openapi import documented
from tests.operations.test_reports import KPI, corrected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def publish(by: str = "coordinator", *, key: str = "", **fields: Any) -> HttpResponse:
    return wire.send(builders.client(by), "post", "/reports", {"cycle": "FY2020", **fields}, key=key)


def file(code: str, name: str = "report.json", by: str | None = None, **headers: str) -> Any:
    return builders.client(by).get(f"{wire.BASE}/reports/{code}/files/{name}", headers=headers)


def test_the_coordinator_publishes_and_everyone_reads_201() -> None:
    builders.an_update("approved")
    made = publish()
    assert made.status_code == 201, made.content
    assert made["Location"] == f"{wire.BASE}/reports/FY2020-1"
    body = wire.get("/reports/FY2020-1")
    assert body == made.json()
    assert (body["cycle"], body["document"], body["version"], body["supersedes"]) == ("FY2020", "MEXT2019", 1, None)
    assert body["differences"] == []
    assert [one["code"] for one in wire.items("/reports")] == ["FY2020-1"]


def test_the_same_key_publishes_once() -> None:
    builders.an_open_cycle()
    first, again = publish(key="report-1"), publish(key="report-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert first.json() == again.json()
    assert Report.objects.count() == 1


def test_the_file_is_the_text_that_was_hashed_and_stays_the_same_whatever_comes() -> None:
    builders.an_update("approved")
    sha256 = publish().json()["sha256"]
    before = file("FY2020-1").getvalue()
    corrected()
    assert publish(reason="集計の誤り").status_code == 201
    response = file("FY2020-1")
    assert response.getvalue() == before
    assert hashlib.sha256(before).hexdigest() == sha256
    assert response["ETag"] == f'"{sha256}"'
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    assert response["Content-Digest"] == f"sha-256=:{digest}:"
    assert response["Content-Disposition"] == 'attachment; filename="FY2020-1.json"'
    assert file("FY2020-1", **{"If-None-Match": f'"{sha256}"'}).status_code == 304


@pytest.mark.parametrize(("name", "begins"), [("report.pdf", b"%PDF-1.7"), ("report.xlsx", b"PK\x03\x04")])
def test_the_files_made_of_it_are_kept_as_they_were_published(name: str, begins: bytes) -> None:
    builders.an_update("approved")
    listed = {one["name"]: one for one in publish().json()["files"]}
    response = file("FY2020-1", name)
    data = response.getvalue()
    documented.conform("get_report_file", response)
    assert data.startswith(begins)
    assert (listed[name]["size"], listed[name]["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert response["Content-Type"] == listed[name]["media_type"]
    corrected()
    assert file("FY2020-1", name).getvalue() == data


def test_without_its_pdf_nothing_is_published_503(monkeypatch: pytest.MonkeyPatch) -> None:
    builders.an_open_cycle()
    monkeypatch.setattr("measures.exports.reports.pdf.TYPESETTER", "nowhere.py")
    wire.problem(publish(), 503, "not-typeset")
    assert not Report.objects.exists()


def test_whoever_takes_a_file_is_noted_and_who_has_it_already_is_not() -> None:
    builders.an_open_cycle()
    publish()
    etag = file("FY2020-1", by="auditor")["ETag"]
    file("FY2020-1", by="auditor", **{"If-None-Match": etag})
    builders.client().head(f"{wire.BASE}/reports/FY2020-1/files/report.json")
    events = Event.objects.filter(verb="download")
    assert [(one.subject_code, one.audience) for one in events] == [("FY2020-1.json", "restricted")]


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_a_stranger_reads_the_figures_in_the_file() -> None:
    builders.an_update("approved")
    publish()
    question = f'.kpis[] | select(.code == "{KPI}") | .standing | [.value, .rating] | join(" ")'
    asked = subprocess.run(["jq", "-r", question], input=file("FY2020-1").getvalue(), capture_output=True, check=True)
    shown = wire.get(f"/kpis/{KPI}")["standing"]
    assert asked.stdout.decode().strip() == f"{shown['value']} {shown['rating']}" == "16.1 A"


def test_a_further_version_names_the_one_before_and_lists_what_differs() -> None:
    builders.an_update("approved")
    publish()
    wire.problem(publish(reason="再度"), 409, "nothing-changed")
    corrected()
    assert wire.places(wire.problem(publish(), 400, "invalid")) == [("/reason", "missing")]
    second = publish(reason="集計の誤りの訂正").json()
    assert (second["version"], second["supersedes"], second["reason"]) == (2, "FY2020-1", "集計の誤りの訂正")
    changed = {(one["code"], one["field"]): (one["before"], one["after"]) for one in second["differences"]}
    assert changed[KPI, "standing.value"] == ("16.1", "15.8")
    assert wire.get("/reports/FY2020-1")["superseded_by"] == "FY2020-2"
    assert [one["code"] for one in wire.items("/reports?superseded=false")] == ["FY2020-2"]
    assert [one["code"] for one in wire.items("/reports?superseded=true&cycle=FY2020&document=MEXT2019")] == [
        "FY2020-1"
    ]


@pytest.mark.parametrize("later", ["", "?with=FY2020-2"])
def test_the_published_figure_stands_beside_the_restated_and_the_re_rated_one(later: str) -> None:
    builders.an_update("approved")
    publish()
    corrected()
    publish(reason="集計の誤りの訂正")
    response = builders.client().get(f"{wire.BASE}/reports/FY2020-1/comparison{later}")
    documented.conform("compare_report", response)
    compared = response.json()
    kpi = next(one for one in compared["kpis"] if one["code"] == KPI)
    period = {"type": "calendar_year", "year": 2019}
    assert kpi["published"]["figure"] == {"period": period, "value": "16.1", "low": None, "high": None}
    assert (kpi["restated_figure"]["value"], kpi["rerated"]["rating"]) == ("15.8", "A")
    assert (kpi["part"], kpi["restated"]) == ("restated", ["value"])
    parts = {one["part"]: one for one in compared["parts"]}
    assert parts["restated"]["kpis"] == 1
    assert sum(one["kpis"] for one in compared["parts"]) == len(compared["kpis"])
    assert sum(one["measures"] for one in compared["parts"]) == len(compared["measures"]) == 33


def test_a_report_is_not_compared_with_one_that_is_not_there() -> None:
    builders.an_open_cycle()
    publish()
    asked = builders.client().get(f"{wire.BASE}/reports/FY2020-1/comparison?with=FY1999-1")
    assert wire.places(wire.problem(asked, 400, "invalid")) == [("with", "unknown-value")]
    wire.problem(builders.client().get(f"{wire.BASE}/reports/FY2020-2"), 404, "not-found")
    wire.problem(file("FY2020-1", "report.docx"), 404, "not-found")


def test_only_the_coordinator_publishes_and_only_what_was_begun() -> None:
    wire.problem(publish(), 409, "not-begun")
    wire.problem(publish("officer.jpo"), 403, "wrong-role")
    wire.problem(publish(known_at="2999-01-01T00:00:00+09:00"), 409, "not-begun")
    builders.an_open_cycle()
    refused = wire.problem(publish(known_at="2999-01-01T00:00:00+09:00"), 400, "invalid")
    assert wire.places(refused) == [("/known_at", "in-the-future")]


def test_before_it_was_published_it_was_not_there() -> None:
    builders.an_open_cycle()
    publish()
    asked = "known_at=2020-01-01T00:00:00%2B09:00"
    assert wire.items(f"/reports?{asked}") == []
    wire.problem(builders.client().get(f"{wire.BASE}/reports/FY2020-1?{asked}"), 404, "not-found")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_report SET text = '{}'",
        "DELETE FROM measures_report",
        "INSERT INTO measures_report (code, cycle_id, number, reason, known_at, rule, revision, text, sha256,"
        " published_by_id, recorded_at) SELECT 'other', cycle_id, 2, 'x', now(), rule, revision, text || ' ', sha256,"
        " published_by_id, now() FROM measures_report",
        "INSERT INTO measures_report (code, cycle_id, number, reason, known_at, rule, revision, text, sha256,"
        " published_by_id, recorded_at, supersedes_id) SELECT 'other', cycle_id, 3, 'x', now(), rule, revision, text,"
        " sha256, published_by_id, now(), id FROM measures_report",
        "INSERT INTO measures_report (code, cycle_id, number, reason, known_at, rule, revision, text, sha256,"
        " published_by_id, recorded_at, supersedes_id) SELECT 'other', cycle_id, 2, '', now(), rule, revision, text,"
        " sha256, published_by_id, now(), id FROM measures_report",
        "INSERT INTO measures_reportfile (report_id, name, media_type, size, sha256, data, recorded_at)"
        " SELECT id, 'x', 'text/plain', 1, sha256, 'x', now() FROM measures_report",
    ],
)
def test_the_database_refuses_what_would_make_it_another_report(statement: str) -> None:
    builders.an_open_cycle()
    publish()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_json_keeps_what_a_person_wrote_as_it_was_written() -> None:
    hostile = '#import "x" *太字* $x$ <label> @ref \\ "quoted" &amp;'
    builders.an_update("approved", narrative=hostile)
    publish()
    (report,) = json.loads(file("FY2020-1").getvalue())["reports"]
    assert report["narrative"] == hostile
