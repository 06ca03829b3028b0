"""Sessions of signed-in browsers: begun, noted when they are used, and ended at once, for the API as well."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from measures.errors import NotVisible
from measures.messages import say
from measures.models import Person, SignIn
from measures.operations.sign_in_events import record
from measures.vocabulary import EventVerb

USED_AT_MOST_ONCE_IN = timedelta(minutes=1)
LONGEST_AGENT, LONGEST_ADDRESS = 200, 64


@transaction.atomic
def begin(
    *,
    session: SessionBase,
    person: Person,
    how: str,
    address: str,
    agent: str,
    caller: str,
    at: datetime,
    request_id: str,
) -> SignIn:
    """Keeps the session that `person` was signed in to, from where and with what; those that ran out are gone then.

    Where from is kept as long as the session, for its person to know it by; the log has only `caller`, a keyed hash.
    """
    Session.objects.filter(expire_date__lt=at, pk__in=SignIn.objects.filter(person=person).values("pk")).delete()
    session.save()
    begun = SignIn.objects.create(
        session_id=session.session_key or "",
        public_id=secrets.token_hex(8),
        person=person,
        how=how,
        address=address[:LONGEST_ADDRESS],
        agent="".join(letter for letter in agent if letter.isprintable())[:LONGEST_AGENT],
        began_at=at,
        last_used_at=at,
    )
    after = {"person": person.pk, "how": how, "caller": caller}
    subject = ("session", begun.public_id)
    record(EventVerb.SIGN_IN, subject, actor_id=person.pk, after=after, at=at, request_id=request_id)
    return begun


def note_use(*, session_key: str, at: datetime) -> None:
    """Notes that a session was used, at most once a minute; one statement."""
    SignIn.objects.filter(pk=session_key, last_used_at__lt=at - USED_AT_MOST_ONCE_IN).update(last_used_at=at)


@transaction.atomic
def end(*, person: Person, public_id: str, at: datetime, request_id: str, why: str = "ended") -> None:
    """Ends one of the person's own sessions; NotVisible when it is none of theirs."""
    if not _end(person, [public_id], at=at, ender_id=person.pk, request_id=request_id, why=why):
        raise NotVisible("not-found", say("There is no such session, or it has ended."))


@transaction.atomic
def end_all(
    *,
    person: Person,
    at: datetime,
    ender_id: int | None,
    request_id: str = "",
    why: str = "ended",
    keep: str | None = None,
) -> int:
    """Ends the person's sessions but the one with the key `keep`, each with its event; returns how many."""
    theirs = SignIn.objects.filter(person=person).exclude(pk=keep or "")
    public_ids = list(theirs.order_by("public_id").values_list("public_id", flat=True))
    return _end(person, public_ids, at=at, ender_id=ender_id, request_id=request_id, why=why)


def _end(
    person: Person, public_ids: Iterable[str], *, at: datetime, ender_id: int | None, request_id: str, why: str
) -> int:
    found = SignIn.objects.select_for_update().filter(person=person, public_id__in=public_ids).order_by("public_id")
    ended = list(found)
    Session.objects.filter(pk__in=[one.pk for one in ended]).delete()
    for one in ended:
        after, subject = {"person": person.pk, "why": why}, ("session", one.public_id)
        record(EventVerb.END, subject, actor_id=ender_id, after=after, at=at, request_id=request_id)
    return len(ended)
