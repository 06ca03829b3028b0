"""Mails: one a person and day, taken by one worker, tried again, never lost, and doubled at most where one died."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from measures import audit
from measures.models import Mail, Measure, Notice, Person
from measures.operations import mails, notices
from measures.operations.moments import JAPAN
from measures.queries import notices as queries
from measures.vocabulary import Audience, NoticeKind
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

# A Tuesday in Japan, at ten.
TEN = datetime(2026, 12, 1, 10, tzinfo=JAPAN)
DAY = timedelta(days=1)


@transaction.atomic
def reachable(*usernames: str) -> list[Person]:
    """These people, who have an address now; of the demo cast nobody else does."""
    Person.objects.filter(email__endswith=".invalid").update(email="")
    for username in usernames:
        change(username, email=f"{username}@example.go.jp")
    return [Person.objects.get(username=username) for username in usernames]


@transaction.atomic
def change(username: str, **columns: Any) -> None:
    Person.objects.filter(username=username).update(**columns)
    subject = ("person", username)
    audit.record(at=timezone.now(), actor_id=None, verb="edit", subject=subject, audience=Audience.RESTRICTED)


def tell(person: Person, code: str = "1", *, at: datetime = TEN, kind: str = "submitted", **more: Any) -> None:
    measure = Measure.objects.get(code=builders.SME)
    notices.tell([person.pk], kind=NoticeKind(kind), subject=("update", code), measure=measure, at=at, **more)


def claim(at: datetime = TEN) -> Mail | None:
    return mails.claim(at=at, from_hour=8)


def sent(at: datetime = TEN) -> list[Mail]:
    """All mails that are due, taken and delivered."""
    found = []
    while mail := claim(at):
        mails.delivered(mail_id=mail.pk, at=at)
        found.append(mail)
    return found


def said(mail: Mail) -> list[str]:
    return [one.subject_code for one in queries.items(mail)]


def test_all_that_a_person_is_told_goes_into_one_mail_the_nearest_deadline_first_and_each_thing_once() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, "1")
    tell(ava, "2", due_on=TEN.date() + 9 * DAY)
    tell(ava, "3", due_on=TEN.date() + 2 * DAY)
    tell(ava, "1", at=TEN + timedelta(minutes=1), not_before=TEN)
    (mail,) = sent()
    assert said(mail) == ["3", "2", "1"]
    assert not Notice.objects.filter(mail=None).exists()


def test_what_comes_after_the_mail_of_a_day_waits_for_the_next_day() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, "1")
    assert [said(mail) for mail in sent()] == [["1"]]
    tell(ava, "2", at=TEN + timedelta(hours=1))
    tell(ava, "3", at=TEN + timedelta(hours=2))
    assert sent(TEN + timedelta(hours=12)) == []
    assert [said(mail) for mail in sent(TEN + DAY)] == [["2", "3"]]
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(person=ava, day=TEN.date(), written_at=TEN, claimed_until=TEN, delivered_at=TEN)


def test_nobody_is_mailed_at_night_nor_before_it_is_time_to_tell() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, "1", not_before=TEN)
    assert sent(TEN - timedelta(seconds=1)) == []
    midnight = datetime(2026, 12, 2, tzinfo=JAPAN)
    assert [len(sent(midnight + timedelta(hours=hour))) for hour in (0, 7, 8)] == [0, 0, 1]


def test_who_has_no_address_or_a_closed_account_is_not_mailed_and_what_waits_is_kept() -> None:
    ava, otto = reachable("approver.jpo", "officer.meti")
    tell(ava)
    tell(otto)
    change("approver.jpo", email="")
    change("officer.meti", is_active=False)
    assert sent() == []
    reachable("approver.jpo")
    assert [mail.person for mail in sent(TEN + 3 * DAY)] == [ava]


def test_a_claimed_mail_is_nobody_elses_until_the_claim_is_over_and_is_then_sent_again_whole() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, "1")
    first = claim()
    assert first is not None
    # Its worker dies here.
    assert claim(TEN + timedelta(minutes=4)) is None
    again = claim(TEN + timedelta(minutes=6))
    assert again == first
    assert (said(again), again.attempts) == (["1"], 2)
    mails.delivered(mail_id=again.pk, at=TEN + timedelta(minutes=6))
    assert claim(TEN + timedelta(hours=1)) is None


def test_a_mail_that_died_in_the_night_is_the_mail_of_the_next_day_with_what_came_since() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, "1")
    assert claim() is not None
    tell(ava, "2", at=TEN + timedelta(hours=1))
    (mail,) = sent(TEN + DAY)
    assert (said(mail), Mail.objects.get().day) == (["1", "2"], TEN.date() + DAY)


def test_a_mail_sent_past_midnight_is_that_days_mail() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava, "1")
    late = datetime(2026, 12, 1, 23, 59, 59, tzinfo=JAPAN)
    mail = claim(late)
    assert mail is not None
    mails.delivered(mail_id=mail.pk, at=late + timedelta(seconds=2))
    tell(ava, "2", at=late)
    assert sent(late + timedelta(hours=10)) == []
    assert len(sent(late + timedelta(hours=34))) == 1


def test_a_mail_that_is_not_taken_is_tried_again_after_longer_and_longer_pauses_and_never_given_up() -> None:
    (ava,) = reachable("approver.jpo")
    tell(ava)
    at, pauses = TEN, []
    for _ in range(9):
        mail = claim(at)
        assert mail is not None
        mails.failed(mail=mail, at=at)
        pause = Mail.objects.get().claimed_until - at
        assert claim(at + pause - timedelta(seconds=1)) is None
        pauses.append(pause // timedelta(minutes=1))
        at += pause
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(sent(at)) == 1


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_takes_a_persons_mail_another_takes_the_next_persons() -> None:
    ava, otto = reachable("approver.jpo", "officer.meti")
    tell(ava)
    tell(otto)
    with transaction.atomic():
        assert claim().person == min(ava, otto, key=lambda one: one.pk)  # type: ignore[union-attr]
        other = connections.create_connection("default")
        try:
            with other.cursor() as cursor:
                waiting = queries.waiting(at=TEN, today=TEN.date()).order_by("pk").values("pk")
                statement, given = waiting.query.sql_with_params()
                cursor.execute(f"{statement} FOR NO KEY UPDATE SKIP LOCKED", given)
                assert [pk for (pk,) in cursor.fetchall()] == [max(ava.pk, otto.pk)]
        finally:
            other.close()


def test_only_one_mail_of_a_person_is_on_its_way() -> None:
    (ava,) = reachable("approver.jpo")
    Mail.objects.create(person=ava, day=TEN.date(), written_at=TEN, claimed_until=TEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(person=ava, day=TEN.date() + DAY, written_at=TEN, claimed_until=TEN)
    assert timezone.is_aware(Mail.objects.get().written_at)
