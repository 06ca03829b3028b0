"""Mails on their way: taken by one worker, sent outside of any transaction, and noted as delivered or tried again.

A worker that dies after it sent a mail and before it noted so leaves it to be sent once more when its claim is over;
none is lost, and no other is doubled.
"""

from datetime import datetime

from django.db import transaction

from measures.models import Mail, Notice
from measures.operations import moments
from measures.queries import notices
from measures.rules import mails


@transaction.atomic
def claim(*, at: datetime, from_hour: int) -> Mail | None:
    """The next mail to send, with all that its person is to be told by now; None when none is due or all are taken."""
    if not mails.is_time_to_mail(at.astimezone(moments.JAPAN), from_hour=from_hour):
        return None
    today = moments.day_of(at)
    waiting = notices.waiting(at=at, today=today)
    # Two workers take two people. Who comes to a person just as another has finished looks again, with the lock.
    person = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("pk").first()
    if person is None or not waiting.filter(pk=person.pk).exists():
        return None
    mail = Mail.objects.filter(person=person, delivered_at=None).first() or Mail(person=person, written_at=at)
    mail.day, mail.claimed_until = today, at + mails.CLAIM
    mail.attempts += 1
    mail.save()
    Notice.objects.filter(person=person, mail=None, not_before__lte=at).update(mail=mail)
    return mail


@transaction.atomic
def delivered(*, mail_id: int, at: datetime) -> None:
    """Notes that a mail was sent; its person gets no other that day."""
    # It may have become another day since.
    sent = {"delivered_at": at, "claimed_until": at, "day": moments.day_of(at)}
    Mail.objects.filter(pk=mail_id, delivered_at=None).update(**sent)


@transaction.atomic
def failed(*, mail: Mail, at: datetime) -> None:
    """Notes that a mail was not taken, to be tried again after a pause."""
    again_at = at + mails.pause_after(mail.attempts)
    Mail.objects.filter(pk=mail.pk, delivered_at=None, attempts=mail.attempts).update(claimed_until=again_at)
