"""Who is asking, at a moment."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from measures.models import Duty
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import Role, Scope


def actor(*, person_id: int, scopes: Iterable[str], on: date, request_id: str) -> Actor:
    """A person with the duties held on the day `on`; one statement."""
    held = Duty.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), person=person_id, valid_from__lte=on)
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
    held = Duty.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, person__is_active=True)
    at = {} if ministry_id is None else {"ministry": ministry_id}
    return sorted(set(held.filter(role=role, **at).values_list("person_id", flat=True)))
