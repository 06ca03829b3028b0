"""Giving one of the cast a further duty."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from measures import audit
from measures.models import Duty, Ministry, Person
from measures.vocabulary import Audience


@transaction.atomic
def also(username: str, *, role: str, ministry: str) -> Duty:
    """`username` now holds `role` at `ministry` as well."""
    duty = Duty.objects.create(
        person=Person.objects.get(username=username),
        role=role,
        ministry=Ministry.objects.get(code=ministry),
        valid_from=date(2019, 4, 1),
    )
    audit.record(
        at=timezone.now(),
        actor_id=None,
        verb="grant",
        subject=("duty", str(duty.pk)),
        audience=Audience.RESTRICTED,
    )
    return duty
