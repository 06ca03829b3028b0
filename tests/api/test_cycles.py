"""Reporting cycles: read by all, planned, opened, closed and reopened by the coordinator alone."""

from typing import Any

import pytest

from measures.api.cycles import CycleFilter
from measures.models import Cycle
from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

CONTRACT = ["code", "document", "state", "period", "opens_on", "due_on", "closes_on"]
WHY = {"reason": "期限"}
OTHERS = ["officer.jpo", "approver.jpo", "officer.mext", "auditor", "administrator"]


def a_plan(**fields: Any) -> dict[str, Any]:
    return {
        "code": "FY2021",
        "document": "MEXT2019",
        "period": {"type": "fiscal_year", "year": 2021},
        "opens_on": "2021-04-01",
        "due_on": "2021-12-24",
        "closes_on": "2022-03-31",
        **fields,
    }


def test_a_cycle_has_the_fields_of_the_contract_and_ours_200() -> None:
    cycle = wire.get("/cycles/FY2020")
    assert wire.unlabelled(cycle) == [*CONTRACT, "obligations", "is_demo", "version", "updated_at"]
    assert cycle["period"] == {"type": "fiscal_year", "year": 2020}
    assert wire.items("/cycles") == [cycle]


def test_each_filter_takes_the_cycles_that_match_and_leaves_the_others_200() -> None:
    second.a_second_document()
    builders.an_open_cycle()
    assert wire.codes("/cycles") == ["FY2020", second.CYCLE]
    assert wire.codes("/cycles?document=MEXT2019") == ["FY2020"]
    assert wire.codes(f"/cycles?document={second.CODE}") == [second.CYCLE]
    assert wire.codes("/cycles?state=planned") == [second.CYCLE]
    assert wire.codes("/cycles?state=open") == ["FY2020"]
    assert wire.codes("/cycles?state=open&state=planned") == ["FY2020", second.CYCLE]
    assert wire.codes("/cycles?state=open&document=NEXT2021") == []
    assert set(CycleFilter.base_filters) == {"document", "state"}


def test_a_planned_cycle_is_201_with_its_address_and_its_tag() -> None:
    response = wire.send(builders.client("coordinator"), "post", "/cycles", a_plan())
    assert response.status_code == 201
    assert (response["Location"], response["ETag"]) == ("/api/v1/cycles/FY2021", '"v1"')
    assert response["Consistency-Token"]
    made = response.json()
    assert {name: made[name] for name in a_plan()} == a_plan()
    assert made["state"] == "planned"
    assert builders.client().get(response["Location"]).json() == made


@pytest.mark.parametrize("username", OTHERS)
def test_others_plan_open_and_close_nothing_403(username: str) -> None:
    client = builders.client(username)
    for path, body in (("/cycles", a_plan()), ("/cycles/FY2020/open", {}), ("/cycles/FY2020/close", WHY)):
        wire.problem(wire.send(client, "post", path, body), 403, "wrong-role")
    assert list(Cycle.objects.values_list("code", "state")) == [("FY2020", "planned")]


def test_the_coordinator_needs_the_scope_too_403() -> None:
    client = builders.client("coordinator", "read", "report", "approve", "audit")
    wire.problem(wire.send(client, "post", "/cycles/FY2020/open"), 403, "insufficient-scope")


def test_the_anonymous_plan_open_and_close_nothing_401() -> None:
    for path in ("/cycles", "/cycles/FY2020/open", "/cycles/FY2020/close"):
        wire.problem(wire.send(builders.client(), "post", path, {}), 401)


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"code": "FY2020"}, "/code", "taken"),
        ({"code": "a/b"}, "/code", "invalid"),
        ({"code": " "}, "/code", "blank"),
        ({"code": "年度"}, "/code", "invalid"),
        ({"code": "x" * 33}, "/code", "max-length"),
        ({"code": 2021}, "/code", "invalid"),
        ({"document": "MEXT2018"}, "/document", "unknown"),
        ({"period": {"type": "fiscal_year"}}, "/period/year", "invalid-period"),
        ({"opens_on": "2021-12-25"}, "/due_on", "out-of-order"),
        ({"closes_on": "2021-12-23"}, "/due_on", "out-of-order"),
        ({"due_on": "2021-02-30"}, "/due_on", "invalid"),
        ({"due_on": None}, "/due_on", "null"),
        ({"state": "open"}, "/state", "unknown-field"),
    ],
)
def test_a_plan_that_cannot_be_is_400_at_its_place(fields: dict[str, Any], place: str, code: str) -> None:
    response = wire.send(builders.client("coordinator"), "post", "/cycles", a_plan(**fields))
    assert wire.places(wire.problem(response, 400, "invalid")) == [(place, code)]
    assert Cycle.objects.count() == 1


def test_a_cycle_opens_and_closes_once_200_409() -> None:
    client = builders.client("coordinator")
    wire.problem(wire.send(client, "post", "/cycles/FY2020/close", WHY), 409, "wrong-turn")
    opened = wire.send(client, "post", "/cycles/FY2020/open", {"comment": "始めます。"}, match='"v1"')
    assert (opened.status_code, opened.json()["state"], opened["ETag"]) == (200, "open", '"v2"')
    wire.problem(wire.send(client, "post", "/cycles/FY2020/open"), 409, "wrong-turn")
    closed = wire.send(client, "post", "/cycles/FY2020/close", WHY, match='"v2"')
    assert (closed.status_code, closed.json()["state"], closed["ETag"]) == (200, "closed", '"v3"')
    for verb, body in (("open", {}), ("close", WHY)):
        wire.problem(wire.send(client, "post", f"/cycles/FY2020/{verb}", body), 409, "wrong-turn")
    reopened = wire.send(client, "post", "/cycles/FY2020/reopen", WHY, match='"v3"')
    assert (reopened.status_code, reopened.json()["state"], reopened["ETag"]) == (200, "open", '"v4"')
    wire.problem(wire.send(client, "post", "/cycles/FY2020/reopen", WHY), 409, "wrong-turn")


@pytest.mark.parametrize("verb", ["close", "reopen"])
def test_closing_and_reopening_need_a_reason_400(verb: str) -> None:
    builders.an_open_cycle()
    for body, code in (({}, "required"), ({"reason": " "}, "blank"), ({"comment": "期限"}, "required")):
        response = wire.send(builders.client("coordinator"), "post", f"/cycles/FY2020/{verb}", body)
        assert ("/reason", code) in wire.places(wire.problem(response, 400, "invalid"))


def test_a_closed_cycle_is_not_reopened_beside_an_open_one_409() -> None:
    client = builders.client("coordinator")
    assert wire.send(client, "post", "/cycles", a_plan()).status_code == 201
    for path, body in (("FY2020/open", {}), ("FY2020/close", WHY), ("FY2021/open", {})):
        assert wire.send(client, "post", f"/cycles/{path}", body).status_code == 200
    body = wire.problem(wire.send(client, "post", "/cycles/FY2020/reopen", WHY), 409, "another-open")
    assert "FY2021" in body["detail"]


def test_a_second_open_cycle_of_a_document_is_409_and_of_another_document_200() -> None:
    client = builders.client("coordinator")
    second.a_second_document()
    assert wire.send(client, "post", "/cycles", a_plan()).status_code == 201
    assert wire.send(client, "post", "/cycles/FY2020/open").status_code == 200
    body = wire.problem(wire.send(client, "post", "/cycles/FY2021/open"), 409, "another-open")
    assert "FY2020" in body["detail"]
    assert wire.send(client, "post", f"/cycles/{second.CYCLE}/open").status_code == 200
    assert wire.send(client, "post", "/cycles/FY2020/close", WHY).status_code == 200
    assert wire.send(client, "post", "/cycles/FY2021/open").status_code == 200


def test_a_turn_of_a_cycle_is_refused_in_the_order_of_refusals() -> None:
    coordinator, officer = builders.client("coordinator"), builders.client("officer.jpo")
    bad = {"coment": 1}
    wire.problem(wire.send(officer, "post", "/cycles/FY2022/close", bad, key=None, match=None), 404, "not-found")
    wire.problem(wire.send(officer, "post", "/cycles/FY2020/close", bad, key=None, match=None), 403, "wrong-role")
    for match, body, status, code in [
        (None, bad, 428, "if-match-needed"),
        ('"v9"', bad, 412, "stale"),
        ("*", bad, 400, "invalid"),
        ("*", WHY, 409, "wrong-turn"),
    ]:
        response = wire.send(coordinator, "post", "/cycles/FY2020/close", body, key=None, match=match)
        wire.problem(response, status, code)
    wire.problem(wire.send(coordinator, "post", "/cycles/FY2020/open", key=None), 400, "invalid")
    assert Cycle.objects.get().state == "planned"


def test_opening_twice_with_one_key_opens_once_200() -> None:
    client = builders.client("coordinator")
    answers = [wire.send(client, "post", "/cycles/FY2020/open", key="one", match='"v1"') for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert answers[1].content == answers[0].content
