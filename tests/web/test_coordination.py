"""What the coordinator and the administrator do on pages is what the API does: allowed, refused and told alike."""

import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from measures.models import Baseline, Cycle, Decision, Duty, Event, Person, Target
from measures.web.coordination import fields
from measures.web.coordination.acts import ACTS
from measures.web.coordination.pages import NEXT
from tests import builders
from tests.api import wire
from tests.api.test_revisions import LATER
from tests.duties import also
from tests.web.acts import (
    CASES,
    KPI,
    RELATIVE,
    WHY,
    Case,
    a_proposed_baseline,
    a_proposed_day,
    a_proposed_target,
    obligation,
)
from tests.web.people import Browser
from tests.web.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
WHO = ("coordinator", "officer.jpo", "auditor", "administrator")


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


def test_the_form_of_a_ledger_shows_what_is_in_force() -> None:
    browser = Browser("coordinator")
    target, baseline = (browser.page(f"/coordination/do/set-{one}/{RELATIVE}") for one in ("target", "baseline"))
    assert "14,784" in (said := words(target)) and "31 March 2021" in said and "+50%" not in said
    assert "Baseline in force: 9,856" in words(baseline)
    assert "It has no target." in words(browser.page("/coordination/do/set-target/ura-headcount"))
    a_proposed_target()
    assert "Target in force: 15 " in words(browser.page(f"/coordination/do/set-target/{KPI}")), "not what is proposed"
    browser.page("/coordination/do/set-target/nothing", status=404)


def test_a_baseline_whose_number_is_unknown_is_said_by_a_tick() -> None:
    case = CASES["set-baseline"]()
    said = {**case.fields, "value": "", "unknown": "true"}
    both = by_page("coordinator", case, {**said, "value": "9,000"})
    assert both.status_code == 400
    assert "Write a number or tick that it is unknown, not both." in words(both.content.decode())
    assert 'value="9,000"' in both.content.decode(), "nothing that was written is lost"
    assert by_page("coordinator", case, {**case.fields, "value": ""}).status_code == 400, "nothing is not unknown"
    assert by_page("coordinator", case, said).status_code == 303
    made = Baseline.objects.filter(kpi__code=RELATIVE).latest("pk")
    assert made.value is None and made.reason == case.fields["reason"]


def test_a_field_for_a_measure_offers_all_of_them_unless_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ("/coordination/do/decide", "/desk")
    builders.an_open_cycle()
    for address in addresses:
        page = Browser("coordinator").page(address)
        (offered,) = re.findall(r'<datalist id="measure-list">(.*?)</datalist>', page)
        assert 'list="measure-list"' in page
        assert set(re.findall(r'<option value="([^"]*)">', offered)) == {one["code"] for one in wire.items("/measures")}
        assert "Use of intellectual property" in offered
    monkeypatch.setattr(fields, "MOST_OFFERED", 20)
    for address in addresses:
        assert (
            "<option" not in Browser("coordinator").page(address).partition('name="measure"')[2].partition("</div>")[0]
        )


def test_duties_are_asked_for_once_a_page_also_when_one_is_chosen() -> None:
    also("coordinator", role="auditor", ministry="cao")
    browser, asked = Browser("coordinator"), []
    for chosen in ("", "coordinator@cao"):
        browser.client.cookies["acting_as"] = chosen
        with CaptureQueriesContext(connection) as statements:
            browser.page("/coordination/do/plan-cycle")
        asked.append(sum('FROM "measures_duty"' in one["sql"] for one in statements.captured_queries))
    assert asked[0] == asked[1]
