"""Brings the database up to date before it is served: the tables, then the fixtures, by one `./dev up` at a time."""

import os
import time
from collections.abc import Callable

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import InsufficientPrivilege

# The number of the lock that whoever prepares a database holds in it.
TURN = 20190919


class PreparingError(Exception):
    """Why the database cannot be brought up to date, in one sentence that says what to do."""


def prepare(*, step: Callable[[str], None], note: Callable[[str], None]) -> list[str]:
    """Migrates and loads the fixtures; gives the usernames of the demo accounts.

    Raises PreparingError when the database does not let us; a failure of our own shows in full.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    try:
        _wait_for_our_turn(note)
        pending = _pending_migrations()
        step(f"Applying {len(pending)} migrations" if pending else "The tables are up to date")
        if pending:
            call_command("migrate", verbosity=0, interactive=False)
        step("Loading the fixtures, unless they are there")
        call_command("load_fixtures")
        people = get_user_model().objects.filter(is_demo=True, is_active=True).order_by("pk")
        return list(people.values_list("username", flat=True)[:20])
    except DatabaseError as error:
        raise _in_a_sentence(error) from None
    finally:
        # The workers have their own; ours would only keep the database from stopping, and others from their turn.
        connections.close_all()


def _wait_for_our_turn(note: Callable[[str], None]) -> None:
    """Two that migrate at once fail over each other's tables; the lock goes with the connection."""
    with connection.cursor() as cursor:
        waiting = False
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN])
            if cursor.fetchone() == (True,):
                return
            if not waiting:
                note("Another ./dev up is preparing this database; waiting for it")
            waiting = True
            time.sleep(0.2)


def _in_a_sentence(error: DatabaseError) -> Exception:
    """What to raise for `error`: a sentence where the cause lies outside of us, otherwise itself."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, InsufficientPrivilege):
            what = _first_line(cause)
            return PreparingError(f"The user of DATABASE_URL may not migrate ({what}): make it the database's owner.")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, (OperationalError, MigrationSchemaMissing)):
        # A full disk, a lock that did not come free, a broken connection, no schema: nothing of ours to repair.
        return PreparingError(f"The database could not be brought up to date: {_first_line(error)}.")
    return error


def _pending_migrations() -> list[str]:
    from django.db import connection

    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
