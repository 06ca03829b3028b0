"""Reading the log costs little however long it is: proofs, pages, and what is looked through in vain."""

import random
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.operations import checkpoints
from measures.queries import log
from measures.rules.roles import Actor
from tests.figures import Figure
from tests.operations.logs import seal_here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_tables")]

EVENTS = 20_000
TIMES = 200


@pytest.fixture
def long_log() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO measures_event (at, verb, subject_type, subject_code, body, leaf_hash, request_id, audience,"
            " xid, cluster) SELECT now(), 'edit', 'measure', n::text, n::text, sha256('\\x00'::bytea ||"
            " convert_to(n::text, 'UTF8')), '', 'public', 0, 0 FROM generate_series(1, %s) AS n",
            [EVENTS],
        )
    assert seal_here() == EVENTS
    checkpoints.checkpoint(at=timezone.now())
    return EVENTS


def milliseconds(work: Callable[[], object]) -> float:
    """The median of many times."""
    taken = []
    for _ in range(TIMES):
        since = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - since))
    return sorted(taken)[TIMES // 2]


def test_a_proof_takes_one_statement_and_a_page_one(long_log: int, figure: Figure) -> None:
    events = log.visible_to(Actor())

    def included() -> object:
        return log.inclusion(random.randint(1, long_log), long_log)

    def continued() -> object:
        return log.consistency(random.randint(1, long_log - 1), long_log)

    def page() -> object:
        return log.feed(events, after=random.randint(0, long_log - 100), limit=50, newest=long_log)

    told = []
    for name, work in (("inclusion", included), ("consistency", continued), ("a page of the feed", page)):
        with CaptureQueriesContext(connection) as captured:
            work()
        assert len(captured) <= 1
        told.append(f"{name} {milliseconds(work):.1f} ms")
    figure(f"{long_log:,} events: " + ", ".join(told))


def test_a_page_looks_through_so_much_and_no_more(long_log: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST", 15_000)
    nobodys = log.visible_to(Actor()).filter(verb="approve")
    with CaptureQueriesContext(connection) as captured:
        assert log.feed(nobodys, after=0, limit=50, newest=long_log) == ([], 15_000)
        assert log.feed(nobodys, after=15_000, limit=50, newest=long_log) == ([], long_log)
    assert len(captured) == 3
