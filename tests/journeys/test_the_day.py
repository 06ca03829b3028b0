"""The day a release must be able to play, over HTTP: report, return, approve, see it, export it."""

import csv
import io
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from measures.models import Event, ProgressUpdate
from tests import builders
from tests.journeys.http import Caller, Reply

pytestmark = pytest.mark.django_db(transaction=True)

MEASURE = "MEXT2019-R1-5-3a"
KPI = "sme-patent-share"


def callers(base: str) -> dict[str, Caller]:
    cast = ("officer.jpo", "approver.jpo", "officer.meti", "coordinator", "auditor")
    return {name: Caller(base, builders.token(name)) for name in cast} | {"dashboard": Caller(base)}


def report(cycle: str, year: int, value: str, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "measure": MEASURE,
        "cycle": cycle,
        "narrative": "中小企業の知的財産の活用を支援した。",
        "declared_status": "in_progress",
        "declared_health": "on_track",
        "observations": [
            {
                "kpi": KPI,
                "period": {"type": "calendar_year", "year": year},
                "value": value,
                "status": "final",
                "source": source,
            }
        ],
        "on_behalf_of": None,
    }


def rows(caller: Caller, path: str) -> list[dict[str, str]]:
    reply = caller.get(path)
    assert reply.status == 200
    return list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))


def allowed(update: dict[str, Any]) -> set[str]:
    return {action["verb"] for action in update["actions"] if action["allowed"]}


SOURCE_OF_2020 = {
    "title": "特許行政年次報告書2020年版",
    "published_on": "2020-07-27",
    "url": "https://www.jpo.go.jp/resources/report/nenji/2020/index.html",
}


def test_the_day_of_2020_on_what_was_known_before_2019(served: str, loaded: None) -> None:
    people = callers(served)
    dashboard = people["dashboard"]
    the_coordinator_alone_opens_the_cycle(people)
    before, summary = dashboard.get(f"/api/v1/kpis/{KPI}"), dashboard.get("/api/v1/summary")
    assert before.json["standing"]["state"] == "on_pace"
    assert before.json["standing"]["progress"] == "0.964286"
    assert dashboard.get("/api/v1/summary", If_None_Match=summary.etag).status == 304
    where, submitted = the_officer_reports_and_cannot_approve(people)
    again = the_approver_returns_it_and_gets_it_again(people, where, submitted)
    approved = people["approver.jpo"].post(f"{where}/approve", {"comment": "確認しました。"}, If_Match=again.etag)
    assert (approved.status, approved.json["state"]) == (200, "approved")
    assert allowed(approved.json) == set()
    the_dashboard_shows_it(dashboard, before, summary)
    seen = dashboard.get(where).json
    assert (seen["state"], seen["author"], seen["reviews"]) == ("approved", None, None)
    rounds = people["auditor"].get(where).json["reviews"]
    assert [one["verb"] for one in rounds] == ["submit", "return", "submit", "approve"]


def the_coordinator_alone_opens_the_cycle(people: dict[str, Caller]) -> None:
    officer = people["officer.jpo"]
    planned = people["dashboard"].get("/api/v1/cycles/FY2020")
    assert planned.json["state"] == "planned"
    early = officer.post("/api/v1/updates", report("FY2020", 2019, "16.1", {"title": "x"}))
    assert (early.status, early.json["code"]) == (409, "cycle-not-open")
    assert officer.post("/api/v1/cycles/FY2020/open", If_Match=planned.etag).status == 403
    opened = people["coordinator"].post("/api/v1/cycles/FY2020/open", If_Match=planned.etag)
    assert (opened.status, opened.json["state"]) == (200, "open")


def the_officer_reports_and_cannot_approve(people: dict[str, Caller]) -> tuple[str, Reply]:
    """Where the report is, and the answer to its submission."""
    officer = people["officer.jpo"]
    drafted = officer.post("/api/v1/updates", report("FY2020", 2019, "16.1", SOURCE_OF_2020))
    assert drafted.status == 201
    where = drafted.headers["Location"]
    assert allowed(drafted.json) == {"edit", "discard", "submit"}
    assert people["officer.meti"].get(where).status == 404
    assert people["dashboard"].get(where).status == 404
    submitted = officer.post(f"{where}/submit", If_Match=drafted.etag)
    assert (submitted.status, submitted.json["state"], submitted.json["round"]) == (200, "submitted", 1)
    own = officer.post(f"{where}/approve", If_Match=submitted.etag)
    assert (own.status, own.json["code"]) == (403, "wrong-role")
    assert "approver" in own.json["detail"]
    return where, submitted


def the_approver_returns_it_and_gets_it_again(people: dict[str, Caller], where: str, submitted: Reply) -> Reply:
    """The answer to the second submission."""
    officer, approver = people["officer.jpo"], people["approver.jpo"]
    assert approver.post(f"{where}/return", If_Match=submitted.etag).status == 400
    returned = approver.post(f"{where}/return", {"comment": "出典の頁を書いてください。"}, If_Match=submitted.etag)
    assert returned.json["state"] == "returned"
    values = [{**report("FY2020", 2019, "16.1", SOURCE_OF_2020)["observations"][0], "note": "第1部第3章"}]
    edited = officer.patch(where, {"observations": values}, If_Match=officer.get(where).etag)
    assert edited.json["reviews"][-1]["comment"] == "出典の頁を書いてください。"
    again = officer.post(f"{where}/submit", If_Match=edited.etag)
    assert again.json["round"] == 2
    return again


def the_dashboard_shows_it(dashboard: Caller, before: Reply, summary: Reply) -> None:
    """What it asked `before`, the KPI and the summary, is answered anew."""
    after = dashboard.get(f"/api/v1/kpis/{KPI}", If_None_Match=before.etag)
    assert after.status == 200
    assert after.json["standing"]["state"] == "met"
    assert after.json["standing"]["met_on"] == {"type": "calendar_year", "year": 2019}
    assert after.json["standing"]["progress"] == "1.392857"
    changed = dashboard.get("/api/v1/summary", If_None_Match=summary.etag)
    assert changed.status == 200
    assert changed.json["measures"]["by_status"]["in_progress"] == 1
    assert changed.json["kpis"]["met"] == summary.json["kpis"]["met"] + 1


def test_the_report_on_2024_on_the_shipped_data(served: str, shipped: None) -> None:
    people = callers(served)
    officer, approver, dashboard, auditor = (
        people[name] for name in ("officer.jpo", "approver.jpo", "dashboard", "auditor")
    )
    assert len(dashboard.get("/api/v1/measures?limit=100").json["items"]) == 33
    known = dashboard.get(f"/api/v1/kpis/{KPI}").json["standing"]
    assert (known["baseline"], known["target"], known["state"]) == ("12.2", "15", "met")
    assert known["met_on"] == {"type": "calendar_year", "year": 2019}
    licences = dashboard.get("/api/v1/kpis/univ-patent-licences").json["standing"]
    assert (licences["target"], licences["progress"]) == ("14784", "0.806818")

    demo = {"title": "デモ：実在しない値 (demo, not a real figure)", "published_on": "2025-07-01"}
    drafted = officer.post("/api/v1/updates", report("FY2026", 2024, "17.9", demo))
    where = drafted.headers["Location"]
    submitted = officer.post(f"{where}/submit", If_Match=drafted.etag)
    refused = officer.post(f"{where}/approve", If_Match=submitted.etag)
    assert (refused.status, refused.json["code"]) == (403, "wrong-role")
    assert approver.post(f"{where}/approve", If_Match=submitted.etag).status == 200

    assert dashboard.get("/api/v1/summary").json["measures"]["by_status"]["in_progress"] == 1
    measure = dashboard.get(f"/api/v1/measures/{MEASURE}").json
    assert (measure["status"], measure["health"]) == ("in_progress", "on_track")
    (line,) = [row for row in rows(auditor, "/api/v1/exports/measures.csv") if row["code"] == MEASURE]
    assert (line["status"], line["health"], line["lead"]) == ("in_progress", "on_track", "jpo")
    values = rows(auditor, f"/api/v1/exports/observations.csv?kpi={KPI}&year_from=2024")
    assert [(row["period"], row["value"], row["unit"]) for row in values] == [("CY2024", "17.9", "%")]
    assert [row["state"] for row in rows(auditor, "/api/v1/exports/updates.csv")] == ["approved"]

    update = ProgressUpdate.objects.get(measure__code=MEASURE)
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE measures_progressupdate SET narrative = 'x' WHERE id = %s", [update.pk])
    with pytest.raises(IntegrityError, match="without an audit event"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE measures_measure SET health = 'off_track', updated_at = now() WHERE code = %s", [MEASURE]
        )
    verbs = Event.objects.filter(subject_type="update", subject_code=str(update.pk)).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["draft", "submit", "approve"]
