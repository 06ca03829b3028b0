"""The races find what they are there to find: each is run again with the one thing missing that it is about."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet

from tests.hostile.conftest import NO_LIMITS
from tests.journeys.service import FAULTY, service
from tests.races import callers, test_approvers, test_deadlocks, test_feed, test_one_key, test_pollers, test_writers
from tests.races.conftest import MANNERS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


def unread(line: str) -> None:
    """The figure of a race that was lost is nobody's."""


FOUND: dict[str, Callable[[int, Path], None]] = {
    "keys_are_not_looked_up": lambda port, folder: (
        test_one_key.test_one_key_a_thousand_times_over_20_connections_has_one_effect(port, None, unread)
    ),
    "if_match_is_not_compared": lambda port, folder: test_writers.test_32_writers_with_if_match_lose_no_edit(
        port, None, unread
    ),
    "nothing_is_tried_again": lambda port, folder: (
        test_deadlocks.test_a_request_that_a_deadlock_broke_off_is_tried_again_200(port, None, unread)
    ),
    "the_feed_is_in_the_order_of_numbers": lambda port, folder: (
        test_feed.test_a_consumer_that_is_killed_at_random_sees_each_event_once(port, None, folder, unread)
    ),
    "the_gate_sees_no_change": lambda port, folder: test_pollers.test_pollers_never_see_less_than_what_was_acknowledged(
        port, None, unread
    ),
}


@pytest.fixture(autouse=True)
def a_tenth_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing shows long before the full numbers."""
    monkeypatch.setattr(callers, "SCALE", 0.1)


@pytest.mark.parametrize("fault", FOUND)
def test_a_planted_fault_is_found(loaded: None, tmp_path: Path, fault: str) -> None:
    with service(*MANNERS, application=FAULTY, FAULT=fault, **NO_LIMITS) as base, pytest.raises(AssertionError):
        FOUND[fault](int(base.rpartition(":")[2]), tmp_path)


def test_approvals_that_lock_nothing_are_found(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(self: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        return self.all()

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    with pytest.raises(AssertionError):
        test_approvers.test_eight_approvers_have_one_winner_and_one_event_each_round(None, unread)
