"""People's accounts."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from measures import audit
from measures.models import Person
from measures.vocabulary import Audience


@transaction.atomic
def set_new_password(*, people: Iterable[Person], at: datetime, setter_id: int | None) -> str:
    """Gives all of `people` one new random password and returns it; it is kept nowhere and cannot be shown again."""
    password = secrets.token_urlsafe(12)
    # One hash for all of them: hashing takes long by design, and they share the password anyway.
    hashed = make_password(password)
    for person in Person.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk"):
        person.password = hashed
        person.save(update_fields=["password"])
        audit.record(
            at=at,
            actor_id=setter_id,
            verb="set_password",
            subject=("person", str(person.pk)),
            audience=Audience.RESTRICTED,
        )
    return password
