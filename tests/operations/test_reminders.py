"""Reminders through a simulated year: who gets which mail on which day, once, however often it is run."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from measures.models import Cycle, Mail, Notice, Obligation
from measures.operations import mails, obligations, progress, reminders
from measures.operations.moments import JAPAN
from tests import builders
from tests.operations import test_obligations as calendar
from tests.operations.test_mails import reachable, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

CAST = ("officer.jpo", "approver.jpo", "coordinator")
MINUTE = timedelta(minutes=1)


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


def test_what_is_reported_before_the_mail_of_the_morning_is_mailed_to_nobody_and_marked_so() -> None:
    calendar.opened()
    reachable(*CAST)
    late = calendar.DUE + timedelta(days=14)
    reminders.remind(at=calendar.noon(late) - timedelta(hours=8))
    others = Notice.objects.exclude(subject_code=str(owed().pk)).count()
    calendar.submitted(late)
    then = calendar.noon(late) + MINUTE
    mailed = {mail.person.username: set(mail.notices.values_list("kind", flat=True)) for mail in sent(then)}
    # The officer has nothing else to hear of; the approver has the report itself.
    assert mailed == {"approver.jpo": {"submitted"}, "coordinator": {"escalated"}}
    obsolete = Notice.objects.filter(obsolete_at=then)
    assert set(obsolete.values_list("subject_code", "mail")) == {(str(owed().pk), None)}
    assert set(obsolete.values_list("person__username", flat=True)) == set(CAST)
    assert Notice.objects.filter(subject_type="obligation", obsolete_at=None).exclude(mail=None).count() < others
    assert sent(then + timedelta(days=1)) == []


def test_a_mail_that_was_not_taken_is_not_tried_again_when_all_it_said_came_to_nothing() -> None:
    cycle = builders.an_open_cycle()
    reachable("officer.jpo")
    dawn = at(cycle, 0)
    reminders.remind(at=dawn)
    mail = mails.claim(at=dawn + MINUTE, from_hour=8)
    assert mail is not None
    mails.failed(mail=mail, at=dawn + MINUTE)
    obligations.waive(obligation_id=owed().pk, reason="終了", actor=builders.actor("coordinator", at=dawn), at=dawn)
    assert sent(dawn + 10 * MINUTE) == []
    assert not Mail.objects.exists()
    assert set(Notice.objects.filter(person__username="officer.jpo").values_list("obsolete_at", flat=True)) == {
        dawn + 10 * MINUTE
    }


def test_a_reminder_of_a_day_that_was_put_off_is_not_mailed() -> None:
    calendar.opened()
    reachable("officer.jpo")
    soon, later = calendar.noon(calendar.DUE - timedelta(days=3)), calendar.DUE + timedelta(days=7)
    reminders.remind(at=soon)
    actor = builders.actor("coordinator", at=soon)
    obligations.extend(obligation_id=owed().pk, due_on=later, reason="災害", actor=actor, at=soon)
    assert sent(soon + MINUTE) == []
    reminders.remind(at=calendar.noon(later))
    assert [mail.person.username for mail in sent(calendar.noon(later) + MINUTE)] == ["officer.jpo"]


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
