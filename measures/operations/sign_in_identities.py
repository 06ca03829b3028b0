"""Accounts at the identity provider: linked to people whom the administrator knows, never the other way round."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from measures.errors import WrongTurn
from measures.messages import say
from measures.models import Identity, Person
from measures.operations import sign_in, sign_in_sessions
from measures.operations.sign_in_events import record
from measures.vocabulary import EventVerb

# How one signed in, as the log has it.
IDENTITY = "identity"
LONGEST_SUBJECT, LONGEST_ISSUER = 191, 200


def find(*, issuer: str, subject: str, email: str, caller: str, at: datetime, request_id: str) -> Person | None:
    """Whose identity it is, if they still have an open account; None leaves the event of a failed sign-in.

    An identity that is seen for the first time is linked to the one person whose mail address, which only the
    administrator sets, is `email`, unless that person has an identity there already: addresses are given anew when
    people leave. `email` is blank unless the provider verified it.
    """
    person = _linked(issuer, subject) or _by_email(issuer, subject, email, at=at, request_id=request_id)
    if person is None or not person.is_active:
        sign_in.record_failure(person, None, how=IDENTITY, caller=caller, at=at, request_id=request_id)
        return None
    return person


@transaction.atomic
def link(
    *,
    person: Person,
    issuer: str,
    subject: str,
    at: datetime,
    linker_id: int | None,
    request_id: str = "",
    by: str = "",
) -> Identity:
    """Lets an identity open an account; WrongTurn when either has another one at the provider."""
    Person.objects.select_for_update().get(pk=person.pk)
    if Identity.objects.filter(Q(uid=subject) | Q(user_id=person.pk), provider=issuer).exists():
        raise WrongTurn("wrong-turn", say("The account or the identity is linked already: unlink it first."))
    made = Identity.objects.create(user_id=person.pk, provider=issuer, uid=subject, extra_data={})
    _record(EventVerb.LINK, person, actor_id=linker_id, by=by, at=at, request_id=request_id)
    return made


@transaction.atomic
def unlink(*, person: Person, at: datetime, remover_id: int | None, request_id: str = "") -> bool:
    """Takes all identities from an account and ends its sessions; whether there was one."""
    removed, _ = Identity.objects.filter(user_id=person.pk).delete()
    if removed:
        _record(EventVerb.UNLINK, person, actor_id=remover_id, at=at, request_id=request_id)
        sign_in_sessions.end_all(
            person=person, at=at, ender_id=remover_id, request_id=request_id, why="identity-unlinked"
        )
    return bool(removed)


def _linked(issuer: str, subject: str) -> Person | None:
    found = Identity.objects.filter(provider=issuer, uid=subject).values("user_id")
    return Person.objects.filter(pk__in=found).first()


def _by_email(issuer: str, subject: str, email: str, *, at: datetime, request_id: str) -> Person | None:
    if not email:
        return None
    people = list(Person.objects.filter(email__iexact=email, is_active=True)[:2])
    if len(people) != 1:
        return None
    try:
        link(
            person=people[0], issuer=issuer, subject=subject, at=at, linker_id=people[0].pk, by="email",
            request_id=request_id,
        )  # fmt: skip
    except WrongTurn:
        return None
    return people[0]


def _record(
    verb: EventVerb, person: Person, *, actor_id: int | None, at: datetime, request_id: str, by: str = ""
) -> None:
    after = {"by": by} if by else None
    record(verb, ("identity", str(person.pk)), actor_id=actor_id, after=after, at=at, request_id=request_id)
