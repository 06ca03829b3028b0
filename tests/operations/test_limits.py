"""Counting requests: each gets a number of its own, a window ends, and old counts are swept away."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import RequestCount
from measures.operations import limits
from measures.rules.limits import Policy, Quota

pytestmark = pytest.mark.django_db

READ = Quota(Policy("read", 3, 60), "Ofelia")
GUESSES = Quota(Policy("sign-in", 2, 600), "an address")
NOW = datetime(2026, 11, 23, 15, 4, 5, 500_000, tzinfo=timezone.get_default_timezone())


def spend(times: int, quota: Quota = READ, at: datetime = NOW, bar: Quota | None = None) -> list[bool]:
    """Whether each of so many requests was one too many."""
    spent = [limits.spend(quota=quota, at=at, bar=bar) for _ in range(times)]
    return [one.is_over for one in spent if one]


def test_the_fourth_of_three_is_over_and_each_is_told_what_is_left() -> None:
    spent = [limits.spend(quota=READ, at=NOW) for _ in range(4)]
    assert [(one.left, one.is_over) for one in spent if one] == [(2, False), (1, False), (0, False), (0, True)]


def test_a_window_is_the_same_for_all_and_says_when_it_ends() -> None:
    first = limits.spend(quota=READ, at=NOW)
    later = limits.spend(quota=READ, at=NOW + timedelta(seconds=54))
    assert first and later
    assert (later.left, first.seconds_left, later.seconds_left) == (1, 55, 1)
    assert first.back_at >= READ.until(NOW) == NOW + timedelta(seconds=54.5)


def test_the_next_window_counts_from_one_again() -> None:
    assert spend(5) == [False, False, False, True, True]
    assert spend(4, at=READ.until(NOW)) == [False, False, False, True]


def test_what_is_refused_is_not_written() -> None:
    spend(10)
    assert RequestCount.objects.get().hits == 3


def test_callers_and_policies_are_counted_apart() -> None:
    assert spend(4)[-1]
    assert spend(1, Quota(READ.policy, "Otto")) == [False]
    assert spend(1, Quota(Policy("write", 3, 60), "Ofelia")) == [False]


def test_a_policy_that_is_off_counts_nothing_and_asks_nothing() -> None:
    off = Quota(Policy("read", 0, 0), "Ofelia")
    with CaptureQueriesContext(connection) as captured:
        assert limits.spend(quota=off, at=NOW) is None
        assert limits.spend(quota=off, at=NOW, bar=Quota(Policy("sign-in", 0, 0), "an address")) is None
    assert len(captured) == 0


def test_a_request_costs_one_statement() -> None:
    with CaptureQueriesContext(connection) as captured:
        spend(3, bar=GUESSES, at=NOW + timedelta(microseconds=1))
    assert len(captured) == 3


@pytest.mark.parametrize("most", [3, 0])
def test_who_guessed_too_often_is_answered_about_the_guesses(most: int) -> None:
    quota = Quota(Policy("read", most, 60), "Ofelia")
    spend(1, GUESSES)
    before = limits.spend(quota=quota, at=NOW, bar=GUESSES)
    assert before is None or before.quota == quota
    spend(1, GUESSES)
    after = limits.spend(quota=quota, at=NOW, bar=GUESSES)
    assert after and (after.quota, after.is_over, after.left) == (GUESSES, True, 0)
    assert after.back_at >= GUESSES.until(NOW)
    passed = limits.spend(quota=quota, at=GUESSES.until(NOW), bar=GUESSES)
    assert passed is None or passed.quota == quota


def test_who_guessed_too_often_is_told_so_also_when_nothing_else_is_left() -> None:
    spend(4)
    spend(2, GUESSES)
    spent = limits.spend(quota=READ, at=NOW, bar=GUESSES)
    assert spent and spent.quota == GUESSES


def test_what_is_given_back_can_be_spent_again() -> None:
    spend(2)
    third = limits.spend(quota=READ, at=NOW)
    assert third and limits.give_back(third).left == 1
    assert spend(2) == [False, True]


def test_nothing_is_given_back_to_another_window() -> None:
    first = limits.spend(quota=READ, at=NOW)
    assert first
    spend(3, at=NOW + timedelta(seconds=60))
    limits.give_back(first)
    assert spend(1, at=NOW + timedelta(seconds=60)) == [True]


def test_windows_that_ended_are_swept_as_others_begin_and_open_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SWEPT_EVERY", 50)
    between = NOW + timedelta(microseconds=1)
    for number in range(limits.SWEPT_AT_ONCE + 10):
        spend(1, Quota(READ.policy, f"caller {number}"), at=between)
    later = between + timedelta(minutes=3)
    spend(1, Quota(READ.policy, "who does not sweep"), at=later)
    assert RequestCount.objects.count() == limits.SWEPT_AT_ONCE + 11
    for number in range(2):
        spend(1, Quota(READ.policy, f"later caller {number}"), at=NOW + timedelta(minutes=3))
    assert list(RequestCount.objects.values_list("until", flat=True)) == [READ.until(later)] * 3


def test_the_table_is_unlogged() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE oid = 'public.measures_requestcount'::regclass")
        assert cursor.fetchone() == ("u",)
