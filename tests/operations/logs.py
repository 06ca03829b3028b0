"""Writing events in sessions of one's own, and what holds of every sealed log."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from measures import audit
from measures.audit.canonical import leaf_hash
from measures.audit.events import event_body
from measures.models import Checkpoint, Event, Ministry, SealedBatch, SealedEvent, TreeNode
from measures.operations import sealing
from measures.vocabulary import Audience
from tests.audit import trees
from tests.journeys.service import database_url

LOOKS = 20
INSERT = (
    "INSERT INTO measures_event (id, at, verb, subject_type, subject_code, body, leaf_hash, request_id, audience, xid,"
    " cluster) VALUES (coalesce(%s, nextval('measures_event_id_seq')), now(), 'edit', 'measure', %s, %s, %s, '',"
    " 'public', 0, 0) RETURNING id"
)


def write(name: str = "x", audience: Audience = Audience.PUBLIC, ministry: Ministry | None = None) -> int:
    """An event in a transaction of its own, or in the test's; its id."""
    subject = ("measure", name)
    at = timezone.now()
    return audit.record(at=at, actor_id=None, verb="edit", subject=subject, audience=audience, ministry=ministry).pk


def insert(session: psycopg.Connection[Any], name: str = "x", event: int | None = None) -> int:
    """An event in the transaction of `session`, with the id `event` if that was drawn before."""
    given = {"at": timezone.now(), "actor_id": None, "verb": "edit", "subject": ("measure", name), "before": None}
    body = event_body(**given, after=None, audience=Audience.PUBLIC, ministry=None, request_id="")
    row = session.execute(INSERT, [event, name, body, leaf_hash(body)]).fetchone()
    assert row
    return int(row[0])


@contextmanager
def a_session(**given: Any) -> Iterator[psycopg.Connection[Any]]:
    """Another session of the tests' database; what it leaves open is rolled back."""
    session = psycopg.connect(database_url(), **given)
    try:
        yield session
    finally:
        session.close()


@contextmanager
def a_database(name: str) -> Iterator[str]:
    """The URL of another, empty database of the same cluster, which is gone afterwards."""
    ours = connection.settings_dict["NAME"]
    with a_session(autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {ours}_{name}")
        session.execute(f"CREATE DATABASE {ours}_{name}")
        yield database_url().replace(f"/{ours}?", f"/{ours}_{name}?")
        _drop(session, f"{ours}_{name}")


def _drop(session: psycopg.Connection[Any], database: str) -> None:
    """Where the server itself is cleaning up, nobody but its owner may end that; it is over in a moment."""
    for _ in range(50):
        try:
            session.execute(f"DROP DATABASE {database} WITH (FORCE)")
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{database} could not be dropped")


def seal_all(limit: int = sealing.LIMIT) -> int:
    """How many events were sealed until nothing was left to.

    A transaction of another database that ends while the sealer looks counts as ours until the next look, and other
    tests run in other databases: what is said to be nothing is looked for again while there is something.
    """
    total = looks = 0
    while looks == 0 or (looks < LOOKS and _is_something_unsealed()):
        number = sealing.seal(at=timezone.now(), limit=limit)
        assert number <= limit
        total += number
        looks = 0 if number else looks + 1
        time.sleep(0 if number else 0.01)
    return total


def _is_something_unsealed() -> bool:
    positions = SealedEvent.objects.filter(event=OuterRef("pk"))
    return Event.objects.filter(~Exists(positions)).exists()


def seal_here() -> int:
    """Seals the test's own events, although its transaction never ends."""
    with patch.object(sealing, "_finished_below", lambda *_: 2**62):
        return seal_all()


@contextmanager
def unguarded() -> Iterator[Any]:
    """A cursor for changing what is append-only, as whoever owns the tables can."""
    models = (Event, SealedEvent, SealedBatch, TreeNode, Checkpoint)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT format('ALTER TABLE %%s %%%%s TRIGGER %%I', tgrelid::regclass, tgname) FROM pg_trigger"
            " WHERE tgrelid::regclass::text = ANY (%s) AND NOT tgisinternal AND tgenabled = 'O'",
            [[model._meta.db_table for model in models]],
        )
        guards = [guard for (guard,) in cursor.fetchall()]
        for guard in guards:
            cursor.execute(guard % "DISABLE")
        yield cursor
        for guard in guards:
            cursor.execute(guard % "ENABLE")


def order() -> list[int]:
    """Events by their positions."""
    return list(SealedEvent.objects.order_by("position").values_list("event", flat=True))


def assert_whole(*, all_of_them: bool = True) -> None:
    """Positions without a gap, every event once, ids in order within each batch, and the tree and counts of these."""
    events = {event.pk: event for event in Event.objects.select_related("ministry")}
    placed = dict(SealedEvent.objects.order_by("position").values_list("position", "event"))
    assert list(placed) == list(range(1, len(placed) + 1))
    assert len(set(placed.values())) == len(placed)
    assert not all_of_them or set(placed.values()) == set(events), "an event has no position"
    counts: Counter[str] = Counter()
    for batch in SealedBatch.objects.order_by("id"):
        ids = [placed[position] for position in range(batch.first, batch.last + 1)]
        assert ids == sorted(ids)
        counts.update(sealing_name(events[one]) for one in ids)
        assert batch.counts == dict(counts)
        assert counts.total() == batch.last
    assert counts.total() == len(placed)
    assert_tree([bytes(events[one].leaf_hash) for one in placed.values()])


def assert_tree(leaves: list[bytes]) -> None:
    """Exactly the complete nodes over `leaves` are stored, each with its hash."""
    stored = {(node.level, node.index): bytes(node.hash) for node in TreeNode.objects.all()}
    expected = {(0, index): leaf for index, leaf in enumerate(leaves)}
    level = 0
    while len(leaves) >> (level + 1):
        for index in range(len(leaves) >> (level + 1)):
            left, right = expected[level, 2 * index], expected[level, 2 * index + 1]
            expected[level + 1, index] = trees.pair(left, right)
        level += 1
    assert stored == expected


def sealing_name(event: Event) -> str:
    return f"ministry:{event.ministry.code}" if event.ministry else event.audience


def in_threads(*works: Any) -> None:
    """Runs `works` side by side, each with a connection that is closed, and raises what one of them raised."""
    failures: list[BaseException] = []

    def run(work: Any) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
