"""People's accounts and duties, kept by the administrator."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from measures import audit
from measures.errors import BadInput, NotVisible, Problem, WrongTurn
from measures.messages import say
from measures.models import Duty, Ministry, Person
from measures.operations import registry, sign_in_sessions
from measures.rules.roles import Actor, duty_of
from measures.vocabulary import Audience, Role


@transaction.atomic
def set_new_password(*, people: Iterable[Person], at: datetime, setter_id: int | None) -> str:
    """Gives all of `people` one new random password and returns it; it is kept nowhere and cannot be shown again."""
    password = secrets.token_urlsafe(12)
    # One hash for all of them: hashing takes long by design, and they share the password anyway.
    hashed = make_password(password)
    for person in Person.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk"):
        person.password = hashed
        person.save(update_fields=["password"])
        audit.record(
            at=at,
            actor_id=setter_id,
            verb="set_password",
            subject=("person", str(person.pk)),
            audience=Audience.RESTRICTED,
        )
        sign_in_sessions.end_all(person=person, at=at, ender_id=setter_id, why="password-set")
    return password


@transaction.atomic
def add(*, username: str, display_name: str, email: str, actor: Actor, at: datetime) -> Person:
    """A new account without a password and without a duty; its name stays out of the log, which outlives it."""
    registry.permit_administrator(actor)
    if Person.objects.filter(username=username).exists():
        raise BadInput(
            [Problem("/username", "taken", say("There is an account '{username}' already.", username=username))]
        )
    person = Person(username=username, display_name=display_name, email=email)
    person.set_unusable_password()
    person.save()
    _record("add", ("person", str(person.pk)), actor=actor, at=at)
    return person


@transaction.atomic
def set_active(*, username: str, active: bool, reason: str, actor: Actor, at: datetime) -> Person:
    """Closes an account, with all its tokens at once and its sessions for good, or opens it again."""
    registry.permit_administrator(actor)
    person = Person.objects.select_for_update().filter(username=username).first()
    if person is None:
        raise NotVisible("not-found", say("There is no account '{username}'.", username=username))
    if person.is_active != active:
        person.is_active = active
        person.save(update_fields=["is_active"])
        _record("open" if active else "close", ("person", str(person.pk)), actor=actor, at=at, reason=reason)
    if not active:
        _end_sessions(person, actor=actor, at=at, why="account-closed")
    return person


@transaction.atomic
def grant(*, person: Person, role: str, ministry: Ministry, valid_from: date, actor: Actor, at: datetime) -> Duty:
    """Gives a person a duty at a ministry from a day on; WrongTurn when it is theirs then already."""
    registry.permit_administrator(actor)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    still = Q(valid_to=None) | Q(valid_to__gt=valid_from)
    if Duty.objects.filter(still, person=person, role=role, ministry=ministry).exists():
        raise WrongTurn(
            "already-granted",
            say(
                "'{username}' holds '{role}' at '{code}' then already.",
                username=person.username,
                role=Role(role),
                code=ministry.code,
            ),
        )
    duty = Duty.objects.create(person=person, role=role, ministry=ministry, valid_from=valid_from)
    _record_duty("grant", duty, actor=actor, at=at)
    return duty


@transaction.atomic
def end_duty(*, duty_id: int, valid_to: date, reason: str, actor: Actor, at: datetime) -> Duty:
    """Ends a duty on a day, which is the first without it; from then on it opens nothing, its history stays.

    That day is today for one that is lost at once, also for one that began today: then no day is left of it.
    """
    registry.permit_administrator(actor)
    duty = Duty.objects.select_for_update(of=("self",)).select_related("person", "ministry").filter(pk=duty_id).first()
    if duty is None:
        raise NotVisible("not-found", say("There is no such duty."))
    if duty.valid_to is not None and duty.valid_to <= valid_to:
        raise WrongTurn("ended", say("The duty ends on {valid_to} already.", valid_to=duty.valid_to))
    if valid_to < duty.valid_from:
        detail = say("The duty begins on {valid_from}: give that day or a later one.", valid_from=duty.valid_from)
        raise BadInput([Problem("/valid_to", "too-early", detail)])
    duty.valid_to = valid_to
    duty.save(update_fields=["valid_to"])
    _record_duty("end", duty, actor=actor, at=at, reason=reason)
    return duty


def _end_sessions(person: Person, *, actor: Actor, at: datetime, why: str) -> int:
    return sign_in_sessions.end_all(
        person=person, at=at, ender_id=actor.person_id, request_id=actor.request_id, why=why
    )


def _record_duty(verb: str, duty: Duty, *, actor: Actor, at: datetime, reason: str = "") -> None:
    after = {
        "person": duty.person_id,
        "role": duty.role,
        "ministry": duty.ministry.code,
        "valid_from": duty.valid_from,
        "valid_to": duty.valid_to,
    }
    _record(verb, ("duty", str(duty.pk)), actor=actor, at=at, reason=reason, after=after)


def _record(
    verb: str,
    subject: tuple[str, str],
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    after: Mapping[str, Any] | None = None,
) -> None:
    duty, audience = duty_of(actor, Role.ADMINISTRATOR), Audience.RESTRICTED
    registry.record(verb, subject, actor=actor, at=at, reason=reason, after=after, audience=audience, duty=duty)
