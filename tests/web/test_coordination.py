"""What the coordinator and the administrator do on pages is what the API does: allowed, refused and told alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from measures.models import Cycle, Decision, Duty, Event, Obligation, Person, Target
from measures.operations import cycles
from measures.web.coordination.acts import ACTS
from measures.web.coordination.pages import NEXT
from tests import builders
from tests.api import wire
from tests.api.test_revisions import EASIER, LATER, LESS
from tests.duties import also
from tests.web.people import Browser
from tests.web.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
KPI, RELATIVE, SECOND = "sme-patent-share", "univ-patent-licences", "approver.meti"
WHO = ("coordinator", "officer.jpo", "auditor", "administrator")
WHY = {"reason": "年次の見直しのため"}


@dataclass(frozen=True)
class Case:
    """An act with what is filled in, and what it comes to in the API: written here once more, by hand."""

    act: str
    fields: dict[str, str]
    method: str
    path: str
    body: dict[str, Any]
    of: str = ""
    before: Callable[[], Any] = lambda: None
    places: dict[str, Any] = field(default_factory=dict)


def obligation() -> int:
    builders.an_open_cycle()
    return Obligation.objects.get(measure__code=builders.SME, cycle__code="FY2020").pk


def a_closed_cycle() -> None:
    builders.an_open_cycle()
    cycles.close(code="FY2020", reason="集計のため", actor=builders.actor("coordinator"), at=timezone.now())


def a_second_coordinator() -> Any:
    if not Duty.objects.filter(person__username=SECOND, role="coordinator").exists():
        also(SECOND, role="coordinator", ministry="cao")
    return builders.client(SECOND)


def a_proposed_target() -> int:
    """Proposed by someone else than the coordinator."""
    made = wire.send(a_second_coordinator(), "post", f"/kpis/{KPI}/targets", LATER)
    assert made.status_code == 201, made.content
    return int(made.json()["id"])


def a_proposed_baseline() -> int:
    made = wire.send(a_second_coordinator(), "post", f"/kpis/{RELATIVE}/baselines", LESS)
    assert (made.status_code, made.json()["state"]) == (201, "proposed"), made.content
    return int(made.json()["id"])


def a_proposed_day() -> int:
    second = a_second_coordinator()
    for day in ("2021-03-31", "2023-03-31"):
        wire.send(second, "patch", f"/measures/{builders.SME}", {"due_on": day, **WHY})
    return int(wire.items(f"/deadlines?measure={builders.SME}&state=proposed")[0]["id"])


PERIOD = {"type": "fiscal_year", "year": 2021}
DAYS = {"opens_on": "2021-04-01", "due_on": "2022-01-31", "closes_on": "2022-03-31"}
PLAN = {"code": "FY2021", "document": "MEXT2019", **DAYS}
DECISION = {
    "measure": "MEXT2019-P1-09",
    "outcome": "adopt",
    "reference": "資料3",
    "decided_on": "2020-07-01",
    **WHY,
}
PERSON = {"username": "hanako", "display_name": "花子"}
DUTY = {"person": "officer.jpo", "role": "auditor", "ministry": "jpo", "valid_from": "2020-04-01"}


def cases() -> dict[str, Callable[[], Case]]:
    """By the act; made when the test runs, since numbers are known only then."""

    def cycle(verb: str, said: dict[str, str], before: Callable[[], Any]) -> Callable[[], Case]:
        def case() -> Case:
            before()
            return Case(f"{verb}-cycle", said, "post", f"/cycles/FY2020/{verb}", said, "FY2020")

        return case

    def owed(verb: str, said: dict[str, str], body: dict[str, str]) -> Callable[[], Case]:
        def case() -> Case:
            pk = obligation()
            return Case(verb, said, "post", f"/obligations/{pk}/{verb}", body, str(pk))

        return case

    def target(verb: str) -> Callable[[], Case]:
        def case() -> Case:
            pk = a_proposed_target()
            said = {"comment": "議論の結果"}
            return Case(f"{verb}-target", said, "post", f"/kpis/{KPI}/targets/{pk}/{verb}", said, f"{KPI}/{pk}")

        return case

    def baseline(verb: str) -> Callable[[], Case]:
        def case() -> Case:
            pk, said = a_proposed_baseline(), {"comment": "議論の結果"}
            path = f"/kpis/{RELATIVE}/baselines/{pk}/{verb}"
            return Case(f"{verb}-baseline", said, "post", path, said, f"{RELATIVE}/{pk}")

        return case

    def day(verb: str) -> Callable[[], Case]:
        def case() -> Case:
            pk, said = a_proposed_day(), {"comment": "議論の結果"}
            return Case(f"{verb}-deadline", said, "post", f"/deadlines/{pk}/{verb}", said, str(pk))

        return case

    def account(act: str, is_active: bool) -> Callable[[], Case]:
        def case() -> Case:
            given = {"is_active": not is_active, **WHY}
            wire.send(builders.client("administrator"), "patch", "/people/officer.meti", given)
            body = {"is_active": is_active, **WHY}
            return Case(act, WHY, "patch", "/people/officer.meti", body, "officer.meti")

        return case

    def end() -> Case:
        pk = Duty.objects.get(person__username="officer.jpo").pk
        said = {"valid_to": "2020-10-01", **WHY}
        return Case("end-duty", said, "patch", f"/duties/{pk}", said, str(pk))

    def publish() -> Case:
        builders.an_open_cycle()
        return Case("publish-report", {"cycle": "FY2020"}, "post", "/reports", {"cycle": "FY2020"})

    typed = {"period-type": "fiscal_year", "period-year": "2021"}
    revised = {name: str(value) for name, value in EASIER.items() if value is not None}
    restated = {name: value for name, value in LESS.items() if isinstance(value, str)}
    since = {"period-type": "fiscal_year", "period-year": "2013"}
    until = "2030-01-31T12:00"
    return {
        "plan-cycle": lambda: Case("plan-cycle", {**PLAN, **typed}, "post", "/cycles", {**PLAN, "period": PERIOD}),
        "open-cycle": cycle("open", {}, lambda: None),
        "close-cycle": cycle("close", WHY, builders.an_open_cycle),
        "reopen-cycle": cycle("reopen", WHY, a_closed_cycle),
        "waive": owed("waive", WHY, WHY),
        "unlock": owed("unlock", {"expires_at": until, **WHY}, {"expires_at": f"{until}+09:00", **WHY}),
        "extend": owed("extend", {"due_on": "2030-01-31", **WHY}, {"due_on": "2030-01-31", **WHY}),
        "set-target": lambda: Case("set-target", revised, "post", f"/kpis/{KPI}/targets", EASIER, KPI),
        "approve-target": target("approve"),
        "reject-target": target("reject"),
        "set-baseline": lambda: Case(
            "set-baseline", {**restated, **since}, "post", f"/kpis/{RELATIVE}/baselines", LESS, RELATIVE
        ),
        "approve-baseline": baseline("approve"),
        "reject-baseline": baseline("reject"),
        "approve-deadline": day("approve"),
        "reject-deadline": day("reject"),
        "decide": lambda: Case("decide", DECISION, "post", "/decisions", DECISION),
        "publish-report": publish,
        "add-person": lambda: Case("add-person", PERSON, "post", "/people", PERSON),
        "close-account": account("close-account", False),
        "reopen-account": account("reopen-account", True),
        "grant-duty": lambda: Case("grant-duty", DUTY, "post", "/duties", DUTY),
        "end-duty": end,
    }


CASES = cases()


def by_api(who: str, case: Case, body: dict[str, Any]) -> Any:
    """What the API answers, and nothing of it stays."""
    with transaction.atomic():
        answer = wire.send(builders.client(who), case.method, case.path, body)
        transaction.set_rollback(True)
    return answer


def by_page(who: str, case: Case, fields: dict[str, str]) -> Any:
    address = f"/coordination/do/{case.act}" + (f"/{case.of}" if case.of else "")
    return Browser(who).send(address, 'name="version"', **fields)


def test_every_act_has_a_case_here() -> None:
    assert set(CASES) == set(ACTS)
    assert set(NEXT.values()) < set(ACTS)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("act", CASES)
def test_what_the_api_allows_the_page_does_and_what_it_refuses_the_page_refuses(act: str, who: str) -> None:
    case = CASES[act]()
    answer, events = by_api(who, case, case.body), Event.objects.count()
    response = by_page(who, case, case.fields)
    if answer.status_code < 300:
        assert response.status_code == 303, words(response.content.decode())
        assert response["Location"] == ACTS[act].back
        assert Event.objects.count() > events
    else:
        assert response.status_code == answer.status_code
        assert answer.json()["detail"] in words(response.content.decode())
        assert Event.objects.count() == events
    if who == str(ACTS[act].whose) and act not in ("extend", "unlock"):
        assert answer.status_code < 300, answer.content


@pytest.mark.parametrize("act", [act for act in CASES if act != "open-cycle" and not act.startswith("approve-")])
def test_a_form_that_is_left_empty_is_refused_beside_its_fields_as_by_the_api_400(act: str) -> None:
    case, who = CASES[act](), str(ACTS[act].whose)
    empty = dict.fromkeys(case.fields, "")
    response = by_page(who, case, empty)
    text = response.content.decode()
    assert response.status_code in (400, 409), words(text)
    if response.status_code == 400:
        wrong = [one for one in ACTS[act].fields if f'id="{one.name}-wrong"' in text or f'href="#{one.name}' in text]
        assert wrong, words(text)


def test_what_was_filled_in_stands_in_the_form_that_was_refused() -> None:
    case = CASES["decide"]()
    text = by_page("coordinator", case, {**case.fields, "measure": "MEXT2019-P1-99"}).content.decode()
    assert 'value="MEXT2019-P1-99"' in text and 'value="資料3"' in text and WHY["reason"] in text
    assert 'aria-invalid="true"' in text and not Decision.objects.exists()


def test_a_cycle_that_was_turned_meanwhile_is_told_412_or_409() -> None:
    builders.an_open_cycle()
    browser = Browser("coordinator")
    held = {"version": str(Cycle.objects.get(code="FY2020").version - 1), **WHY}
    response = browser.send("/coordination/do/close-cycle/FY2020", 'name="version"', **held)
    assert response.status_code == 412
    assert Cycle.objects.get(code="FY2020").state == "open"


def test_the_same_form_twice_does_it_once() -> None:
    browser = Browser("coordinator")
    case = CASES["plan-cycle"]()
    for _ in range(2):
        assert (
            browser.send("/coordination/do/plan-cycle", 'name="version"', **case.fields, key="once").status_code == 303
        )
    assert Cycle.objects.filter(code="FY2021").count() == 1


@pytest.mark.parametrize("address", ["close-cycle", "close-cycle/FY2020/x", "nothing", "plan-cycle/FY2020"])
def test_an_act_on_what_it_does_not_take_is_404(address: str) -> None:
    Browser("coordinator").page(f"/coordination/do/{address}", status=404)


@pytest.mark.parametrize("of", ["nothing", "..%2f..%2fcycles", "%00", "FY2020%3Fx=1"])
def test_an_act_reaches_nothing_but_what_it_is_about_404(of: str) -> None:
    Browser("coordinator").page(f"/coordination/do/close-cycle/{of}", status=404)


def test_rooms_are_for_those_whose_they_are() -> None:
    for who, room in (("coordinator", "/coordination"), ("administrator", "/people")):
        assert f'href="{room}"' in Browser(who).page("/")
        assert f'href="{room}"' not in Browser("officer.jpo").page("/")
    Browser("coordinator").page("/people", status=403)
    assert "You hold no duty under which" in Browser("officer.jpo").words("/coordination/do/plan-cycle")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_rooms_show_what_there_is_to_do(language: str) -> None:
    a_proposed_target()
    a_proposed_day()
    obligation()
    restated = a_proposed_baseline()
    browser = Browser("coordinator", language)
    room, owed, targets = (browser.page(f"/coordination{one}") for one in ("", "/obligations?cycle=FY2020", "/targets"))
    pk = Target.objects.get(proposed=True).pk
    for text in (room, targets):
        assert f"/coordination/do/approve-target/{KPI}/{pk}" in text
        assert f"/coordination/do/reject-baseline/{RELATIVE}/{restated}" in text
        assert "9,000" in words(text) and "13,500" in words(text)
    assert f"/coordination/do/set-baseline/{RELATIVE}" in targets
    assert "/coordination/do/approve-deadline/" in room and "/coordination/do/close-cycle/FY2020" in room
    assert owed.count("/coordination/do/waive/") == 33
    refused = next(
        one for one in wire.items("/obligations?cycle=FY2020", "coordinator")[0]["actions"] if not one["allowed"]
    )
    assert (refused["reason"] in words(owed)) is (language == "en")
    people = Browser("administrator", language).page("/people")
    assert people.count("/coordination/do/end-duty/") == Duty.objects.filter(valid_to=None).count()
    assert people.count("/coordination/do/close-account/") == Person.objects.filter(is_active=True).count()


def test_who_proposed_it_is_told_that_someone_else_decides() -> None:
    wire.send(builders.client("coordinator"), "post", f"/kpis/{KPI}/targets", LATER)
    text = Browser("coordinator").page("/coordination")
    assert "You proposed it: someone else decides." in text and "approve-target" not in text


def test_the_filters_of_what_is_owed_are_the_apis_400() -> None:
    obligation()
    assert "There is no parameter" in words(
        Browser("coordinator").page("/coordination/obligations?cylce=x", status=400)
    )
