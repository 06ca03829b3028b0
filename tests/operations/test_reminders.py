"""Reminders through a simulated year: who gets which mail on which day, once, however often it is run."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from measures.models import Cycle, Notice, Obligation
from measures.operations import obligations, progress, reminders
from measures.operations.moments import JAPAN
from tests import builders
from tests.operations.test_mails import reachable, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

CAST = ("officer.jpo", "approver.jpo", "coordinator")


def at(cycle: Cycle, days: int) -> datetime:
    """Nine in the morning, so many days after the day it is due."""
    return datetime(cycle.due_on.year, cycle.due_on.month, cycle.due_on.day, 9, tzinfo=JAPAN) + timedelta(days=days)


def owed() -> Obligation:
    return Obligation.objects.get(measure__code=builders.SME)


def told() -> Counter[tuple[str, str]]:
    return Counter(
        Notice.objects.filter(subject_code=str(owed().pk)).values_list("person__username", "kind"),
    )


def test_a_year_gives_each_person_the_mails_of_the_calendar() -> None:
    cycle = builders.an_open_cycle()
    reachable(*CAST)
    mailed: dict[str, list[int]] = {name: [] for name in CAST}
    first = (cycle.opens_on - cycle.due_on).days
    for day in range(first - 1, 23):
        reminders.remind(at=at(cycle, day))
        reminders.remind(at=at(cycle, day) + timedelta(minutes=1))
        for mail in sent(at(cycle, day) + timedelta(minutes=2)):
            mailed[mail.person.username].append(day)
    assert mailed["officer.jpo"] == [first, -14, -3, 0, 7, 14, 21]
    assert mailed["approver.jpo"] == [7, 14, 21]
    assert mailed["coordinator"] == [14, 21]


def test_what_is_reported_or_waived_is_told_to_nobody() -> None:
    update = builders.an_update()
    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    other = Obligation.objects.get(measure__code="MEXT2019-P1-01")
    by = {"actor": builders.actor("coordinator"), "at": timezone.now()}
    obligations.waive(obligation_id=other.pk, reason="終了", **by)
    reminders.remind(at=at(update.cycle, 30))
    subjects = set(Notice.objects.filter(subject_type="obligation").values_list("subject_code", flat=True))
    assert subjects
    assert not subjects & {str(owed().pk), str(other.pk)}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_everything_once() -> None:
    cycle = builders.an_open_cycle()
    moment = at(cycle, 14)

    def run() -> None:
        try:
            reminders.remind(at=moment)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told() == {
        ("officer.jpo", "overdue"): 1,
        ("approver.jpo", "escalated"): 1,
        ("coordinator", "escalated"): 1,
        ("coordinator.deputy", "escalated"): 1,
    }
