"""One chromium and one service for all that is tested in a browser; without a chromium it is left out, and says so."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import kept
from tests.journeys.service import service

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: Any, cut_fixtures: list[str]) -> Iterator[str]:
    """The address of a service with the cut fixtures, whatever a test before left."""
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    with django_db_blocker.unblock():
        kept.load(cut_fixtures)
        with service(DEFAULT_LANGUAGE="ja") as base:
            yield base


@pytest.fixture(scope="session")
def chromium(site: str) -> Iterator[Browser]:
    # Its loop runs in our thread, where Django would then take every statement for one of an asynchronous view.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # The sandbox needs what root in a container has not.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
