"""The outbox: who is to be told what, written with the change itself, and the mails that told them."""

from django.db import models
from django.db.models import Q

from measures.vocabulary import NoticeKind


class Mail(models.Model):
    """One mail to a person: the notices that point at it. Its text and address are made when it is sent.

    `day` is the Japanese day on which it was delivered, or last tried; until `claimed_until` it is one worker's.
    """

    person = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    day = models.DateField()
    written_at = models.DateTimeField()
    claimed_until = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="mail_one_a_person_and_day"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(delivered_at=None), name="mail_one_at_a_time_a_person"
            ),
        ]


class Notice(models.Model):
    """One thing that a person is told, once, not before a moment; in which mail, as soon as one took it along.

    It says what happened and to what, nothing of what was written in a report. `told_on` is the day that a
    reminder is of. A notice that came to nothing before it was mailed, as when the report was handed in, is `obsolete`.
    """

    person = models.ForeignKey("measures.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, choices=NoticeKind)
    subject_type = models.CharField(max_length=32)
    subject_code = models.CharField(max_length=128)
    measure = models.ForeignKey("measures.Measure", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("measures.Cycle", models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    written_at = models.DateTimeField()
    not_before = models.DateTimeField()
    told_on = models.DateField(null=True)
    obsolete_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="notices")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject_type", "subject_code", "told_on"], name="notice_reminds_once_a_day"
            )
        ]
        indexes = [
            models.Index(
                fields=["person", "not_before"], condition=Q(mail=None, obsolete_at=None), name="notice_waiting"
            )
        ]
