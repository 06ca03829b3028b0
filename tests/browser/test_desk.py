"""The officer's desk and the approver's inbox in a browser: the day, nothing lost, and nothing that WCAG forbids."""

import pytest
from playwright.sync_api import Page

from measures.models import ProgressUpdate
from tests import builders
from tests.browser.conftest import Opened, sign_in
from tests.browser.test_public_pages import LOOKS, PICTURES, reach, violations

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = "#autosave:has-text('Saved at')"


def a_draft() -> ProgressUpdate:
    return builders.an_update("draft", narrative="", declared_status="", declared_health="", observations=[])


def at(update: ProgressUpdate) -> str:
    return f"/updates/{update.pk}"


def narrative() -> str:
    return ProgressUpdate.objects.latest("pk").narrative


def test_what_is_typed_is_saved_by_itself(opened: Opened) -> None:
    page = opened("officer.jpo", at(a_draft()))
    page.fill("#narrative", "窓口を増やした。")
    page.wait_for_selector(SAVED)
    assert narrative() == "窓口を増やした。"
    page.fill("#values-0-value", "１６．１")
    page.fill("#values-0-source-title", "年次報告書")
    page.wait_for_selector("#report [name=version][value='3']", state="attached")
    assert str(ProgressUpdate.objects.get().observations.get().value.normalize()) == "16.1"
    page.reload()
    assert page.input_value("#values-0-value") == "16.1"
    assert page.is_hidden("#kept"), "nothing is offered that was saved"


def test_without_a_network_it_stays_in_the_browser_and_is_saved_when_there_is_one(opened: Opened) -> None:
    page = opened("officer.jpo", at(a_draft()))
    page.context.set_offline(True)
    page.fill("#narrative", "通信が切れても書いている。")
    page.wait_for_selector("#autosave:has-text('the server does not answer')")
    assert narrative() == ""
    page.context.set_offline(False)
    page.wait_for_selector(SAVED)
    assert narrative() == "通信が切れても書いている。"


def test_a_page_that_was_closed_without_a_network_offers_its_text_again(opened: Opened, site: str) -> None:
    update = a_draft()
    page = opened("officer.jpo", at(update))
    page.context.set_offline(True)
    page.fill("#narrative", "閉じる前の文章。")
    page.fill("#values-0-value", "16.1")
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(site + at(update))
    page.click("text=Put it into the form")
    assert page.input_value("#narrative") == "閉じる前の文章。"
    assert page.input_value("#values-0-value") == "16.1"
    page.wait_for_selector("#report [name=version]:not([value='1'])", state="attached")
    assert narrative() == "閉じる前の文章。"


def test_two_tabs_lose_neither_text(opened: Opened, site: str) -> None:
    update = a_draft()
    first = opened("officer.jpo", at(update))
    second = first.context.new_page()
    second.goto(site + at(update))
    first.fill("#narrative", "一つ目のタブ。")
    first.wait_for_selector(SAVED)
    second.fill("#narrative", "二つ目のタブ。")
    second.wait_for_selector("#autosave:has-text('changed elsewhere')")
    assert narrative() == "一つ目のタブ。"
    second.click("text=Compare both and go on")
    second.wait_for_selector(".beside:has-text('一つ目のタブ。')")
    assert second.input_value("#narrative") == "二つ目のタブ。"
    second.click("button[value=save]")
    second.wait_for_selector("[role=status]:has-text('Saved.')")
    assert narrative() == "二つ目のタブ。"


def test_a_session_that_ended_loses_nothing_and_goes_on_after_signing_in_elsewhere(opened: Opened, site: str) -> None:
    page = opened("officer.jpo", at(a_draft()))
    page.context.clear_cookies(name="sessionid")
    page.fill("#narrative", "会議の後で続きを書いた。")
    page.wait_for_selector("#autosave:has-text('your session has ended')")
    other = page.context.new_page()
    other.goto(f"{site}/login")
    sign_in(other, "officer.jpo")
    page.wait_for_selector(SAVED, timeout=20_000)
    assert narrative() == "会議の後で続きを書いた。"


def test_the_day_by_keyboard_alone_without_script(opened: Opened) -> None:
    builders.an_open_cycle()
    page = opened("officer.jpo", "/desk", java_script_enabled=False)
    reach(page, f"tr:has-text('{builders.SME}') button[value='']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/updates/*")
    reach(page, "#narrative")
    page.keyboard.type("Support went on.")
    reach(page, "#declared_status")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    reach(page, "#declared_health")
    page.keyboard.press("ArrowDown")
    reach(page, "#values-0-value")
    page.keyboard.type("16.1")
    reach(page, "#values-0-source-title")
    page.keyboard.type("Annual report 2020")
    reach(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]:has-text('Submitted')")
    update = ProgressUpdate.objects.get()
    assert (update.state, update.observations.get().period_start.year) == ("submitted", 2019)
    page = opened("approver.jpo", "/inbox", java_script_enabled=False)
    reach(page, f"a[href='{at(update)}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{at(update)}")
    reach(page, "button[value=approve]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]:has-text('Approved')")
    assert ProgressUpdate.objects.get().state == "approved"


@pytest.mark.parametrize("theme,width,language", LOOKS)
def test_the_pages_have_no_violation_and_fit(opened: Opened, site: str, theme: str, width: int, language: str) -> None:
    look = {"theme": theme, "width": width, "language": language}
    page = opened("officer.jpo", "/desk", **look)
    builders.an_open_cycle()
    seen(page, site, "desk", "/desk", look)
    update = a_draft()
    seen(page, site, "draft", at(update), look)
    page.click("#report button[value=submit]")
    page.wait_for_selector("#told")
    checked(page, "refused", look)
    page.fill("#narrative", "中小企業の出願支援を続けた。窓口を増やした。")
    page.select_option("#declared_status", "in_progress")
    page.select_option("#declared_health", "on_track")
    page.click("#report button[value=submit]")
    page.wait_for_selector("[role=status]")
    checked(page, "submitted", look)
    approver = opened("approver.jpo", "/inbox", **look)
    seen(approver, site, "inbox", "/inbox", look)
    seen(approver, site, "to-decide", at(update), look)
    approver.click("button[value=return]")
    approver.wait_for_selector("#told")
    approver.fill("#decide #comment", "実績値を書いてください。")
    approver.click("button[value=return]")
    approver.wait_for_selector("[role=status]")
    checked(approver, "returned", look)
    seen(page, site, "returned-to", at(update), look)


def seen(page: Page, site: str, name: str, address: str, look: dict[str, object]) -> None:
    page.goto(site + address)
    checked(page, name, look)


def checked(page: Page, name: str, look: dict[str, object]) -> None:
    for summary in page.locator("main summary").all():
        if not summary.evaluate("one => one.parentElement.open"):
            summary.click()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{'-'.join(map(str, look.values()))}.png", full_page=True)
    assert violations(page) == [], f"{name} {look}"
    assert page.evaluate("document.documentElement.scrollWidth") <= int(str(look["width"])), f"{name} scrolls sideways"
