"""Sixteen writers, some of whom change their minds, while several seal: every event once, none twice, none left out."""

import os
import random
import time
from threading import Event as Signal

import psycopg
import pytest
from django.db import IntegrityError
from django.utils import timezone

from measures.models import Event, SealedBatch
from measures.operations import sealing
from tests.figures import Figure
from tests.operations.logs import a_session, assert_whole, in_threads, insert, order, seal_all, write

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("empty_tables"),
    pytest.mark.timeout(900),
]

WRITERS, SEALERS = 16, 3
# What share of the full numbers is played; 1 is all of it, and takes minutes.
SCALE = float(os.environ.get("RACES_SCALE", "0.1"))
TURNS = max(20, round(500 * SCALE))


def write_in_turns(seed: int, committed: dict[int, float]) -> None:
    """Transactions of every kind: of one event and of several, rolled back, with savepoints, with an id drawn early."""
    chance = random.Random(seed)
    with a_session() as session:
        for _ in range(TURNS):
            events = a_transaction(session, chance)
            if chance.random() < 0.2:
                session.rollback()
                continue
            session.commit()
            committed.update(dict.fromkeys(events, time.time()))


def a_transaction(session: psycopg.Connection, chance: random.Random) -> list[int]:
    early = None
    if chance.random() < 0.3:
        row = session.execute("SELECT nextval('measures_event_id_seq')").fetchone()
        early = int(row[0]) if row else None
        time.sleep(chance.random() / 200)
    events = [insert(session, "first", event=early)]
    if chance.random() < 0.3:
        try:
            with session.transaction():
                insert(session, "taken back")
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    while chance.random() < 0.3:
        with session.transaction():
            events.append(insert(session, "in a savepoint"))
    time.sleep(chance.random() / 200)
    return events


def test_every_event_of_16_writers_is_sealed_once_while_3_seal(figure: Figure) -> None:
    committed: dict[int, float] = {}
    over, sealed = Signal(), [0] * SEALERS

    def keep_sealing(place: int) -> None:
        while not over.is_set():
            sealed[place] += sealing.seal(at=timezone.now(), limit=random.choice([1, 7, 100]))
            time.sleep(0.001)

    def keep_writing() -> None:
        try:
            in_threads(*[lambda seed=seed: write_in_turns(seed, committed) for seed in range(WRITERS)])
        finally:
            over.set()

    since = time.monotonic()
    in_threads(keep_writing, *[lambda place=place: keep_sealing(place) for place in range(SEALERS)])
    seconds = time.monotonic() - since
    late = seal_all()
    assert_whole()
    assert sorted(order()) == sorted(committed) == list(Event.objects.order_by("id").values_list("id", flat=True))
    assert sum(sealed) + late == len(committed)
    assert sum(sealed) > len(committed) / 10, "the sealers slept: that was no race"
    assert order() != sorted(order()), "nothing committed out of order: that was no race"
    delays = sorted(1000 * delay for delay in delays_of(committed))
    figure(
        f"{len(committed)} events of {WRITERS} writers in {seconds:.1f} s, {SealedBatch.objects.count()} batches;"
        f" sealed {delays[len(delays) // 2]:.0f} ms after their commit (median), {delays[-1]:.0f} ms at most"
    )


def delays_of(committed: dict[int, float]) -> list[float]:
    """Seconds from the writer's word of the commit to the sealing, for each event."""
    placed = order()
    return [
        max(0.0, batch.sealed_at.timestamp() - committed[event])
        for batch in SealedBatch.objects.all()
        for event in placed[batch.first - 1 : batch.last]
    ]


def test_two_who_seal_the_same_are_refused_by_the_database_if_ever_both_had_the_turn() -> None:
    write()
    with a_session() as other:
        other.execute("INSERT INTO measures_sealedevent (position, event_id) SELECT 1, id FROM measures_event")
        # Whoever comes second waits for the first one's word on the position, and then hears that it is taken.
        in_threads(lambda: commit_soon(other), lambda: refused())
    assert len(order()) == 1


def commit_soon(session: psycopg.Connection) -> None:
    time.sleep(0.3)
    session.commit()


def refused() -> None:
    with pytest.raises(IntegrityError, match="duplicate key"):
        sealing.seal(at=timezone.now())
