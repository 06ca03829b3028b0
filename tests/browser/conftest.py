"""One chromium, and a service for each file, for all that is tested in a browser; without it that is left out."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, sync_playwright

from tests import builders, kept
from tests.conftest import empty
from tests.journeys.service import service

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
