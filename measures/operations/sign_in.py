"""Signing in: a password or code is counted before it is looked at, and the log hears of it either way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.crypto import salted_hmac

from measures.models import Person, RequestCount
from measures.operations import limits
from measures.operations.sign_in_events import record
from measures.rules.limits import Policy, Quota, Spent
from measures.vocabulary import EventVerb

ACCOUNT = "account"
# How one signed in, as the log has it.
PASSWORD = "password"  # noqa: S105 - the word, not one


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a password: whose it is, or None; `lock` is there when the account takes none at the moment."""

    person: Person | None = None
    lock: Spent | None = None


def with_password(*, username: str, password: str, caller: str, at: datetime, request_id: str) -> Attempt:
    """Looks whether the password is that of the account, unless it is locked: then a right one is like a wrong one.

    A name that there is no account for is counted, locked and answered like any other, in the same time. `caller` is
    the keyed hash of the address.
    """
    name = normalize("NFKC", username).strip()
    spent = limits.spend(quota=lock_of(name), at=at)
    if spent and spent.is_over:
        return Attempt(lock=spent)
    # Django hashes for an unknown name and a closed account as well.
    person = authenticate(username=name, password=password)
    if isinstance(person, Person):
        spare(spent)
        return Attempt(person)
    known = Person.objects.filter(username=name).first()
    record_failure(known, spent, how=PASSWORD, caller=caller, at=at, request_id=request_id)
    return Attempt()


def lock_of(username: str) -> Quota:
    """The wrong passwords and codes that an account may have; the name is hashed, since it may be a password."""
    hashed = salted_hmac("measures.operations.sign_in", username, algorithm="sha256").hexdigest()[:32]
    return Quota(Policy(ACCOUNT, *settings.LOCKOUT), hashed)


def spare(spent: Spent | None) -> None:
    """Takes back what was counted before it proved right."""
    if spent:
        limits.give_back(spent)


@transaction.atomic
def lift(*, person: Person, at: datetime, lifter_id: int | None, reason: str = "", request_id: str = "") -> bool:
    """Lets an account be signed in to again at once; whether it was locked."""
    quota = lock_of(person.username)
    held = RequestCount.objects.filter(key=quota.key(at)).first() if not quota.policy.is_off else None
    if held is None or held.hits < quota.policy.most:
        return False
    held.delete()
    after = {"reason": reason} if reason else None
    _record(EventVerb.LIFT, person, actor_id=lifter_id, after=after, at=at, request_id=request_id)
    return True


def record_failure(
    person: Person | None, spent: Spent | None, *, how: str, caller: str, at: datetime, request_id: str
) -> None:
    """The event of a wrong password or code; of a name without an account it says nothing."""
    after: dict[str, Any] = {"how": how, "caller": caller}
    if spent and not spent.left:
        after["locked_until"] = spent.quota.until(at)
    _record(EventVerb.FAIL_SIGN_IN, person, actor_id=None, after=after, at=at, request_id=request_id)


def _record(
    verb: EventVerb,
    person: Person | None,
    *,
    actor_id: int | None,
    after: Mapping[str, Any] | None,
    at: datetime,
    request_id: str,
) -> None:
    subject = ("person", str(person.pk) if person else "unknown")
    record(verb, subject, actor_id=actor_id, after=after, at=at, request_id=request_id)
