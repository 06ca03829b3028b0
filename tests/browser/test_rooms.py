"""The rooms of the coordinator and the administrator in a browser: nothing that WCAG forbids, and by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_public_pages import LOOKS, PICTURES, opened, reach, violations
from tests.duties import also
from tests.web.test_login import PASSWORD, with_password

pytestmark = pytest.mark.django_db
KPI = "sme-patent-share"
ROOMS = {
    "coordination": ("coordinator", "/coordination"),
    "owed": ("coordinator", "/coordination/obligations?cycle=FY2020"),
    "targets": ("coordinator", "/coordination/targets"),
    "act": ("coordinator", f"/coordination/do/set-target/{KPI}"),
    "people": ("administrator", "/people"),
}


@pytest.fixture(scope="module")
def rooms(site: str, django_db_blocker: Any) -> Iterator[str]:
    """The service, with passwords, and a second coordinator."""
    with django_db_blocker.unblock():
        for username in ("coordinator", "administrator", "officer.meti"):
            with_password(username)
        also("officer.meti", role="coordinator", ministry="cao")
    yield site


def entered(chromium: Browser, site: str, username: str, address: str, **more: bool) -> Page:
    """The page, for one of the cast who signed in by keyboard."""
    page = opened(chromium, f"{site}/login?next={address}", "dark", 1280, "en", **more)
    page.wait_for_selector("#id_username:focus")
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}{address}")
    return page


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_has_no_violation_in_any_look_and_fits(chromium: Browser, rooms: str, name: str) -> None:
    who, address = ROOMS[name]
    page = entered(chromium, rooms, who, address)
    for theme, width, language in LOOKS:
        page.context.add_cookies([{"name": "django_language", "value": language, "url": rooms}])
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(rooms + address)
        look = f"{theme}-{width}-{language}"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{look}.png", full_page=True)
        assert violations(page) == [], look
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{look} scrolls sideways"
    page.context.close()


def test_what_was_refused_has_no_violation_and_keeps_what_was_filled_in(chromium: Browser, rooms: str) -> None:
    page = entered(chromium, rooms, "coordinator", f"/coordination/do/set-target/{KPI}")
    page.fill("#stated_as", "15 percent")
    page.click("main button.solid")
    page.wait_for_selector("#told")
    assert page.input_value("#stated_as") == "15 percent"
    assert page.locator("[aria-invalid=true]").count() >= 3
    assert violations(page) == []
    page.context.close()


def test_a_target_is_revised_and_approved_by_another_by_keyboard_alone_without_script(
    chromium: Browser, rooms: str
) -> None:
    page = entered(chromium, rooms, "coordinator", "/coordination/targets", java_script_enabled=False)
    follow(page, f"a[href$='set-target/{KPI}']")
    for field, value in (("kind", "Ab"), ("value", "14"), ("due_on", "03312021"), ("source", "The next plan"),
                         ("basis", "A"), ("reason", "A lower one is realistic")):  # fmt: skip
        reach(page, f"#{field}")
        page.keyboard.type(value)
    follow(page, "main button.solid")
    page.wait_for_url("**/coordination/targets")
    assert "someone else decides" in page.inner_text("main")
    page.context.close()
    other = entered(chromium, rooms, "officer.meti", "/coordination", java_script_enabled=False)
    follow(other, "a[href*='/approve-target/']")
    reach(other, "#comment")
    other.keyboard.type("Agreed")
    follow(other, "main button.solid")
    other.wait_for_url("**/coordination/targets")
    assert "No target." in other.inner_text("main")
    other.context.close()


def test_a_duty_is_given_and_ended_by_keyboard_alone_without_script(chromium: Browser, rooms: str) -> None:
    page = entered(chromium, rooms, "administrator", "/people", java_script_enabled=False)
    follow(page, "a[href$='/grant-duty']")
    for field, value in (
        ("person", "officer.jpo"),
        ("role", "Aud"),
        ("ministry", "Japan P"),
        ("valid_from", "04012020"),
    ):
        reach(page, f"#{field}")
        page.keyboard.type(value)
    follow(page, "main button.solid")
    page.wait_for_url("**/people")
    mine = "li:has(> code:text-is('officer.jpo'))"
    assert "Auditor" in page.inner_text(mine)
    follow(page, f"{mine} a[href*='end-duty']:has-text('Auditor')")
    for field, value in (("valid_to", "10012020"), ("reason", "Moved on")):
        reach(page, f"#{field}")
        page.keyboard.type(value)
    follow(page, "main button.solid")
    page.wait_for_url("**/people")
    assert page.locator(f"{mine} a[href*='end-duty']:has-text('Auditor')").count() == 0
    page.context.close()


def test_a_cycle_is_closed_by_keyboard_alone_without_script(chromium: Browser, rooms: str) -> None:
    page = entered(chromium, rooms, "coordinator", "/coordination", java_script_enabled=False)
    follow(page, "a[href$='/close-cycle/FY2020']")
    reach(page, "#reason")
    page.keyboard.type("All is in")
    follow(page, "main button.solid")
    page.wait_for_url("**/coordination")
    assert page.locator("a[href$='/reopen-cycle/FY2020']").count() == 1
    page.context.close()


def follow(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Enter")
