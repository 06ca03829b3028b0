"""Leases: however many processes count at once, no more pass than the limit, and what is said to be left is left."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import RequestCount
from measures.operations import gate
from measures.operations.leases import MOST_HELD, Leases
from measures.operations.moments import day_of
from measures.rules.limits import Policy, Quota, Spent
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

DAY = 86_400
NOW = timezone.now()


def quota(most: int, caller: str = "an address") -> Quota:
    return Quota(Policy("anonymous", most, DAY), caller)


def ask(most: int, at: Any = NOW) -> Spent:
    spent = gate.anyone(quota=quota(most), at=at).spent
    assert spent
    return spent


def wrote(most: int) -> bool:
    """Whether a request changed what is counted in the database."""
    before = list(RequestCount.objects.values_list("hits", flat=True))
    ask(most)
    return before != list(RequestCount.objects.values_list("hits", flat=True))


@pytest.mark.parametrize("most", [1, 10, 99, 100, 101, 149, 150, 1000, 2000])
def test_one_process_passes_exactly_the_limit_and_counts_down_one_by_one(most: int) -> None:
    told = [ask(most) for _ in range(most + 5)]
    assert [one.is_over for one in told] == [False] * most + [True] * 5
    assert [one.left for one in told] == [*range(most - 1, -1, -1), *[0] * 5]
    assert RequestCount.objects.get().hits == most


@pytest.mark.parametrize("most", [10, 150, 1000, 20_000])
def test_many_processes_pass_no_more_than_the_limit_and_nobody_is_told_more_than_is_left(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes, chance = [Leases() for _ in range(4)], random.Random(most)
    passed = 0
    refused: set[int] = set()
    while len(refused) < len(processes):
        place = chance.randrange(len(processes))
        monkeypatch.setattr(gate, "LEASES", processes[place])
        told = ask(most)
        if told.is_over:
            refused.add(place)
        else:
            passed += 1
            assert told.left <= most - passed
    # Each went on until its own lease was spent.
    assert passed == most


def test_a_lease_is_spent_without_a_write_and_the_last_part_is_counted_one_by_one() -> None:
    wrote_at = [wrote(1000) for _ in range(1000)]
    assert wrote_at[:21] == [True, *[False] * 19, True]
    assert all(wrote_at[-50:])
    assert sum(wrote_at) < 250


def test_of_a_large_limit_a_hundred_are_counted_at_once_of_a_small_one_each() -> None:
    ask(10**6)
    assert RequestCount.objects.get().hits == gate.MOST_LEASED
    RequestCount.objects.all().delete()
    gate.LEASES.clear()
    ask(99)
    assert RequestCount.objects.get().hits == 1


def test_a_lease_ends_with_its_window() -> None:
    ask(1000)
    ask(1000, NOW + timedelta(days=1))
    assert sorted(RequestCount.objects.values_list("hits", flat=True)) == [20, 20]


def test_a_lease_of_which_the_database_knows_nothing_is_void() -> None:
    ask(1000)
    RequestCount.objects.all().delete()
    assert ask(1000).left == 999
    RequestCount.objects.update(hits=10**6)
    assert ask(1000).is_over


def bearer(text: str, most: int = 1000) -> gate.Admitted | None:
    public_id, _, secret = text.partition(".")
    policy, bar = Policy("read", most, DAY), Quota(Policy("sign-in", 10, DAY), "an address")
    return gate.bearer(public_id=public_id, secret=secret, policy=policy, bar=bar, at=NOW, on=day_of(NOW))


def test_a_wrong_secret_takes_nothing_of_a_lease() -> None:
    text = builders.token("officer.jpo")
    for left in range(999, 980, -1):
        assert bearer(f"{text[:-2]}AA") is None
        admitted = bearer(text)
        assert admitted and admitted.spent and admitted.spent.left == left


def test_tokens_of_one_person_have_leases_of_one_quota() -> None:
    texts = [builders.token("officer.jpo") for _ in range(3)]
    passed = 0
    for number in range(400):
        admitted = bearer(texts[number % 3], most=300)
        assert admitted and admitted.spent
        if not admitted.spent.is_over:
            passed += 1
            assert admitted.spent.left <= 300 - passed
    assert passed == 300


def test_a_request_is_one_statement_with_a_lease_and_without() -> None:
    text = builders.token("officer.jpo")
    bearer(text)
    with CaptureQueriesContext(connection) as captured:
        bearer(text)
        ask(10)
        ask(1000)
    assert len(captured) == 3


def test_as_many_leases_are_held_as_callers_are_at_once_the_longest_unused_goes() -> None:
    leases = Leases()
    for number in range(MOST_HELD):
        leases.add(str(number), 2)
    assert leases.take("0") == 1
    leases.add("one more", 1)
    assert (leases.take("1"), leases.take("0"), leases.take("0")) == (None, 0, None)
