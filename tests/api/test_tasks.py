"""What waits for the caller: from the day a report is due until someone else has approved it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Duty, Measure, MeasureStanding, Obligation, Person
from measures.operations import cycles, obligations, people, progress, tokens
from measures.operations.moments import day_of
from tests import builders
from tests.api import wire
from tests.duties import also

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

WHY = {"reason": "総括調整官の決定"}


def tasks(username: str, *, measure: str | None = builders.SME) -> list[dict[str, Any]]:
    """What waits for `username` of that measure, or of none."""
    return [one for one in wire.get("/me/tasks", username)["items"] if one["measure"] == measure]


def told(username: str) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["verb"], one["link"]) for one in tasks(username)]


def test_without_credentials_it_is_401_and_with_a_parameter_400() -> None:
    wire.problem(builders.client().get("/api/v1/me/tasks"), 401)
    wire.problem(builders.client("auditor").get("/api/v1/me/tasks?limit=1"), 400)
    wire.problem(builders.client("officer.jpo", "report").get("/api/v1/me/tasks"), 403, "insufficient-scope")


def test_a_report_waits_for_its_officer_then_its_approver_then_its_officer_again_200() -> None:
    assert told("officer.jpo") == []
    builders.an_open_cycle()
    owed = Obligation.objects.get(measure__code=builders.SME)
    assert told("officer.jpo") == [("overdue", "draft", f"/api/v1/obligations/{owed.pk}")]
    (row,) = tasks("officer.jpo")
    assert (row["cycle"], row["deadline"], row["kind_label"]) == ("FY2020", owed.due_on.isoformat(), "Overdue")
    assert told("approver.jpo") == told("officer.mext") == []

    update = builders.an_update(at_status="draft")
    link = f"/api/v1/updates/{update.pk}"
    assert told("officer.jpo") == [("overdue", "submit", link)]
    assert told("approver.jpo") == []

    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    assert told("officer.jpo") == []
    assert told("approver.jpo") == [("to_decide", "approve", link)]
    assert told("approver.meti") == []

    by = {"actor": builders.actor("approver.jpo"), "comment": "出典を直してください。"}
    progress.send_back(update_id=update.pk, at=timezone.now(), **by)
    assert told("officer.jpo") == [("returned", "submit", link)]
    assert tasks("officer.jpo")[0]["deadline"] == owed.due_on.isoformat()
    assert told("approver.jpo") == []

    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    progress.approve(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now())
    assert told("officer.jpo") == told("approver.jpo") == []


def test_nobody_is_told_to_decide_on_what_they_wrote_200() -> None:
    also("officer.jpo", role="approver", ministry="jpo")
    builders.an_update(at_status="submitted")
    assert told("officer.jpo") == []
    assert [one[0] for one in told("approver.jpo")] == ["to_decide"]


def test_what_is_waived_waits_for_nobody_200() -> None:
    builders.an_open_cycle()
    owed = Obligation.objects.get(measure__code=builders.SME)
    obligations.waive(obligation_id=owed.pk, actor=builders.actor("coordinator"), at=timezone.now(), **WHY)
    assert told("officer.jpo") == []


def test_a_divergence_waits_for_the_officer_of_the_lead_until_it_is_explained_200() -> None:
    standing = MeasureStanding.objects.filter(measure__code=builders.SME)
    standing.update(divergent=True, updated_at=timezone.now())
    (row,) = tasks("officer.jpo")
    assert (row["kind"], row["link"], row["deadline"]) == ("unexplained", f"/api/v1/measures/{builders.SME}", None)
    assert told("approver.jpo") == told("officer.mext") == []
    why = builders.an_update(at_status="approved").pk
    standing.update(divergent=True, explained_by=why, updated_at=timezone.now())
    assert told("officer.jpo") == []


@pytest.mark.parametrize(("days", "kinds"), [(13, ["overdue", "unlock_ending"]), (15, ["overdue"])])
def test_an_unlock_waits_when_it_ends_within_two_weeks_200(days: int, kinds: list[str]) -> None:
    builders.an_open_cycle()
    owed, by = Obligation.objects.get(measure__code=builders.SME), builders.actor("coordinator")
    cycles.close(code="FY2020", reason="期限", actor=by, at=timezone.now())
    assert told("officer.jpo") == []
    until = timezone.now() + timedelta(days=days)
    obligations.unlock(obligation_id=owed.pk, expires_at=until, actor=by, at=timezone.now(), **WHY)
    assert [one["kind"] for one in tasks("officer.jpo")] == kinds


def test_a_token_and_a_duty_wait_when_they_end_within_two_weeks_200() -> None:
    now, officer = timezone.now(), Person.objects.get(username="officer.jpo")
    for days in (13, 15):
        given = {"person": officer, "scopes": ["read"], "at": now, "issuer_id": None}
        tokens.issue(expires_at=now + timedelta(days=days), **given)
    (row,) = tasks("officer.jpo", measure=None)
    assert (row["kind"], row["verb"], row["deadline"][10]) == ("token_ending", "issue", "T")
    last = day_of(now) + timedelta(days=5)
    by = {"actor": builders.actor("administrator"), "at": now, "reason": "異動"}
    people.end_duty(duty_id=Duty.objects.get(person=officer).pk, valid_to=last + timedelta(days=1), **by)
    first, _ = tasks("officer.jpo", measure=None)
    assert (first["kind"], first["verb"], first["link"]) == ("duty_ending", None, "/api/v1/me")
    assert first["deadline"] == last.isoformat()
    assert tasks("approver.jpo", measure=None) == []


def test_a_proposal_waits_for_the_other_coordinators_200() -> None:
    coordinator, path = builders.client("coordinator"), f"/measures/{builders.SME}"
    for day in ("2021-03-31", "2023-03-31"):
        assert wire.send(coordinator, "patch", path, {"due_on": day, **WHY}).status_code == 200
    target = {"kind": "absolute", "value": "18", "due_on": "2026-03-31", "source": "次期計画", "basis": "assigned"}
    made = wire.send(coordinator, "post", "/kpis/sme-patent-share/targets", {**target, **WHY})
    assert made.status_code == 201
    assert [one[:2] for one in told("coordinator.deputy")] == [("day_proposed", "approve")]
    (row,) = tasks("coordinator.deputy", measure=None)
    assert (row["kind"], row["link"]) == ("target_proposed", "/api/v1/kpis/sme-patent-share/targets")
    assert told("coordinator") == tasks("coordinator", measure=None) == told("officer.jpo") == []


def test_one_task_and_many_take_the_same_statements() -> None:
    client = builders.client("officer.mext")
    found = []
    builders.an_open_cycle()
    for count in (1, 7):
        for number in range(1, count + 1):
            measure = f"MEXT2019-P1-0{number}"
            if not Measure.objects.get(code=measure).updates.exists():
                builders.an_update(measure=measure, officer="officer.mext", observations=[])
        client.get("/api/v1/me/tasks")
        with CaptureQueriesContext(connection) as captured:
            items = client.get("/api/v1/me/tasks").json()["items"]
        found.append((sum(one["verb"] == "submit" for one in items), len(captured)))
    assert [drafts for drafts, _ in found] == [1, 7]
    assert found[0][1] == found[1][1]
