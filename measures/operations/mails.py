"""Mails on their way: taken by one worker, sent outside of any transaction, and noted as delivered or tried again.

A worker that dies after it sent a mail and before it noted so leaves it to be sent once more when its claim is over;
none is lost, and no other is doubled.
"""

from datetime import datetime

from django.db import transaction

from measures.models import Mail, Person
from measures.operations import moments
from measures.queries import notices
from measures.rules import mails


@transaction.atomic
def claim(*, at: datetime, from_hour: int) -> Mail | None:
    """The next mail to send, with all that its person is to be told by now; None when none is due or all are taken.

    What nobody needs to be told any more, as when the report was handed in meanwhile, is marked so and left out.
    """
    if not mails.is_time_to_mail(at.astimezone(moments.JAPAN), from_hour=from_hour):
        return None
    waiting = notices.waiting(at=at, today=moments.day_of(at))
    # Two workers take two people. Who comes to a person just as another has finished looks again, with the lock.
    while person := waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("pk").first():
        if not waiting.filter(pk=person.pk).exists():
            return None
        if mail := _mail_to(person, at):
            return mail
    return None


def _mail_to(person: Person, at: datetime) -> Mail | None:
    """The mail to a locked person, begun or gone on with; None when all that was to be told came to nothing."""
    notices.obsolete(person_id=person.pk, at=at).update(obsolete_at=at, mail=None)
    mail = Mail.objects.filter(person=person, delivered_at=None).first()
    new = notices.not_mailed(at=at).filter(person=person)
    if not (new.exists() or (mail and mail.notices.exists())):
        if mail:
            mail.delete()
        return None
    mail = mail or Mail(person=person, written_at=at)
    mail.day, mail.claimed_until = moments.day_of(at), at + mails.CLAIM
    mail.attempts += 1
    mail.save()
    new.update(mail=mail)
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
