"""One chromium, and a service for each file, for all that is tested in a browser; without it that is left out."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import builders, kept
from tests.conftest import empty
from tests.journeys.service import service
from tests.web.test_login import PASSWORD, with_password

Opened = Callable[..., Page]
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, cut_fixtures: list[str]) -> Iterator[str]:
    """The address of a service with the cut fixtures, a report that was approved, and what was published of it.

    All of that is committed, so that the next file finds empty tables, as after a transactional test.
    """
    with django_db_blocker.unblock():
        empty()
        kept.load(cut_fixtures)
        builders.an_update("approved")
        call_command("publish_report", "FY2020", by="coordinator", verbosity=0)
        call_command("seal", verbosity=0)
        with service(DEFAULT_LANGUAGE="ja") as base:
            yield base
        empty()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    # Its loop runs in our thread, where Django would then take every statement for one of an asynchronous view.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # The sandbox needs what root in a container has not.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, site: str, db: None, cut_fixtures: list[str]) -> Iterator[Opened]:
    """Opens a page in a browser where one of the cast, or nobody, has signed in; nothing was reported yet."""
    empty()
    kept.load(cut_fixtures)
    contexts: list[BrowserContext] = []

    def open_(
        username: str, address: str, width: int = 1280, theme: str = "light", language: str = "en", **more: bool
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # type: ignore[arg-type]
            locale=language,
            **more,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        if username:
            page.goto(f"{site}/login?next={address}")
            sign_in(page, username)
        return page

    for username in ("officer.jpo", "approver.jpo", "coordinator", "auditor"):
        with_password(username)
    yield open_
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str) -> None:
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
