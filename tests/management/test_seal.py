"""`seal`: once, with the number printed, or for ever, through lost connections, until a signal ends it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from measures.management.commands import seal
from measures.models import Checkpoint, Event, SealedBatch, SealedEvent
from measures.operations import sealing
from tests.figures import Figure
from tests.journeys.service import database_url
from tests.operations.logs import a_session, assert_whole, insert, order, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_tables")]

SECONDS = 30


def run() -> str:
    out = StringIO()
    call_command("seal", stdout=out)
    return out.getvalue()


def test_it_seals_everything_signs_it_and_prints_how_many_events_it_were() -> None:
    for _ in range(3):
        write()
    assert run() == "3\n"
    assert Checkpoint.objects.get().size == 3
    assert run() == "0\n"
    assert_whole()


def test_a_backlog_of_transactions_of_all_sizes_is_sealed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    seal_in_tens = sealing.seal
    monkeypatch.setattr(sealing, "seal", lambda *, at: seal_in_tens(at=at, limit=10))
    monkeypatch.setattr(seal, "SMALL", 5)
    with a_session() as session:
        for size in (1, 25, 1, 1, 9, 3, 12, 1, 10, 11, 1):
            for _ in range(size):
                insert(session)
            session.commit()
    assert run() == "75\n"


def test_what_is_sealed_stays_so_where_it_cannot_be_signed(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.LOG_KEY_DIR = tmp_path / "file"
    write()
    with pytest.raises(CommandError, match="1 events sealed, but not signed"):
        run()
    assert order() == [Event.objects.get().pk]


@pytest.fixture
def sealer(settings: Any) -> Iterator["subprocess.Popen[str]"]:
    given = {"DATABASE_URL": database_url(), "LOG_KEY_DIR": str(settings.LOG_KEY_DIR)}
    process = subprocess.Popen(
        [sys.executable, str(django_settings.BASE_DIR / "manage.py"), "seal", "--forever"],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def until(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.02)


def is_sealed(event: int) -> Callable[[], bool]:
    return lambda: SealedEvent.objects.filter(event=event).exists()


def ended(sealer: "subprocess.Popen[str]", number: signal.Signals) -> tuple[int, str, str]:
    sealer.send_signal(number)
    out, errors = sealer.communicate(timeout=SECONDS)
    return sealer.returncode, out, errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_for_ever_it_seals_what_comes_signs_an_idle_log_at_once_and_ends_on_a_signal(
    sealer: "subprocess.Popen[str]", number: signal.Signals
) -> None:
    first = write()
    until(is_sealed(first))
    until(lambda: Checkpoint.objects.filter(size=1).exists())
    second = write()
    until(is_sealed(second))
    # The last checkpoint is not a minute old.
    assert Checkpoint.objects.count() == 1
    assert ended(sealer, number) == (0, "", "")
    assert_whole()


def test_for_ever_it_comes_back_after_its_connection_was_cut_and_says_so_once(
    sealer: "subprocess.Popen[str]",
) -> None:
    until(is_sealed(write()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] >= 1
    until(is_sealed(write()))
    code, out, errors = ended(sealer, signal.SIGTERM)
    assert (code, out) == (0, "")
    assert errors.count("sealing stopped and is tried again") == len(errors.splitlines()) == 1
    assert_whole()


def test_for_ever_an_event_is_sealed_soon_under_load(sealer: "subprocess.Popen[str]", figure: Figure) -> None:
    until(is_sealed(write()))
    committed: dict[int, float] = {}
    with a_session() as session:
        since = time.monotonic()
        while time.monotonic() - since < 3:
            event = insert(session)
            session.commit()
            committed[event] = time.time()
        rate = len(committed) / (time.monotonic() - since)
    until(is_sealed(max(committed)))
    assert ended(sealer, signal.SIGTERM) == (0, "", "")
    assert_whole()
    delays = sorted(1000 * delay for delay in delays_of(committed))
    figure(
        f"{rate:.0f} commits a second: sealed {delays[len(delays) // 2]:.0f} ms after the commit (median),"
        f" {delays[len(delays) * 99 // 100]:.0f} ms (99 %), {delays[-1]:.0f} ms at most"
    )


def delays_of(committed: dict[int, float]) -> list[float]:
    placed = order()
    return [
        max(0.0, batch.sealed_at.timestamp() - committed[event])
        for batch in SealedBatch.objects.all()
        for event in placed[batch.first - 1 : batch.last]
        if event in committed
    ]
