"""On which days who is reminded of a report that is owed: a pure calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from measures.vocabulary import NoticeKind, Role

BEFORE = (timedelta(days=14), timedelta(days=3), timedelta(0))
WEEK = timedelta(days=7)
# From how long after the day it was due who else is told, every week.
ESCALATED = {Role.APPROVER: WEEK, Role.COORDINATOR: 2 * WEEK}


@dataclass(frozen=True, slots=True)
class Reminder:
    """That whoever holds `role` is told `kind` on the day `on`."""

    role: Role
    kind: NoticeKind
    on: date


def told_by(*, opens_on: date, due_on: date, on: date) -> list[Reminder]:
    """The last reminder of each role up to the day `on`, whether it was written then or not.

    So a day on which nobody reminded is made up for on the next, by one reminder and not by all that were missed.
    """
    days = sorted({opens_on, *(due_on - before for before in BEFORE if due_on - before >= opens_on)})
    weeks = max(0, (on - due_on) // WEEK)
    told = [day for day in days if day <= on]
    found = []
    if weeks:
        found.append(Reminder(Role.OFFICER, NoticeKind.OVERDUE, due_on + weeks * WEEK))
    elif told:
        found.append(Reminder(Role.OFFICER, NoticeKind.REMINDER, told[-1]))
    for role, after in ESCALATED.items():
        if on - due_on >= after:
            found.append(Reminder(role, NoticeKind.ESCALATED, due_on + weeks * WEEK))
    return found
