"""What waits for a person, in its order."""

from datetime import date, datetime

from measures.rules.days import JAPAN
from measures.rules.tasks import Task, in_order
from measures.vocabulary import TaskKind


def task(subject: str, deadline: date | None) -> Task:
    return Task(TaskKind.DUE, None, subject, deadline=deadline)


def test_what_ends_first_comes_first_a_day_with_its_midnight_and_what_never_ends_last() -> None:
    day = date(2026, 12, 25)
    given = [
        task("never", None),
        task("next morning", datetime(2026, 12, 26, 9, tzinfo=JAPAN)),
        task("day", day),
        task("that evening", datetime(2026, 12, 25, 18, tzinfo=JAPAN)),
        task("day before", date(2026, 12, 24)),
        task("also never", None),
    ]
    order = ["day before", "that evening", "day", "next morning", "also never", "never"]
    assert [one.subject for one in in_order(given)] == order
