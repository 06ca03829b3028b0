"""The service that the races are run against: two workers that come back when they die, and no limits."""

from collections.abc import Iterator

import pytest

from tests import kept
from tests.hostile.conftest import NO_LIMITS
from tests.journeys.service import service

MANNERS = ("--workers", "2", "--blocking-threads", "8", "--backpressure", "64", "--respawn-failed-workers")


@pytest.fixture(scope="session")
def port(django_db_setup: None) -> Iterator[int]:
    with service(*MANNERS, **NO_LIMITS) as base:
        yield int(base.rpartition(":")[2])


@pytest.fixture
def loaded(transactional_db: None, cut_fixtures: list[str]) -> None:
    kept.load(cut_fixtures)
