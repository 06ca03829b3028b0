"""What has happened before an example is sent, and where it is sent then."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from measures import audit
from measures.api.openapi import examples
from measures.models import (
    Assignment,
    Cycle,
    Deadline,
    Duty,
    Event,
    Measure,
    Ministry,
    Obligation,
    Person,
    ProgressUpdate,
    Token,
)
from measures.operations import checkpoints
from measures.vocabulary import Audience
from tests import builders, proposing
from tests.api import wire
from tests.operations.logs import seal_here


def an_update(at_status: str) -> Callable[[], dict[str, str]]:
    return lambda: {"id": str(builders.an_update(at_status=at_status).pk)}


def evidence_of(at_status: str) -> Callable[[], dict[str, str]]:
    return lambda: {"id": str(builders.evidence(builders.an_update(at_status=at_status, evidence=True)).pk)}


@transaction.atomic
def a_draft_numbered_42() -> dict[str, str]:
    """The body of the example names it."""
    at, author, jpo = timezone.now(), Person.objects.get(username="officer.jpo"), Ministry.objects.get(code="jpo")
    measure, cycle = Measure.objects.get(code=builders.SME), builders.an_open_cycle()
    who: dict[str, Any] = {"author": author, "contributors": [author.pk], "ministry": jpo}
    ProgressUpdate.objects.create(pk=42, measure=measure, cycle=cycle, drafted_at=at, updated_at=at, **who)
    audit.record(
        at=at, actor_id=author.pk, verb="draft", subject=("update", "42"), audience=Audience.MINISTRY, ministry=jpo
    )
    return {}


def an_open_cycle() -> dict[str, str]:
    builders.an_open_cycle()
    return {}


def a_closed_cycle() -> dict[str, str]:
    builders.an_open_cycle()
    wire.send(builders.client("coordinator"), "post", "/cycles/FY2020/close", {"reason": "期限"})
    return {}


def an_obligation() -> dict[str, str]:
    builders.an_open_cycle()
    return {"id": str(Obligation.objects.get(measure__code=builders.SME).pk)}


def an_obligation_of_a_closed_cycle() -> dict[str, str]:
    a_closed_cycle()
    return an_obligation()


def an_obligation_to_come() -> dict[str, str]:
    plan = {"code": "FY2098", "document": "MEXT2019", "period": {"type": "fiscal_year", "year": 2098}}
    plan |= {"opens_on": "2098-04-01", "due_on": "2099-01-15", "closes_on": "2099-03-31"}
    coordinator = builders.client("coordinator")
    wire.send(coordinator, "post", "/cycles", plan)
    wire.send(coordinator, "post", "/cycles/FY2098/open")
    return {"id": str(Obligation.objects.get(measure__code=builders.SME).pk)}


def without_a_cycle() -> dict[str, str]:
    """FY2020 stays planned; the next one can be planned beside it."""
    assert Cycle.objects.get(code="FY2020").state == "planned"
    return {}


def a_support() -> dict[str, str]:
    return {"id": str(Assignment.objects.filter(role="support", valid_to=None).order_by("pk")[0].pk)}


def a_milestone() -> dict[str, str]:
    body = {"measure": builders.SME, "title": "支援窓口の全国設置", "due_on": "2021-03-31", "basis": "assigned"}
    made = wire.send(builders.client("coordinator"), "post", "/milestones", {**body, "reason": "総括調整官の決定"})
    return {"id": str(made.json()["id"])}


def a_proposed_target() -> dict[str, str]:
    body = {"kind": "absolute", "value": "18", "due_on": "2026-03-31", "source": "次期計画", "basis": "assigned"}
    path = "/kpis/sme-patent-share/targets"
    made = wire.send(builders.client("coordinator"), "post", path, {**body, "reason": "目標の達成を受けた改定"})
    return {"id": str(made.json()["id"])}


def a_proposed_baseline() -> dict[str, str]:
    body = {"period": {"type": "calendar_year", "year": 2014}, "value": "12.9", "basis": "inferred"}
    path = "/kpis/sme-patent-share/baselines"
    made = wire.send(builders.client("coordinator"), "post", path, {**body, "reason": "計画の開始年に合わせた"})
    return {"id": str(made.json()["id"])}


def a_decision() -> dict[str, str]:
    body = examples.WRITES[[one.operation for one in examples.WRITES].index("record_decision")].body
    return {"id": str(wire.send(builders.client("coordinator"), "post", "/decisions", body).json()["id"])}


def a_proposed_day() -> dict[str, str]:
    by, path = builders.client("coordinator"), f"/measures/{builders.SME}"
    for day in ("2021-03-31", "2023-03-31"):
        wire.send(by, "patch", path, {"due_on": day, "reason": "予算の確保まで"})
    return {"id": str(Deadline.objects.get(proposed=True).pk)}


def a_proposal() -> dict[str, str]:
    return {"id": str(proposing.a_proposal().pk)}


def a_complete_proposal() -> dict[str, str]:
    return {"id": str(proposing.a_complete_proposal().pk)}


def a_report() -> dict[str, str]:
    builders.an_update("approved")
    wire.send(builders.client("coordinator"), "post", "/reports", {"cycle": "FY2020"})
    return {}


def an_import() -> dict[str, str]:
    return {"id": str(builders.an_import().pk)}


def a_duty() -> dict[str, str]:
    return {"id": str(Duty.objects.get(person__username="officer.meti").pk)}


def a_token() -> dict[str, str]:
    builders.token("officer.jpo", "read")
    return {"public_id": Token.objects.filter(person__username="officer.jpo").latest("pk").public_id}


def a_signed_log() -> dict[str, str]:
    """Of the fixtures' events alone, so that every hash in it is the same each time."""
    seal_here()
    checkpoints.checkpoint(at=timezone.now())
    return {"id": str(Event.objects.get(subject_type="document").pk)}


def an_update_without_words() -> dict[str, str]:
    builders.an_open_cycle()
    body = {"measure": builders.SME, "cycle": "FY2020"}
    return {"id": str(wire.send(builders.client("officer.jpo"), "post", "/updates", body).json()["id"])}


def an_update_sent_again() -> dict[str, str]:
    """After a return, with another value and a word more."""
    path = f"/updates/{builders.an_update(at_status='returned').pk}"
    officer, changed = builders.client("officer.jpo"), wire.a_value(value="16.2")
    wire.send(
        officer, "patch", path, {"narrative": "中小企業の出願支援を続け、窓口を増やした。", "observations": [changed]}
    )
    wire.send(officer, "post", f"{path}/submit", {"comment": "直しました。"})
    return {"id": path.rpartition("/")[2]}


def a_used_key() -> dict[str, str]:
    wire.send(builders.client("coordinator"), "post", "/cycles/FY2020/open", {}, key="of-an-example")
    return {}


def a_spent_quota() -> dict[str, str]:
    settings.LIMITS = {**settings.LIMITS, "anonymous": (3, 60)}
    for _ in range(3):
        builders.client().get("/api/v1/summary")
    return {}


def a_fault() -> dict[str, str]:
    return _planted("measures.queries.summary.summary", RuntimeError("planted"))


def a_held_row() -> dict[str, str]:
    error = OperationalError("planted")
    error.__cause__ = LockNotAvailable()
    return _planted("measures.operations.cycles._record", error)


def _planted(place: str, error: Exception) -> dict[str, str]:
    fault = patch(place, side_effect=error)
    fault.start()
    FAULTS.append(fault)
    return {}


FAULTS: list[Any] = []
FORMS = ("", "_xlsx", "_json", "_codebook")
STAGES: dict[str, Callable[[], dict[str, str]]] = {
    "draft_update": an_open_cycle,
    "change_update": an_update("draft"),
    "explain_update": an_update("draft"),
    "submit_update": an_update("draft"),
    "return_update": an_update("submitted"),
    "approve_update": an_update("submitted"),
    "withdraw_update": an_update("submitted"),
    "discard_update": an_update("draft"),
    "plan_cycle": without_a_cycle,
    "close_cycle": an_open_cycle,
    "reopen_cycle": a_closed_cycle,
    **dict.fromkeys(["list_obligations", "get_obligation", "waive_obligation", "get_my_tasks"], an_obligation),
    **dict.fromkeys(["get_import_template", "check_import"], an_open_cycle),
    **dict.fromkeys(["list_imports", "get_import", "get_marked_import", "commit_import"], an_import),
    "unlock_obligation": an_obligation_of_a_closed_cycle,
    "extend_obligation": an_obligation_to_come,
    **dict.fromkeys(["list_proposals", "get_proposal", "change_proposal", "discard_proposal"], a_proposal),
    "confirm_proposal": a_complete_proposal,
    "end_assignment": a_support,
    "change_milestone": a_milestone,
    **dict.fromkeys(["approve_kpi_target", "reject_kpi_target"], a_proposed_target),
    **dict.fromkeys(["approve_kpi_baseline", "reject_kpi_baseline"], a_proposed_baseline),
    **dict.fromkeys(["approve_deadline", "reject_deadline", "list_deadlines", "get_deadline"], a_proposed_day),
    **dict.fromkeys(["list_decisions", "get_decision"], a_decision),
    "publish_report": an_open_cycle,
    **dict.fromkeys(["list_reports", "get_report"], a_report),
    "end_duty": a_duty,
    "revoke_token": a_token,
    "list_updates": an_update("approved"),
    "get_update": an_update("approved"),
    "add_evidence": a_draft_numbered_42,
    "verify_evidence": evidence_of("submitted"),
    **dict.fromkeys(["list_evidence", "get_evidence", "get_evidence_file"], evidence_of("approved")),
    **dict.fromkeys([f"export_updates{form}" for form in FORMS], an_update("approved")),
    **dict.fromkeys([f"export_evidence{form}" for form in FORMS], evidence_of("approved")),
    **dict.fromkeys([f"export_obligations{form}" for form in FORMS], an_obligation),
    **dict.fromkeys([f"export_events{form}" for form in FORMS], a_signed_log),
    **dict.fromkeys(["show_update_rounds", "show_update_difference"], an_update_sent_again),
    "list_milestones": a_milestone,
    "get_milestone": a_milestone,
    "get_assignment": a_support,
    "get_duty": a_duty,
    "get_token": a_token,
    **dict.fromkeys(
        [
            "list_events",
            "get_checkpoint",
            "get_log_keys",
            "get_event_proof",
            "get_consistency_proof",
            "export_log",
            "export_bundle",
        ],
        a_signed_log,
    ),
    "not_ready": an_update_without_words,
    "own_report": an_update("submitted"),
    "key_again": a_used_key,
    "too_many": a_spent_quota,
    "fault": a_fault,
    "busy": a_held_row,
}


def clear() -> None:
    while FAULTS:
        FAULTS.pop().stop()
