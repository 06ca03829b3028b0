"""The end of the day: a figure is corrected, the page of before is drawn as it was, and an outsider verifies it all."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from measures.audit import verify_log
from measures.models import Event
from tests.figures import Figure
from tests.journeys.http import Caller, Reply
from tests.journeys.test_the_day import KPI, MEASURE, callers, report
from tests.operations.logs import seal_here

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE = {"title": "特許行政年次報告書2020年版", "published_on": "2020-07-27"}
LATER = {"title": "特許行政年次報告書2021年版（訂正）", "published_on": "2021-07-26"}
REASON = "集計の誤りを正す。"
# What a dashboard drew from, which has to come out the same for ever.
PAGE = (f"/kpis/{KPI}", f"/measures/{MEASURE}", "/summary", f"/observations?kpi={KPI}", "/updates",
        f"/exports/observations.csv?kpi={KPI}", "/exports/measures.csv")  # fmt: skip


def approved(people: dict[str, Caller], body: dict[str, Any], *, returned: bool = False) -> Reply:
    """A report taken to its approval, with a return on the way or without."""
    officer, approver = people["officer.jpo"], people["approver.jpo"]
    made = officer.post("/api/v1/updates", body)
    assert made.status == 201, made.body
    where = made.headers["Location"]
    submitted = officer.post(f"{where}/submit", If_Match=made.etag)
    if returned:
        approver.post(f"{where}/return", {"comment": "出典の頁を書いてください。"}, If_Match=submitted.etag)
        submitted = officer.post(f"{where}/submit", If_Match=officer.get(where).etag)
    done = approver.post(f"{where}/approve", {"comment": "確認しました。"}, If_Match=submitted.etag)
    assert done.status == 200, done.body
    return done


def page(caller: Caller, moment: str = "") -> dict[str, Any]:
    drawn = {}
    for path in PAGE:
        asked = f"{path}{'&' if '?' in path else '?'}known_at={quote(moment)}" if moment else path
        reply = caller.get(f"/api/v1{asked}")
        assert reply.status == 200, reply.body
        drawn[path] = settled(reply.json) if "json" in reply.headers["Content-Type"] else reply.body
    return drawn


def settled(body: Any) -> Any:
    """Without what only an answer about now has."""
    if isinstance(body, dict):
        return {name: settled(one) for name, one in body.items() if name not in ("actions", "known_at")}
    return [settled(one) for one in body] if isinstance(body, list) else body


def now() -> str:
    """A moment after all that was done so far."""
    time.sleep(0.002)
    return timezone.now().isoformat()


def test_the_page_of_2020_is_drawn_again_and_the_log_is_verified_by_an_outsider(
    served: str, loaded: None, tmp_path: Path, figure: Figure
) -> None:
    people = callers(served)
    dashboard, auditor = people["dashboard"], people["auditor"]
    people["coordinator"].post("/api/v1/cycles/FY2020/open", If_Match=dashboard.get("/api/v1/cycles/FY2020").etag)
    approved(people, report("FY2020", 2019, "16.1", SOURCE), returned=True)
    page_of_2020, in_2020 = page(dashboard), now()
    kept = tmp_path / "checkpoint"
    kept.write_bytes(covering(auditor, Event.objects.count()).body)

    correction = report("FY2020", 2019, "14.8", LATER) | {"kind": "correction", "reason": REASON}
    closing = dashboard.get("/api/v1/cycles/FY2020").etag
    people["coordinator"].post("/api/v1/cycles/FY2020/close", {"reason": "期限"}, If_Match=closing)
    approved(people, correction)
    standing = dashboard.get(f"/api/v1/kpis/{KPI}").json["standing"]
    assert (standing["value"], standing["state"], standing["met"]) == ("14.8", "on_pace", False)
    assert page(dashboard)[f"/observations?kpi={KPI}"] != page_of_2020[f"/observations?kpi={KPI}"]
    assert page(dashboard, in_2020) == page_of_2020

    covering(auditor, Event.objects.count())
    exported = auditor.get("/api/v1/exports/log.jsonl")
    (tmp_path / "log.jsonl").write_bytes(exported.body)
    said = outside(tmp_path, "log.jsonl", "--checkpoint", "checkpoint", "--list")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "verified" in said.stdout.splitlines()[-1]
    listed = [line.split() for line in said.stdout.splitlines()]
    told = [verb for words in listed for verb in ("return", "approve") if verb in words and "update" in words]
    assert told == ["return", "approve", "approve"]
    altered = exported.body.replace("集計の誤り".encode(), "集計の都合".encode())
    assert altered != exported.body
    (tmp_path / "log.jsonl").write_bytes(altered)
    said = outside(tmp_path, "log.jsonl", "--checkpoint", "checkpoint")
    assert (said.returncode, "changed" in said.stdout) == (1, True)
    events = Event.objects.count()
    figure(f"journey: {len(PAGE)} answers of before the correction drawn again, {events} events verified")


def covering(auditor: Caller, events: int) -> Reply:
    """The newest checkpoint, which covers so many events; taking the log asks for a fresh one."""
    # As the sealer does, that runs beside the service elsewhere.
    seal_here()
    auditor.get("/api/v1/exports/log.jsonl")
    reply = auditor.get("/api/v1/audit/checkpoint")
    assert int(reply.body.splitlines()[1]) >= events
    return reply


def outside(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The verifier on someone else's machine: one file, a bare Python, nothing installed, no network."""
    shutil.copy(verify_log.__file__, folder / "verify_log.py")
    alone = ["unshare", "--net"] if shutil.which("unshare") and can_leave_the_network() else []
    command = [*alone, "env", "-i", sys.executable, "-I", "-S", "verify_log.py", *arguments]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)


def can_leave_the_network() -> bool:
    return subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0
