"""Sealing, step by step: what is sealed now, what waits for what, and in which order it comes."""

import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Event, Ministry, SealedBatch, SealedEvent, TreeNode
from measures.operations import sealing
from measures.vocabulary import Audience
from tests.operations import logs
from tests.operations.logs import a_session, assert_whole, insert, order, seal_all, unguarded, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_tables")]


def sql(statement: str, *parameters: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


def test_events_get_positions_in_the_order_of_their_ids() -> None:
    ids = [write(str(number)) for number in range(9)]
    assert seal_all() == 9
    assert order() == ids
    assert_whole()


def test_each_audience_is_counted_up_to_the_end_of_each_batch(loaded: None) -> None:
    mext = Ministry.objects.get(code="mext")
    seal_all()
    before = SealedBatch.objects.latest("id").counts
    write(audience=Audience.MINISTRY, ministry=mext)
    write(audience=Audience.RESTRICTED)
    seal_all()
    write(audience=Audience.MINISTRY, ministry=mext)
    seal_all()
    counts = SealedBatch.objects.latest("id").counts
    assert counts == {**before, "ministry:mext": 2, "restricted": before["restricted"] + 1}
    assert_whole()


def test_nothing_new_seals_nothing_and_writes_nothing() -> None:
    write()
    seal_all()
    before = SealedBatch.objects.count()
    with CaptureQueriesContext(connection) as captured:
        assert sealing.seal(at=timezone.now()) == 0
    assert SealedBatch.objects.count() == before
    # One more where another database of the cluster is being written at this moment.
    assert len([one for one in captured if not one["sql"].startswith(("BEGIN", "COMMIT"))]) in (3, 4)


def test_an_empty_log_is_looked_through_once() -> None:
    assert [sealing.seal(at=timezone.now()) for _ in range(3)] == [0, 0, 0]
    assert [(one.first, one.last) for one in SealedBatch.objects.all()] == [(1, 0)]
    write()
    assert seal_all() == 1
    assert_whole()


def test_an_event_of_a_transaction_that_still_runs_is_not_sealed() -> None:
    with transaction.atomic():
        write()
        assert sealing.seal(at=timezone.now()) == 0
    assert seal_all() == 1


def test_a_lower_id_that_commits_later_is_sealed_later() -> None:
    """The one that is drawn first commits last, after the other has its position already."""
    with a_session() as slow:
        drawn = slow.execute("SELECT nextval('measures_event_id_seq')").fetchone()
        slow.commit()  # Drawing one in 32 makes its transaction a writing one, which would hold the other up.
        quick = write("quick")
        assert seal_all() == 1
        assert drawn and drawn[0] < quick
        insert(slow, "slow", event=drawn[0])
        slow.commit()
    assert seal_all() == 1
    assert order() == [quick, drawn[0]]
    assert_whole()


def test_a_running_transaction_holds_up_exactly_the_events_above_it() -> None:
    below = write("below")
    with a_session() as slow:
        running = insert(slow, "running")
        above = write("above")
        assert seal_all() == 1
        assert order() == [below]
        slow.commit()
    assert seal_all() == 2
    assert order() == [below, running, above]
    assert_whole()


def test_a_transaction_that_is_rolled_back_holds_up_nothing_any_more() -> None:
    with a_session() as slow:
        insert(slow, "running")
        above = write("above")
        assert seal_all() == 0
        slow.rollback()
        assert seal_all() == 1
    assert order() == [above]
    assert_whole()


def test_what_a_savepoint_took_back_is_not_there_and_the_rest_belongs_to_the_whole_transaction() -> None:
    with a_session() as slow:
        first = insert(slow, "kept")
        with pytest.raises(ZeroDivisionError), slow.transaction():
            insert(slow, "taken back")
            raise ZeroDivisionError
        with slow.transaction():
            second = insert(slow, "kept too")
        assert seal_all() == 0
        slow.commit()
    assert seal_all() == 2
    assert order() == [first, second]
    assert_whole()


@pytest.fixture
def another_database() -> Iterator[str]:
    with logs.a_database("another") as url:
        yield url


def test_a_transaction_in_another_database_holds_up_nothing(another_database: str) -> None:
    with psycopg.connect(another_database) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        event = write()
        assert seal_all() == 1
    assert order() == [event]


def nobody_knows_of(session: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the transaction of this one session out of what is known to run elsewhere; others may be at work there."""
    (xid,) = session.execute("SELECT pg_current_xact_id()::text::bigint").fetchone() or (0,)
    real = sealing._elsewhere
    monkeypatch.setattr(sealing, "_elsewhere", lambda cursor: real(cursor) - {xid & sealing.LOWER_HALF})


def sealed_soon(seconds: float = 5) -> int:
    """How many are sealed once a session that was just closed has ended."""
    until = time.monotonic() + seconds
    while not (sealed := seal_all()) and time.monotonic() < until:
        time.sleep(0.02)
    return sealed


def test_a_transaction_of_which_nobody_knows_where_it_runs_counts_as_ours(
    another_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(another_database) as elsewhere:
        nobody_knows_of(elsewhere, monkeypatch)
        write()
        assert seal_all() == 0
    assert sealed_soon() == 1


def test_what_was_known_to_be_over_stays_over(another_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of another database that was known to be one, and is not any more, does not move the mark back."""
    with psycopg.connect(another_database) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        first = write("first")
        seal_all()
        nobody_knows_of(elsewhere, monkeypatch)
        second = write("second")
        assert seal_all() == 0
    assert sealed_soon() == 1
    assert order() == [first, second]
    assert_whole()


@pytest.mark.parametrize(
    ("end", "running", "elsewhere", "finished"),
    [
        (9, [], set(), 9),
        (9, [5, 7], set(), 5),
        (9, [5, 7], {5}, 7),
        (9, [5, 7], {5, 7}, 9),
        (2**32 + 9, [2**32 + 5], {5}, 2**32 + 9),
        (2**32 + 9, [2**32 + 5], {6}, 2**32 + 5),
    ],
)
def test_finished_is_all_below_the_lowest_that_may_run_here(
    end: int, running: list[int], elsewhere: set[int], finished: int
) -> None:
    assert sealing._finished_below(end, running, elsewhere) == finished


def test_who_finds_the_turn_taken_does_nothing_and_does_not_wait() -> None:
    write()
    with a_session() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.TURN])
        assert sealing.seal(at=timezone.now()) == 0
    assert sealed_soon() == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 7, 100])
def test_a_backlog_is_sealed_in_parts_also_within_one_large_transaction(limit: int) -> None:
    write("alone")
    seal_all(limit)
    with a_session() as session:
        for size in (1, 9, 2, 1, 5):
            for number in range(size):
                insert(session, f"{size}.{number}")
            session.commit()
    assert seal_all(limit) == 18
    assert_whole()
    assert SealedBatch.objects.count() >= 18 / limit


def test_a_backlog_from_before_the_first_sealing_is_sealed_in_parts() -> None:
    ids = [write(str(number)) for number in range(10)]
    with a_session() as session:
        ids += [insert(session, "running")]
        assert seal_all(4) == 10
        session.commit()
    assert seal_all(4) == 1
    assert order() == ids
    assert_whole()


def test_sealing_that_fails_midway_leaves_nothing() -> None:
    write()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert sealing.seal(at=timezone.now()) == 1
        raise ZeroDivisionError
    assert not SealedEvent.objects.exists() and not SealedBatch.objects.exists() and not TreeNode.objects.exists()
    assert seal_all() == 1
    assert_whole()


def test_an_idle_log_is_not_read_again_however_many_transactions_pass() -> None:
    """Not even where the ids that pass are those of events that another cluster wrote."""
    with a_session() as session:
        for number in range(500):
            insert(session, str(number))
        session.commit()
    alter("UPDATE measures_event SET cluster = cluster + 1, xid = xid + id")
    seal_all()
    write()
    seal_all()
    sql("ANALYZE measures_event")
    with a_session(autocommit=True) as session:
        for _ in range(300):
            session.execute("SELECT pg_current_xact_id()")
    with CaptureQueriesContext(connection) as captured:
        assert sealing.seal(at=timezone.now()) == 0
    (look,) = [one["sql"] for one in captured if "FROM measures_event" in one["sql"]]
    ((plan,),) = sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {look.replace('%', '%%')}")
    scans = list(scans_of("measures_event", json.loads(plan)[0]["Plan"] if isinstance(plan, str) else plan[0]["Plan"]))
    read = [scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0) for scan in scans]
    assert sum(read) == 0 and scans[0]["Index Name"] == "event_xid", scans


def scans_of(table: str, plan: dict[str, Any]) -> Any:
    if plan.get("Relation Name") == table:
        yield plan
    for child in plan.get("Plans", []):
        yield from scans_of(table, child)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_sealedevent SET position = position + 10",
        "UPDATE measures_treenode SET hash = sha256('x')",
        "UPDATE measures_sealedbatch SET watermark = 0",
        "DELETE FROM measures_sealedevent",
        "DELETE FROM measures_treenode WHERE level = 1",
        "DELETE FROM measures_sealedbatch",
    ],
)
def test_what_is_sealed_is_neither_changed_nor_removed(statement: str) -> None:
    for _ in range(2):
        write()
    seal_all()
    with pytest.raises(IntegrityError, match="is append-only"):
        sql(statement)


@pytest.mark.parametrize(
    ("positions", "refusal"),
    [([1], "duplicate key"), ([4], "without a gap"), ([3, 5], "without a gap"), ([0, 3], "without a gap")],
)
def test_a_position_is_neither_given_twice_nor_left_out(positions: list[int], refusal: str) -> None:
    for _ in range(2):
        write()
    seal_all()
    events = [write() for _ in positions]
    given = ", ".join(f"({position}, {event})" for position, event in zip(positions, events, strict=True))
    with pytest.raises(IntegrityError, match=refusal):
        sql(f"INSERT INTO measures_sealedevent (position, event_id) VALUES {given}")
    sql("INSERT INTO measures_sealedevent (position, event_id) VALUES (3, %s)", events[0])


def alter(*statements: str) -> None:
    with unguarded() as cursor:
        for statement in statements:
            cursor.execute(statement)


BORN_ELSEWHERE = ("UPDATE measures_event SET cluster = 1", "UPDATE measures_sealedbatch SET cluster = 1")


@pytest.mark.parametrize("limit", [2, 100])
@pytest.mark.parametrize("ids", ["xid = xid", "xid = xid + 1000000", "xid = 3"])
def test_in_another_cluster_what_was_sealed_stays_and_the_rest_is_sealed_whatever_its_ids(ids: str, limit: int) -> None:
    sealed = [write(str(number)) for number in range(5)]
    seal_all()
    waiting = [write(str(number)) for number in range(5)]
    alter(
        *BORN_ELSEWHERE,
        f"UPDATE measures_event SET {ids}",
        f"UPDATE measures_sealedbatch SET {ids.replace('xid', 'watermark')}",
    )
    new = [write(str(number)) for number in range(3)]
    with a_session() as session:
        running = insert(session, "running")
        assert seal_all(limit) == 8
        session.commit()
    assert seal_all(limit) == 1
    assert order() == [*sealed, *waiting, *new, running]
    assert_whole()


def test_in_another_cluster_where_nothing_waits_the_tables_are_compared_once() -> None:
    write()
    seal_all()
    alter(*BORN_ELSEWHERE)
    with CaptureQueriesContext(connection) as captured:
        assert [sealing.seal(at=timezone.now()) for _ in range(3)] == [0, 0, 0]
    assert len([one for one in captured if "NOT EXISTS" in one["sql"]]) == 1
    write()
    assert seal_all() == 1
    assert_whole()


def test_where_transaction_ids_went_back_nothing_is_missed() -> None:
    first = write()
    seal_all()
    alter("UPDATE measures_sealedbatch SET watermark = watermark + 1000000000")
    second = write()
    assert seal_all() == 1
    third = write()
    assert seal_all() == 1
    assert order() == [first, second, third]
    assert_whole()


@pytest.mark.parametrize("limit", [2, 100])
def test_events_that_a_restore_stamped_anew_are_passed_by(limit: int) -> None:
    sealed = [write(str(number)) for number in range(7)]
    seal_all()
    with transaction.atomic():
        alter("UPDATE measures_event SET xid = pg_current_xact_id()::text::bigint")
    assert seal_all(limit) == 0
    before = SealedBatch.objects.count()
    assert seal_all(limit) == 0
    assert SealedBatch.objects.count() == before
    new = write()
    assert seal_all(limit) == 1
    assert order() == [*sealed, new]
    assert_whole()


def test_a_watermark_that_does_not_mind_what_runs_loses_an_event_and_the_check_sees_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "_finished_below", lambda end, running, elsewhere: end)
    with a_session() as slow:
        insert(slow, "running")
        write("above")
        assert seal_all() == 1
        slow.commit()
    assert seal_all() == 0
    with pytest.raises(AssertionError, match="an event has no position"):
        assert_whole()
    assert Event.objects.count() == 2
