"""The coordinator keeps measures, owners, KPIs, baselines, targets, links and milestones; the administrator people."""

import json
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from measures.models import Event, KpiStanding, Measure
from measures.operations import standings
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LEAD = {"ministry": "meti", "valid_from": "2021-04-01", "basis": "assigned", "reason": "次期計画での割当て"}
MEASURE = {
    "code": "MEXT2019-X-1",
    "element": "MEXT2019/R1-5-2a",
    "kind": "action",
    "title": "試行的な施策",
    "title_en": "A trial measure",
    "classification_basis": "assigned",
    "lead": LEAD,
    "reason": "総括調整官の決定",
}
KPI = {
    "code": "trial-kpi",
    "name": "試行指標",
    "name_en": "A trial KPI",
    "unit": "件",
    "direction": "up",
    "period_type": "fiscal_year",
    "statistic": "試行調査",
    "reason": "新しい施策のため",
}


@pytest.fixture
def coordinator() -> APIClient:
    return builders.client("coordinator")


@pytest.fixture
def administrator() -> APIClient:
    return builders.client("administrator")


def post(client: APIClient, path: str, body: dict[str, Any]) -> Any:
    key = str(uuid.uuid4())
    return client.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})


def patch(client: APIClient, path: str, body: dict[str, Any], version: int | None = None) -> Any:
    headers = {"If-Match": f'"v{version}"'} if version else {}
    return client.patch(f"/api/v1/{path}", body, format="json", headers=headers)


def codes(response: Any) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in response.json()["errors"]}


def test_a_measure_is_entered_with_its_lead_and_begins_as_not_started_201(coordinator: APIClient) -> None:
    made = post(coordinator, "measures", MEASURE)
    assert made.status_code == 201, made.content
    assert made["Location"] == "/api/v1/measures/MEXT2019-X-1"
    shown = coordinator.get(made["Location"]).json()
    assert (shown["lead"]["code"], shown["lead"]["basis"]) == ("meti", "assigned")
    assert (shown["status"], shown["health"], shown["section"]) == ("not_started", "not_assessed", "R1-5-2")
    event = Event.objects.get(subject_type="measure", subject_code="MEXT2019-X-1")
    assert (event.verb, event.audience, json.loads(event.body)["after"]["reason"]) == (
        "create",
        "public",
        "総括調整官の決定",
    )
    assert codes(post(coordinator, "measures", MEASURE)) == {"/code": "taken"}


def test_what_is_wrong_with_a_new_measure_is_said_at_once_400(coordinator: APIClient) -> None:
    wrong = {**MEASURE, "code": "a/b", "element": "P1-01", "kind": "x", "lead": {**LEAD, "basis": "stated"}}
    refused = post(coordinator, "measures", wrong)
    assert refused.status_code == 400
    assert set(codes(refused)) == {"/code", "/element", "/kind", "/lead/element"}


def test_a_measure_is_changed_with_a_reason_and_its_version(coordinator: APIClient) -> None:
    path = "measures/MEXT2019-P1-01"
    assert patch(coordinator, path, {"title": "新題", "reason": "誤記"}).status_code == 428
    assert patch(coordinator, path, {"title": "新題"}, 1).status_code == 400
    changed = patch(coordinator, path, {"title": "新題", "due_on": "2025-03-31", "reason": "誤記"}, 1)
    assert (changed.status_code, changed["ETag"]) == (200, '"v2"')
    assert (changed.json()["title"], changed.json()["due_on"]) == ("新題", "2025-03-31")
    assert patch(coordinator, path, {"title": "旧題", "reason": "x"}, 1).status_code == 412


def test_the_coordinator_moves_a_status_only_along_the_table_409(coordinator: APIClient) -> None:
    path = "measures/MEXT2019-P1-02"
    started = patch(coordinator, path, {"status": "in_progress", "reason": "着手の通知"}, 1)
    assert (started.status_code, started.json()["status"]) == (200, "in_progress")
    assert Measure.objects.get(code="MEXT2019-P1-02").status_changes.latest("recorded_at").reason == "着手の通知"
    concluded = patch(coordinator, path, {"status": "concluded", "reason": "x"}, 2)
    assert (concluded.status_code, concluded.json()["code"]) == (409, "needs-decision")
    back = patch(coordinator, path, {"status": "not_started", "reason": "x"}, 2)
    assert (back.status_code, back.json()["code"]) == (409, "illegal-status")


def test_a_new_lead_ends_the_old_one_and_may_have_supported_before(coordinator: APIClient) -> None:
    body = {**LEAD, "measure": "MEXT2019-P1-01", "role": "lead"}
    assert post(coordinator, "assignments", body).status_code == 201
    shown = coordinator.get("/api/v1/measures/MEXT2019-P1-01").json()
    assert shown["lead"]["code"] == "meti"
    assert "meti" not in [one["code"] for one in shown["supporting"]]
    ended = coordinator.get("/api/v1/assignments?measure=MEXT2019-P1-01&current=false").json()["items"]
    assert {(one["ministry"], one["role"], one["valid_to"]) for one in ended} == {
        ("mext", "lead", "2021-04-01"),
        ("meti", "support", "2021-04-01"),
    }
    again = post(coordinator, "assignments", body)
    assert (again.status_code, again.json()["code"]) == (409, "already-assigned")


def test_a_lead_is_not_ended_without_a_successor_but_support_is_409(coordinator: APIClient) -> None:
    current = coordinator.get("/api/v1/assignments?measure=MEXT2019-P1-01&current=true").json()["items"]
    by_role = {one["role"]: one["id"] for one in current}
    body = {"valid_to": "2022-04-01", "reason": "組織改編"}
    refused = patch(coordinator, f"assignments/{by_role['lead']}", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "lead-needs-successor")
    ended = patch(coordinator, f"assignments/{by_role['support']}", body)
    assert (ended.status_code, ended.json()["valid_to"]) == (200, "2022-04-01")
    assert patch(coordinator, f"assignments/{by_role['support']}", body).status_code == 409


@pytest.mark.parametrize("day", ["2999-01-01", "2019-09-19"])
def test_an_assignment_is_neither_in_the_future_nor_before_what_it_replaces_400(
    coordinator: APIClient, day: str
) -> None:
    refused = post(coordinator, "assignments", {**LEAD, "measure": "MEXT2019-P1-01", "role": "lead", "valid_from": day})
    assert (refused.status_code, set(codes(refused))) == (400, {"/valid_from"})


def test_a_kpi_gets_a_baseline_a_target_and_a_link_and_its_standing_follows(coordinator: APIClient) -> None:
    assert post(coordinator, "kpis", KPI).status_code == 201
    assert coordinator.get("/api/v1/kpis/trial-kpi").json()["standing"]["state"] == "not_applicable"
    target = {
        "kind": "relative",
        "value": "0.5",
        "due_on": "2026-03-31",
        "source": "試行計画",
        "basis": "assigned",
        "reason": "計画の決定",
    }
    made = post(coordinator, "kpis/trial-kpi/targets", target)
    assert (made.status_code, made.json()["resolved"]) == (201, None)
    assert coordinator.get("/api/v1/kpis/trial-kpi").json()["standing"]["state"] == "unresolved"
    baseline = {
        "period": {"type": "fiscal_year", "year": 2020},
        "value": "1000",
        "basis": "assigned",
        "reason": "初年度",
    }
    made = post(coordinator, "kpis/trial-kpi/baselines", baseline)
    # What gives a target its number is as much as the target: another coordinator says so.
    assert (made.status_code, made.json()["state"], made.json()["resolved"]) == (201, "proposed", "1500")
    approve = f"kpis/trial-kpi/baselines/{made.json()['id']}/approve"
    assert post(builders.client("coordinator.deputy"), approve, {}).status_code == 200
    standing = coordinator.get("/api/v1/kpis/trial-kpi").json()["standing"]
    assert (standing["state"], standing["target"]) == ("no_data", "1500")
    link = {"measure": "MEXT2019-P1-01", "basis": "assigned", "reason": "同じ取組を測る"}
    assert post(coordinator, "kpis/trial-kpi/measures", link).status_code == 201
    assert post(coordinator, "kpis/trial-kpi/measures", link).status_code == 409
    measure = coordinator.get("/api/v1/measures/MEXT2019-P1-01").json()
    assert "trial-kpi" in [kpi["code"] for kpi in measure["kpis"]]
    assert standings.rebuild(at=Event.objects.latest("pk").at) == []


def test_a_revised_target_supersedes_the_old_one_which_stays(coordinator: APIClient) -> None:
    body = {
        "kind": "absolute",
        "value": "18",
        "due_on": "2021-03-31",
        "source": "次期計画",
        "basis": "assigned",
        "reason": "改定",
    }
    before = KpiStanding.objects.get(kpi__code="sme-patent-share").progress
    made = post(coordinator, "kpis/sme-patent-share/targets", body)
    assert made.status_code == 201
    ledger = coordinator.get("/api/v1/kpis/sme-patent-share/targets").json()["items"]
    assert [(row["value"], row["supersedes"]) for row in ledger] == [("15", None), ("18", ledger[0]["id"])]
    after = KpiStanding.objects.get(kpi__code="sme-patent-share")
    assert after.target == 18
    assert before is not None
    assert after.progress is not None
    assert after.progress < before


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "range", "value": "1", "low": None, "high": None},
        {"kind": "range", "value": None, "low": "2", "high": "1"},
        {"kind": "absolute", "value": None},
        {"kind": "absolute", "value": "1", "low": "1", "high": "2"},
    ],
)
def test_a_target_has_the_numbers_of_its_kind_400(coordinator: APIClient, change: dict[str, Any]) -> None:
    body = {"due_on": "2026-03-31", "source": "x", "basis": "assigned", "reason": "x", **change}
    refused = post(coordinator, "kpis/sme-patent-share/targets", body)
    assert (refused.status_code, codes(refused)) == (400, {"/value": "value-or-range"})


def test_a_kpi_with_values_keeps_its_unit_409(coordinator: APIClient) -> None:
    refused = patch(coordinator, "kpis/sme-patent-share", {"unit": "件", "reason": "x"}, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "has-values")
    renamed = patch(coordinator, "kpis/sme-patent-share", {"name": "中小企業割合", "reason": "略称"}, 1)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "中小企業割合")


def test_a_milestone_is_done_with_a_day_and_evidence_or_not_at_all(coordinator: APIClient) -> None:
    body = {
        "measure": "MEXT2019-P4-01",
        "title": "認定制度の公表",
        "due_on": "2022-03-31",
        "basis": "assigned",
        "reason": "工程表",
    }
    made = post(coordinator, "milestones", body)
    assert made.status_code == 201
    assert post(coordinator, "milestones", body).status_code == 400
    path = f"milestones/{made.json()['id']}"
    assert patch(coordinator, path, {"done_on": "2022-03-01", "reason": "済"}, 1).status_code == 400
    done = patch(coordinator, path, {"done_on": "2022-03-01", "evidence": "公表資料", "reason": "済"}, 1)
    assert (done.status_code, done.json()["done_on"]) == (200, "2022-03-01")
    assert [one["id"] for one in coordinator.get("/api/v1/milestones?done=true").json()["items"]] == [made.json()["id"]]
    assert coordinator.get("/api/v1/milestones?done=false").json()["items"] == []


@pytest.mark.parametrize("username", ["officer.mext", "approver.mext", "auditor", "administrator"])
@pytest.mark.parametrize(
    "path",
    [
        "measures",
        "assignments",
        "kpis",
        "kpis/sme-patent-share/targets",
        "kpis/sme-patent-share/baselines",
        "kpis/sme-patent-share/measures",
        "milestones",
    ],
)
def test_only_the_coordinator_changes_the_registry_403_before_400(username: str, path: str) -> None:
    refused = post(builders.client(username), path, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong-role")


def test_an_administrator_opens_an_account_and_gives_and_ends_a_duty(administrator: APIClient) -> None:
    person = {"username": "officer.cao", "display_name": "デモ 担当者（内閣府）"}
    assert post(administrator, "people", person).status_code == 201
    assert codes(post(administrator, "people", person)) == {"/username": "taken"}
    duty = {"person": "officer.cao", "role": "officer", "ministry": "cao", "valid_from": "2024-04-01"}
    granted = post(administrator, "duties", duty)
    assert granted.status_code == 201
    assert post(administrator, "duties", duty).status_code == 409
    officer = builders.client("officer.cao")
    assert officer.get("/api/v1/me").json()["duties"] == [{"role": "officer", "ministry": "cao"}]
    path = f"duties/{granted.json()['id']}"
    assert patch(administrator, path, {"valid_to": "2025-04-01", "reason": "異動"}).status_code == 200
    assert officer.get("/api/v1/me").json()["duties"] == []
    events = Event.objects.filter(subject_type__in=["person", "duty"], audience="restricted")
    assert [event.verb for event in events.order_by("pk")] == ["add", "grant", "end"]
    assert not any("デモ 担当者" in event.body for event in events)


def test_closing_an_account_closes_its_tokens_the_same_moment(administrator: APIClient) -> None:
    officer = builders.client("officer.jpo")
    assert officer.get("/api/v1/me").status_code == 200
    closed = patch(administrator, "people/officer.jpo", {"is_active": False, "reason": "退職"})
    assert (closed.status_code, closed.json()["is_active"]) == (200, False)
    assert officer.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("username", ["officer.mext", "coordinator", "auditor"])
def test_people_and_duties_are_read_by_the_administrator_alone_403(username: str) -> None:
    client = builders.client(username)
    for path in ("people", "people/officer.jpo", "duties"):
        assert client.get(f"/api/v1/{path}").status_code == 403
    assert APIClient().get("/api/v1/people").status_code == 401


def test_a_person_issues_and_revokes_own_tokens_with_no_more_scopes_than_theirs() -> None:
    officer = builders.client("officer.jpo", "read", "report")
    made = post(officer, "tokens", {"scopes": ["read"], "days": 30, "label": "表計算"})
    assert made.status_code == 201
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {made.json()['token']}")
    assert other.get("/api/v1/me").json()["scopes"] == ["read"]
    more = post(officer, "tokens", {"scopes": ["approve"]})
    assert (more.status_code, codes(more)) == (400, {"/scopes": "insufficient-scope"})
    listed = officer.get("/api/v1/tokens").json()["items"]
    assert {one["person"] for one in listed} == {"officer.jpo"}
    assert "token" not in listed[0]
    assert officer.delete(f"/api/v1/tokens/{made.json()['id']}").status_code == 204
    assert other.get("/api/v1/me").status_code == 401


def test_nobody_but_the_administrator_issues_or_sees_tokens_of_others(administrator: APIClient) -> None:
    body = {"scopes": ["read"], "person": "officer.jpo"}
    assert post(builders.client("officer.mext"), "tokens", body).status_code == 403
    made = post(administrator, "tokens", body)
    assert (made.status_code, made.json()["person"]) == (201, "officer.jpo")
    assert builders.client("officer.mext").get(f"/api/v1/tokens/{made.json()['id']}").status_code == 404
    assert administrator.delete(f"/api/v1/tokens/{made.json()['id']}").status_code == 204
