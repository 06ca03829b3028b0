"""A database that was dumped and restored beside the first: what was sealed stays, and the rest is sealed there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.journeys.service import database_url
from tests.operations.logs import a_database, insert, order, seal_all, write
from tracker.embedded import binaries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_tables")]


@pytest.fixture
def restored() -> Iterator[str]:
    with a_database("restored") as url:
        yield url


def programs_of_the_server() -> Path:
    """The folder with pg_dump and pg_restore of the server's own version: a newer one restores no older one's dump."""
    with psycopg.connect(database_url()) as session:
        major = session.info.server_version // 10_000
    for folder in (binaries.installed(), Path(f"/usr/lib/postgresql/{major}/bin")):
        said = subprocess.run([folder / "pg_dump", "--version"], check=False, capture_output=True, text=True)
        if f" {major}." in said.stdout:
            return folder
    pytest.skip(f"needs pg_dump of PostgreSQL {major}")


def copy(target: str) -> None:
    programs = programs_of_the_server()
    dump = subprocess.run([programs / "pg_dump", "-Fc", "-d", database_url()], check=True, capture_output=True)
    restore = [programs / "pg_restore", "--single-transaction", "--no-owner", "-d", target]
    subprocess.run(restore, input=dump.stdout, check=True, capture_output=True)


def manage(url: str, *words: str) -> str:
    """What a command says of the database at `url`."""
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *words]
    environment = {**os.environ, "DATABASE_URL": url, "LOG_KEY_DIR": str(settings.LOG_KEY_DIR)}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def order_in(url: str) -> list[int]:
    with psycopg.connect(url) as session:
        rows = session.execute("SELECT position, event_id FROM measures_sealedevent ORDER BY position").fetchall()
        assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
        (events,) = session.execute("SELECT count(*) FROM measures_event").fetchone() or (None,)
        assert len({event for _, event in rows}) == len(rows) == events, "an event has no position"
    return [event for _, event in rows]


def test_a_restored_log_goes_on_with_what_was_not_sealed_and_what_comes_then(restored: str) -> None:
    sealed = [write() for _ in range(5)]
    seal_all()
    waiting = [write() for _ in range(5)]
    copy(restored)
    with psycopg.connect(restored) as session:
        new = [insert(session) for _ in range(3)]
    assert manage(restored, "seal") == "8\n"
    assert order_in(restored) == [*sealed, *waiting, *new]
    assert manage(restored, "seal") == "0\n"
    assert order() == sealed
    assert seal_all() == 5


def test_an_event_that_was_missed_would_be_seen(restored: str) -> None:
    """What the check above compares."""
    write()
    seal_all()
    copy(restored)
    with psycopg.connect(restored) as session:
        insert(session)
    with pytest.raises(AssertionError, match="an event has no position"):
        order_in(restored)
    assert manage(restored, "seal") == "1\n"
    assert len(order_in(restored)) == 2
