"""The desk: what waits for each, as the API says it, and reports begun from it."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from measures.models import Document, Event, ProgressUpdate
from measures.operations import cycles
from measures.rules import periods
from measures.web import desk
from tests import builders
from tests.duties import also
from tests.web.people import Browser, forms
from tests.web.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DUE = {"measure": builders.SME, "cycle": "FY2020"}


def begin(browser: Browser, **fields: str) -> ProgressUpdate:
    response = browser.send("/desk", f'value="{builders.SME}"', **fields)
    assert response.status_code == 303, words(response.content.decode())
    return ProgressUpdate.objects.get(pk=int(response["Location"].removeprefix("/updates/")))


@pytest.fixture
def two_years() -> None:
    """A report that was approved in one cycle, and the next cycle, open."""
    builders.an_update("approved")
    by = {"actor": builders.actor("coordinator"), "at": timezone.now()}
    cycles.close(code="FY2020", reason="集計のため", **by)
    year = periods.fiscal_year(2021)
    days = {"opens_on": year.start, "due_on": date(2022, 1, 31), "closes_on": year.last_day}
    cycles.plan(document=Document.objects.get(), code="FY2021", period=year, **days, **by)
    cycles.open_(code="FY2021", **by)


@pytest.fixture
def two_duties() -> str:
    """Someone who reports for a ministry and approves there as well."""
    builders.an_open_cycle()
    also("officer.jpo", role="approver", ministry="jpo")
    return "officer.jpo"


def test_the_desk_is_for_someone_who_is_signed_in() -> None:
    assert Client().get("/desk")["Location"] == "/login?next=%2Fdesk"
    assert 'href="/desk"' not in Client().get("/").content.decode()
    assert 'href="/desk"' in Browser("officer.jpo").page("/")


@pytest.mark.parametrize("username", ["officer.jpo", "officer.mext", "approver.jpo", "coordinator", "auditor"])
def test_the_desk_lists_what_the_api_says_is_waiting_and_nothing_else(username: str) -> None:
    builders.an_update("submitted")
    tasks = builders.client(username).get("/api/v1/me/tasks").json()["items"]
    text = Browser(username).page("/desk")
    assert text.count('class="chip is-due"') == len([one for one in tasks if one["kind"] == "due"])
    assert text.count('class="chip is-to_decide"') == len([one for one in tasks if one["kind"] == "to_decide"])
    assert ("Nothing waits for you." in text) is (tasks == [])
    for one in tasks:
        assert one["measure"] in text


def test_a_report_is_begun_empty_from_what_is_due_303() -> None:
    builders.an_open_cycle()
    update = begin(Browser("officer.jpo"), **{"from": ""})
    assert (update.measure.code, update.cycle.code, update.narrative) == (*DUE.values(), "")
    assert f'href="/updates/{update.pk}"' in Browser("officer.jpo").page("/desk")


def test_a_report_begins_with_what_the_last_approved_one_said_but_its_values(two_years: None) -> None:
    update = begin(Browser("officer.jpo"), **{"from": "last"})
    assert update.cycle.code == "FY2021"
    assert update.narrative == builders.content()["narrative"]
    assert (update.declared_status, update.declared_health) == ("in_progress", "on_track")
    assert update.observations.count() == 0


def test_a_second_beginning_is_told_on_the_desk_and_does_nothing_409() -> None:
    builders.an_update("draft")
    browser = Browser("officer.jpo")
    response = browser.send("/desk", **DUE, key="another", **{"from": ""})
    text = words(response.content.decode())
    assert response.status_code == 409
    assert "Not now" in text and "What waits for you" in text
    assert ProgressUpdate.objects.count() == 1


def test_the_same_form_sent_twice_begins_one_report() -> None:
    builders.an_open_cycle()
    browser = Browser("officer.jpo")
    first, second = (browser.send("/desk", **DUE, key="the same", **{"from": ""}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ProgressUpdate.objects.count() == 1


@pytest.mark.parametrize("username", ["approver.jpo", "officer.mext", "auditor"])
def test_who_does_not_report_for_the_ministry_begins_nothing_403(username: str) -> None:
    builders.an_open_cycle()
    response = Browser(username).send("/desk", **DUE, key="k", **{"from": ""})
    assert response.status_code == 403
    assert ProgressUpdate.objects.count() == 0


@pytest.mark.parametrize("form", [{}, {"measure": "NO", "cycle": "FY2020"}, {"measure": builders.SME, "cycle": "\x00"}])
def test_a_form_that_names_nothing_known_is_told_400(form: dict[str, str]) -> None:
    response = Browser("officer.jpo").send("/desk", **form, key="k", **{"from": "last"})
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


def test_without_its_token_a_form_does_nothing_403() -> None:
    builders.an_open_cycle()
    assert Browser("officer.jpo").client.post("/desk", DUE | {"key": "k"}).status_code == 403
    assert ProgressUpdate.objects.count() == 0


def test_a_form_of_before_signing_in_again_shows_what_was_written_403() -> None:
    browser = Browser("officer.jpo")
    browser.page("/desk")
    said = {"csrfmiddlewaretoken": "x" * 64, "narrative": "昨日の頁に書いた長い文章です。"}
    response = browser.client.post("/desk", said)
    assert response.status_code == 403
    assert said["narrative"] in response.content.decode()


def test_a_password_is_never_shown_again_403() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        "/login", {"username": "a", "password": "五月雨を集めて早し最上川"}, headers={"Accept": "text/html"}
    )
    assert response.status_code == 403
    assert "五月雨" not in response.content.decode()


def test_who_was_signed_out_meanwhile_sees_what_they_wrote_401() -> None:
    browser = Browser("officer.jpo")
    token = browser.page("/desk").partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    browser.client.cookies.pop("sessionid")
    said = {"csrfmiddlewaretoken": token, "narrative": "長い一日の記録をここに書いた。"}
    response = browser.client.post("/desk", said)
    text = response.content.decode()
    assert response.status_code == 401
    assert said["narrative"] in text and token not in text and "/login?next=%2Fdesk" in text


def test_a_person_with_two_duties_acts_under_the_one_that_is_named(two_duties: str) -> None:
    browser = Browser(two_duties)
    assert 'name="acting_as"' in browser.page("/desk")
    assert builders.SME in browser.page("/desk")
    browser.client.post("/acting_as", {**_form(browser), "acting_as": "approver@jpo"})
    assert "Start empty" not in browser.page("/desk")
    update = _begun_as(browser, "officer@jpo")
    assert (
        '"acting_as":{"ministry":"jpo","role":"officer"}'
        in Event.objects.get(verb="draft", subject_code=str(update.pk)).body
    )


@pytest.mark.parametrize("named", ["officer@meti", "nonsense", ""])
def test_a_duty_that_is_not_held_is_not_kept(two_duties: str, named: str) -> None:
    browser = Browser(two_duties)
    response = browser.client.post("/acting_as", {**_form(browser), "acting_as": named, "next": "//evil.example"})
    assert (response.status_code, response["Location"]) == (303, "/desk")
    browser.client.cookies["acting_as"] = "officer@meti"
    assert "Start empty" in browser.page("/desk"), "a duty that ended falls back to all that are held"


def _begun_as(browser: Browser, duty: str) -> ProgressUpdate:
    browser.client.post("/acting_as", {**_form(browser), "acting_as": duty})
    return begin(browser, **{"from": ""})


def _form(browser: Browser) -> dict[str, str]:
    (form,) = [one for one in forms(browser.page("/desk")) if "/logout" in one]
    return {"csrfmiddlewaretoken": form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]}


def test_the_coordinator_enters_a_report_on_behalf_of_whoever_leads_303() -> None:
    builders.an_open_cycle()
    browser = Browser("coordinator")
    assert 'id="on-behalf"' not in Browser("officer.jpo").page("/desk")
    response = browser.send("/desk", 'id="on-behalf"', **DUE)
    assert response.status_code == 303
    update = ProgressUpdate.objects.get()
    assert (update.ministry.code, update.on_behalf_of and update.on_behalf_of.code) == ("jpo", "jpo")
    assert "Save and submit" in browser.page(response["Location"])


@pytest.mark.parametrize("measure", ["", "NO-SUCH", "../kpis", "MEXT2019-R1-5-3a/timeline", "\x00"])
def test_a_measure_that_there_is_not_is_told_and_begins_nothing(measure: str) -> None:
    builders.an_open_cycle()
    response = Browser("coordinator").send("/desk", 'id="on-behalf"', **DUE | {"measure": measure})
    assert response.status_code in (400, 404)
    assert 'role="alert"' in response.content.decode()
    assert not ProgressUpdate.objects.exists()


def test_what_is_not_explained_leads_to_the_report_that_is_to_be_corrected(two_years: None) -> None:
    update = ProgressUpdate.objects.get()
    found = desk._task(
        {"kind": "unexplained", "link": f"/api/v1/measures/{builders.SME}"}, [], {builders.SME: update.pk}
    )
    assert found["page"] == f"/updates/{update.pk}"
