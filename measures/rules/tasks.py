"""What waits for a person, and in which order: what ends first comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from measures.rules.days import JAPAN
from measures.vocabulary import EventVerb, TaskKind

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Task:
    """`subject` is the address of what waits, below the API's; `deadline` the instant, or the last day, or None.

    `verb` is what is to be done, None where someone else does it; `measure` and `cycle` are codes, where there are any.
    """

    kind: TaskKind
    verb: EventVerb | None
    subject: str
    measure: str | None = None
    cycle: str | None = None
    deadline: date | None = None


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """By when they end, those that never do last; a day ends with its midnight in Japan."""
    return sorted(tasks, key=_place)


def _place(task: Task) -> tuple[bool, datetime, str, str]:
    end = _end(task.deadline) if task.deadline else datetime.max.replace(tzinfo=JAPAN)
    return task.deadline is None, end, task.kind.value, task.subject


def _end(deadline: date) -> datetime:
    if isinstance(deadline, datetime):
        return deadline
    return datetime.combine(deadline + timedelta(days=1), time.min, JAPAN)
