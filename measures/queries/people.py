"""Who is asking, at a moment."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from measures.models import Duty
from measures.queries import valid
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import Role, Scope


def actor(*, person_id: int, scopes: Iterable[str], on: date, request_id: str) -> Actor:
    """A person with the duties held on the day `on`; one statement."""
    held = Duty.objects.filter(valid.on_day(on), person=person_id)
    return Actor(
        person_id=person_id,
        duties=frozenset(
            DutyHeld(Role(role), ministry) for role, ministry in held.values_list("role", "ministry__code")
        ),
        scopes=frozenset(Scope(scope) for scope in scopes),
        request_id=request_id,
    )


def holders(*, role: Role, ministry_id: int | None, on: date) -> list[int]:
    """Ids of those with an open account who hold `role` at a ministry, or at any, on the day `on`; one statement."""
    at = {} if ministry_id is None else {"ministry": ministry_id}
    return sorted(set(held(role=role, on=on).filter(**at).values_list("person_id", flat=True)))


def held(*, role: Role, on: date) -> QuerySet[Duty]:
    """The duties of `role` that people with an open account hold on the day `on`."""
    return Duty.objects.filter(valid.on_day(on), role=role, person__is_active=True)
