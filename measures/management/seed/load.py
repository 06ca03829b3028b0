"""Brings the fixtures into an empty database, once, and opens the demo accounts; every step leaves its event."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction

from measures.models import AuditDue, Document, Person
from measures.operations import people

DOCUMENT = "MEXT2019"
WITH_ACCOUNTS = ("mext2019", "demo")
WITHOUT_ACCOUNTS = ("mext2019",)
# Any number will do, as long as nothing else takes it.
ONE_AT_A_TIME = 20190919


class NotEmpty(Exception):
    """There are rows that the fixtures would overwrite; the message names their tables."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the loading left: the demo accounts by name, and the one password they share; none without accounts."""

    usernames: tuple[str, ...] = ()
    password: str = ""


@transaction.atomic
def load(*, accounts: bool, at: datetime) -> Loaded | None:
    """Loads the fixtures and opens the demo accounts, all or nothing; None when the document is there already.

    Raises NotEmpty when other rows are there.
    """
    with connection.cursor() as cursor:
        # Two services that start together must not both find the tables empty.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if Document.objects.filter(code=DOCUMENT).exists():
        return None
    # The fixtures have numbers of their own, so they would silently take the place of rows with the same.
    if full := counts():
        raise NotEmpty(", ".join(full))
    call_command("loaddata", *(WITH_ACCOUNTS if accounts else WITHOUT_ACCOUNTS), verbosity=0)
    demo = list(Person.objects.filter(is_demo=True).order_by("pk"))
    if not demo:
        return Loaded()
    password = people.set_new_password(people=demo, at=at, setter_id=None)
    return Loaded(tuple(person.username for person in demo), password)


def counts() -> dict[str, int]:
    """How many rows each table holds, by the name of its model; tables without any are left out."""
    found = {str(model._meta.verbose_name): model._default_manager.count() for model in _models()}
    return {name: count for name, count in found.items() if count}


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_app_config("measures").get_models() if model is not AuditDue]
