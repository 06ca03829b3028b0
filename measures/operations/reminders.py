"""Reminders of what is owed, written as notices; how often it is done makes no difference."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from measures.models import Notice, Obligation
from measures.operations import moments
from measures.queries import obligations, people
from measures.rules import reminders
from measures.vocabulary import EventSubject, Role


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Writes what is to be told of every report that is owed at `at` and was not told yet; returns how many were due.

    What was told already is there already, so that a second run, or one beside it, adds nothing.
    """
    on = moments.day_of(at)
    owed = [one.obligation for one in obligations.outstanding(at=at)]
    rows = obligations.related(Obligation.objects.filter(pk__in=owed)).order_by("pk")
    holders = _holders(at)
    notices = [
        Notice(
            person_id=person_id,
            kind=one.kind,
            subject_type=EventSubject.OBLIGATION.value,
            subject_code=str(row.pk),
            measure=row.measure,
            cycle=row.cycle,
            due_on=row.due_on,
            written_at=at,
            not_before=at,
            told_on=one.on,
        )
        for row in rows
        for one in reminders.told_by(opens_on=row.cycle.opens_on, due_on=row.due_on, on=on)
        for person_id in holders(one.role, row.ministry_id)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)


def _holders(at: datetime) -> Callable[[Role, int], list[int]]:
    """Who holds a role for a ministry (id), each asked for once."""
    known: dict[tuple[Role, int | None], list[int]] = {}

    def found(role: Role, ministry_id: int) -> list[int]:
        # The coordinator's duty is for all of them.
        key = (role, None if role == Role.COORDINATOR else ministry_id)
        if key not in known:
            known[key] = people.holders(role=role, ministry_id=key[1], on=moments.day_of(at))
        return known[key]

    return found
