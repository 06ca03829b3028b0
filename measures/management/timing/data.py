"""The database of the bench: made and filled when it is not as it should be, and otherwise kept from run to run."""

import json
from datetime import datetime

from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection

from measures.management.bench import load
from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.rows import execute
from measures.management.timing.bench import Say
from measures.models import Document, Event
from measures.operations.moments import day_of

# How the tables begin that our migrations make.
APPS = ("account", "auth", "django", "measures", "mfa", "socialaccount")
SIZES = ("measures", "kpis", "observations", "updates", "seed")


class NotOurs(Exception):
    """The database holds something that was not generated; the message says what."""


def ready(plan: Plan, *, at: datetime, out: OutputWrapper, tell: Say) -> None:
    """Leaves exactly the generated data of `plan`, whatever former runs reported on it. Raises NotOurs."""
    # Before anything is migrated, and again when every table can be counted.
    refuse_strangers()
    call_command("migrate", verbosity=0)
    refuse_others()
    if loaded() == sizes(plan):
        tell("The generated data of the last run is there and is used again.")
        return
    if load.found():
        tell("The generated data has other sizes: making the tables anew.")
        execute("DROP SCHEMA public CASCADE")
        execute("CREATE SCHEMA public")
        call_command("migrate", verbosity=0)
    progress = Progress(load.STEPS, out=out)
    load.load(plan, on=day_of(at), progress=progress)
    load.seal(progress, at=at)
    load.vacuum()


def sizes(plan: Plan) -> dict[str, int]:
    return {name: getattr(plan, name) for name in SIZES}


def loaded() -> dict[str, int] | None:
    """The sizes that were generated, as the first event says; None when nothing was."""
    event = Event.objects.filter(subject_type="bench", subject_code="registry").first()
    return {name: json.loads(event.body)["after"].get(name) for name in SIZES} if event else None


def refuse_strangers() -> None:
    """Raises NotOurs when there are tables of somebody else, or documents that were not generated."""
    tables = connection.introspection.table_names()
    strange = [table for table in tables if table.partition("_")[0] not in APPS]
    if strange:
        raise _refusal(f"tables of others ({', '.join(strange[:5])})")
    if Document._meta.db_table in tables:
        real = list(Document.objects.exclude(code__startswith="BENCH-").values_list("code", flat=True)[:5])
        if real:
            raise _refusal(f"real documents ({', '.join(real)})")


def refuse_others() -> None:
    """Raises NotOurs when there are rows of somebody else."""
    refuse_strangers()
    if load.found() and loaded() is None:
        raise _refusal("rows that were not generated")


def _refusal(held: str) -> NotOurs:
    return NotOurs(f"The database holds {held}, and the bench would empty it: leave DATABASE_URL unset.")
