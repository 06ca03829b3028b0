"""Reading the outbox: who has something waiting, and what a mail says."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from measures.models import Mail, Notice, Person


def waiting(*, at: datetime, today: date) -> QuerySet[Person]:
    """People with an open account and an address who have a notice or an unfinished mail, and had no mail today."""
    new = Notice.objects.filter(mail=None, not_before__lte=at)
    unfinished = Mail.objects.filter(delivered_at=None)
    had = Mail.objects.filter(delivered_at__isnull=False, day=today)
    taken = unfinished.filter(claimed_until__gt=at)
    sought: Any = new.values("person").union(unfinished.values("person"))
    return (
        Person.objects.filter(pk__in=sought, is_active=True)
        .exclude(email="")
        .exclude(pk__in=had.values("person"))
        .exclude(pk__in=taken.values("person"))
    )


def items(mail: Mail) -> list[Notice]:
    """What a mail says, the nearest deadline first, each thing once; one statement."""
    told: dict[tuple[Any, ...], Notice] = {}
    for notice in mail.notices.select_related("measure", "cycle").order_by("written_at", "pk"):
        told[notice.kind, notice.subject_type, notice.subject_code] = notice
    return sorted(told.values(), key=lambda one: (one.due_on or date.max, one.written_at, one.pk))
