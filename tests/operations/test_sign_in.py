"""Passwords: how many wrong ones an account takes, who is told what, and what the log hears."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connection, connections
from django.utils import timezone

from measures.models import Event, Person, RequestCount
from measures.operations import limits, people, sign_in
from measures.operations.sign_in import Attempt
from tests.figures import Figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

MOST, DAY = 3, 86_400


@pytest.fixture(autouse=True)
def three_wrong_ones(settings: Any) -> None:
    settings.LOCKOUT = (MOST, DAY)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def password() -> str:
    cast = Person.objects.filter(username="officer.jpo")
    return people.set_new_password(people=cast, at=timezone.now(), setter_id=None)


def attempt(password: str = "wrong", username: str = "officer.jpo", at: datetime | None = None) -> Attempt:
    return sign_in.with_password(
        username=username, password=password, caller="c0ffee", at=at or timezone.now(), request_id="test-request"
    )


def test_after_three_wrong_passwords_a_right_one_is_not_told_right_until_the_window_ends(password: str) -> None:
    assert [attempt().lock for _ in range(MOST)] == [None] * MOST
    lock = attempt(password).lock
    assert lock and attempt(password).person is None
    assert attempt(password, at=lock.back_at + timedelta(seconds=1)).person


def test_right_passwords_lock_nobody_out(password: str) -> None:
    assert all(attempt(password).person for _ in range(2 * MOST))
    assert [attempt().lock for _ in range(MOST)] == [None] * MOST


def test_a_name_without_an_account_is_locked_like_any_other() -> None:
    assert [attempt(username="nobody").lock for _ in range(MOST)] == [None] * MOST
    assert attempt(username="nobody").lock
    assert not attempt(username="somebody").lock


@pytest.mark.parametrize("spelt", ["ｏｆｆｉｃｅｒ．ｊｐｏ", " officer.jpo "])
def test_another_spelling_of_a_name_has_no_tries_of_its_own(spelt: str, password: str) -> None:
    assert attempt(password, username=spelt).person
    assert [attempt(username=spelt).lock for _ in range(MOST)] == [None] * MOST
    assert attempt(password).lock


def test_a_name_without_an_account_costs_one_hash_like_one_with(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda *given, **more: hashed.append(1) or encode(*given, **more)
    )
    costs = []
    for username in ("officer.jpo", "nobody", "officer.meti"):
        hashed.clear()
        attempt(username=username)
        costs.append(len(hashed))
    assert costs == [1, 1, 1]


def test_a_closed_account_is_like_a_wrong_password(password: str) -> None:
    Person.objects.filter(username="officer.jpo").update(is_active=False)
    assert attempt(password) == Attempt()


def test_the_log_hears_of_a_wrong_password_and_of_the_lock_but_not_the_password() -> None:
    for _ in range(MOST + 2):
        attempt("the-tried-password")
    failed = Event.objects.filter(verb="fail_sign_in").order_by("pk")
    person = Person.objects.get(username="officer.jpo")
    assert [(one.subject_code, one.audience, one.actor_id) for one in failed] == [
        (str(person.pk), "restricted", None)
    ] * MOST
    assert ["locked_until" in one.body for one in failed] == [False] * (MOST - 1) + [True]
    assert not any("the-tried-password" in one.body for one in failed)


def test_the_name_of_no_account_is_kept_nowhere_since_it_may_be_a_password() -> None:
    attempt(username="correct-horse")
    event = Event.objects.get(verb="fail_sign_in")
    assert event.subject_code == "unknown"
    assert "correct-horse" not in event.body
    assert not RequestCount.objects.filter(key__contains="correct-horse").exists()


def test_a_lock_that_is_off_never_locks(settings: Any, password: str) -> None:
    settings.LOCKOUT = (0, 0)
    assert [attempt().lock for _ in range(20)] == [None] * 20
    assert attempt(password).person


@pytest.mark.django_db(transaction=True)
def test_of_32_at_once_exactly_as_many_are_looked_at_as_may_be_wrong(figure: Figure) -> None:
    locked = together(32)
    assert locked.count(False) == MOST
    figure(f"lockout: {locked.count(False)} of 32 wrong passwords at once were looked at, {MOST} may be wrong")


@pytest.mark.django_db(transaction=True)
def test_a_count_that_is_read_before_it_is_written_lets_more_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: who counts in two steps looks at more passwords."""

    def in_two_steps(*, quota: limits.Quota, at: datetime, bar: None = None) -> limits.Spent:
        held = RequestCount.objects.filter(key=quota.key(at)).first()
        hits = held.hits + 1 if held else 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        RequestCount.objects.update_or_create(key=quota.key(at), defaults={"hits": hits, "until": quota.until(at)})
        return limits.Spent(quota, hits, at)

    monkeypatch.setattr(limits, "spend", in_two_steps)
    assert together(16).count(False) > MOST


def together(number: int) -> list[bool]:
    """Whether each of so many wrong passwords, given at once, met a lock."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda _: one_of_many(), range(number)))


def one_of_many() -> bool:
    try:
        return attempt().lock is not None
    finally:
        connections.close_all()
