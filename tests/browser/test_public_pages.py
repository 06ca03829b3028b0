"""Public pages in a browser: nothing that WCAG 2.2 AA forbids, small, from one host, without script, by keyboard."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.web.test_assets import wrong
from tests.web.test_pages import PUBLIC

# Without it no test here would ask for the tests' database, and the service would be given the other one.
pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
AXE = (HERE / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Both themes, widths and languages, each pair of a theme with a width.
LOOKS = [("light", 1280, "ja"), ("dark", 1280, "en"), ("light", 360, "en"), ("dark", 360, "ja")]
ADDRESSES = {**PUBLIC, "login": "/login", "refusal": "/nothing", "past": "/?known_at=2026-11-20"}
# Where the pictures go, if anywhere.
PICTURES = os.environ.get("SCREENSHOTS_DIR")
if PICTURES:
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
MOST_BYTES = 100_000


def opened(chromium: Browser, address: str, theme: str, width: int, language: str, **more: bool) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        locale=language,
        **more,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(address)
    return page


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_has_no_violation_in_any_look_and_fits(chromium: Browser, site: str, name: str) -> None:
    for theme, width, language in LOOKS:
        page = opened(chromium, site + ADDRESSES[name], theme, width, language)
        look = f"{theme}-{width}-{language}"
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{look}.png", full_page=True)
        assert violations(page) == [], look
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{look} scrolls sideways"
        page.context.close()


def test_axe_finds_what_is_wrong(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}/", "light", 1280, "en")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=x><input>'")
    assert {one.partition(":")[0] for one in violations(page)} == {"image-alt", "label"}
    page.context.close()


def test_axe_is_as_it_came() -> None:
    (told,) = {HERE / line.split("  ")[1] for line in (HERE / "SHA256SUMS").read_text().splitlines() if "min" in line}
    assert told.exists()
    assert [one for one in wrong(HERE) if one.startswith("axe-core")] == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_is_small_and_asks_this_host_alone(chromium: Browser, site: str, name: str) -> None:
    context = chromium.new_context(locale="ja")
    page = context.new_page()
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request))
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto(site + ADDRESSES[name], wait_until="networkidle")
    sizes = {one.url: one.sizes() for one in done}
    assert all(url.startswith(site) for url in sizes)
    assert sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes.values()) < MOST_BYTES
    assert [text for text in broken if "404" not in text] == [], "the policy forbids something that the page has"
    context.close()


def test_a_measure_is_found_and_opened_by_keyboard_alone_without_script(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}/measures", "light", 1280, "en", java_script_enabled=False)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")
    reach(page, "#q")
    page.keyboard.type("ﾍﾞﾝﾁｬｰ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures?q=*")
    assert "3 measures" in page.locator("[role=status]").inner_text()
    reach(page, "a[href*='/measures/MEXT2019-P2-06']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures/MEXT2019-P2-06")
    page.context.close()


def test_the_language_is_changed_by_keyboard_alone_without_script(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}/cycles", "light", 360, "ja", java_script_enabled=False)
    reach(page, "button[value=en]")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en]")
    assert page.url == f"{site}/cycles"
    reach(page, "button[value=dark]")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en][data-theme=dark]")
    page.context.close()


def test_the_past_is_asked_for_by_keyboard_alone_without_script(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}/", "light", 1280, "en", java_script_enabled=False)
    reach(page, "summary")
    page.keyboard.press("Enter")
    reach(page, "#known_at")
    page.keyboard.type("11202026")
    page.keyboard.press("Tab")
    page.keyboard.type("0930AM")
    reach(page, ".time button")
    page.keyboard.press("Enter")
    page.wait_for_url("**known_at=2026-11-20T09*")
    assert "As known on 20 November 2026 09:30 JST." in page.locator(".time-said").inner_text()
    page.context.close()


def test_what_became_of_a_report_is_read_by_keyboard_alone_without_script(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}/reports", "light", 1280, "en", java_script_enabled=False)
    reach(page, "a[href='/reports/FY2020-1']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/FY2020-1")
    reach(page, "#with")
    reach(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/FY2020-1/comparison?with=")
    assert "Each KPI as published, as restated, and rated anew" in page.inner_text("main")
    page.context.close()


def test_a_file_of_a_day_is_found_by_keyboard_alone_without_script(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}/audit", "light", 1280, "en", java_script_enabled=False)
    reach(page, "#known_at")
    page.keyboard.type("11202026")
    page.keyboard.press("Tab")
    page.keyboard.type("0930AM")
    reach(page, ".time button")
    page.keyboard.press("Enter")
    page.wait_for_url("**known_at=2026-11-20T09*")
    reach(page, "a[href*='/exports/observations.xlsx?known_at=2026-11-20']")
    page.context.close()


def reach(page: Page, selector: str) -> None:
    """Goes on by Tab until `selector` has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"no Tab leads to {selector}")
