"""Going round the application with SQL: the database refuses what has no event, and what rewrites history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from measures import audit
from measures.models import Event, Measure
from measures.models.audit import IN_TIME, THIS_CLUSTER
from measures.models.guards import TRUNCATE_GUARD
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

WITHOUT_EVENT = "no change without an audit event"


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_measure SET title = 'x', updated_at = now() WHERE code = 'MEXT2019-P1-01'",
        "INSERT INTO measures_ministry (code, name, name_en, level, parent_name, note, source, recorded_at)"
        " VALUES ('x', 'x', 'x', 'x', '', '', '', now())",
        "DELETE FROM measures_milestone",
        "UPDATE measures_person SET password = 'x'",
        "UPDATE measures_cycle SET due_on = due_on + 1, closes_on = closes_on + 1, updated_at = now()",
    ],
)
def test_sql_without_an_event_is_refused_at_commit(loaded: None, statement: str) -> None:
    with pytest.raises(IntegrityError, match=WITHOUT_EVENT):
        sql(statement)


def test_the_same_sql_with_an_event_in_its_transaction_commits(loaded: None) -> None:
    with transaction.atomic():
        sql("UPDATE measures_measure SET title = 'x', updated_at = now() WHERE code = 'MEXT2019-P1-01'")
        audit.record(at=timezone.now(), actor_id=None, verb="edit", subject=("measure", "MEXT2019-P1-01"))
    assert Measure.objects.get(code="MEXT2019-P1-01").title == "x"


def test_an_event_cannot_claim_another_transaction(loaded: None) -> None:
    sql(
        "INSERT INTO measures_event (at, verb, subject_type, subject_code, body, leaf_hash, request_id, audience, xid,"
        " cluster) SELECT at, verb, subject_type, subject_code, body, leaf_hash, request_id, 'public', 1, 1"
        " FROM measures_event LIMIT 1"
    )
    newest = Event.objects.latest("pk")
    assert newest.xid > 1
    assert newest.cluster > 1


def test_yesterdays_event_does_not_cover_todays_change(loaded: None) -> None:
    audit.record(at=timezone.now(), actor_id=None, verb="edit", subject=("measure", "MEXT2019-P1-01"))
    with pytest.raises(IntegrityError, match=WITHOUT_EVENT):
        sql("UPDATE measures_measure SET title = 'x', updated_at = now() WHERE code = 'MEXT2019-P1-01'")


def test_a_rolled_back_event_leaves_with_its_change(loaded: None) -> None:
    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sql("UPDATE measures_measure SET title = 'x', updated_at = now() WHERE code = 'MEXT2019-P1-01'")
        audit.record(at=timezone.now(), actor_id=None, verb="edit", subject=("measure", "MEXT2019-P1-01"))
        raise ZeroDivisionError
    assert Event.objects.count() == before
    assert Measure.objects.get(code="MEXT2019-P1-01").title != "x"


def test_a_bulk_update_through_the_orm_is_refused_too(loaded: None) -> None:
    with pytest.raises(IntegrityError, match=WITHOUT_EVENT):
        Measure.objects.filter(code="MEXT2019-P1-01").update(theme="x", updated_at=timezone.now())


def test_using_a_token_needs_no_event_but_changing_it_does(loaded: None) -> None:
    builders.token("officer.jpo")
    sql("UPDATE measures_token SET last_used_at = now()")
    with pytest.raises(IntegrityError, match=WITHOUT_EVENT):
        sql("UPDATE measures_token SET expires_at = expires_at + interval '1 year'")


def test_an_event_whose_hash_is_not_that_of_its_body_is_refused(loaded: None) -> None:
    with pytest.raises(IntegrityError, match="leaf hash"):
        sql(
            "INSERT INTO measures_event (at, verb, subject_type, subject_code, body, leaf_hash, request_id, audience,"
            " xid, cluster) SELECT at, verb, subject_type, subject_code, body || ' ', leaf_hash, request_id,"
            " 'public', 0, 0 FROM measures_event LIMIT 1"
        )


@pytest.mark.parametrize("table", ["event", "observation", "source", "target", "baseline", "statuschange"])
@pytest.mark.parametrize("statement", ["UPDATE measures_{} SET id = id", "DELETE FROM measures_{}"])
def test_append_only_tables_refuse_update_and_delete(loaded: None, table: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        sql(statement.format(table))


@contextmanager
def switched_on(name: str) -> Iterator[None]:
    """A guard of the events that is off for the other tests."""
    like = f"pgtrigger_{name}_%"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'measures_event'::regclass AND tgname LIKE %s", [like]
        )
        ((trigger,),) = cursor.fetchall()
    sql(f"ALTER TABLE measures_event ENABLE TRIGGER {trigger}")
    try:
        yield
    finally:
        sql(f"ALTER TABLE measures_event DISABLE TRIGGER {trigger}")


def test_append_only_tables_refuse_truncate(loaded: None) -> None:
    with switched_on(TRUNCATE_GUARD), pytest.raises(IntegrityError, match="cannot be truncated"):
        sql("TRUNCATE measures_event CASCADE")


def test_an_event_is_committed_soon_after_its_moment_or_not_at_all(loaded: None) -> None:
    """But for those of an import, which says since when its rows are known."""
    late, event = timezone.now() - timedelta(seconds=11), {"actor_id": None, "subject": ("test", "late")}
    with switched_on(IN_TIME):
        with pytest.raises(IntegrityError, match="within 10 seconds"), transaction.atomic():
            audit.record(at=late, verb="edit", **event)
        audit.record(at=timezone.now(), verb="edit", **event)
        with transaction.atomic():
            audit.record(at=late, verb="import", **event)
            audit.record(at=late, verb="set_password", **event)
    kept = Event.objects.filter(subject_code="late").order_by("pk")
    assert list(kept.values_list("verb", flat=True)) == ["edit", "import", "set_password"]


def test_the_guard_finds_an_event_by_its_transaction_even_when_one_transaction_wrote_them_all() -> None:
    """As after a large import: the plan that is kept for every commit must not read the whole log."""
    with transaction.atomic():
        sql(
            "INSERT INTO measures_event (at, verb, subject_type, subject_code, body, leaf_hash, request_id, audience,"
            " xid, cluster) SELECT now(), 'import', 'x', n, n, sha256('\\x00'::bytea || n::text::bytea), '', 'public',"
            " 0, 0 FROM generate_series(1, 5000) n"
        )
        sql("ANALYZE measures_event")
        sql("SET LOCAL plan_cache_mode = force_generic_plan")
        ours = f"SELECT FROM measures_event WHERE xid = $1 AND cluster = {THIS_CLUSTER}"
        sql(f"PREPARE guard (bigint) AS SELECT WHERE NOT EXISTS ({ours})")
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN EXECUTE guard (1)")
            plan = " ".join(line for (line,) in cursor.fetchall())
        sql("DEALLOCATE guard")
        transaction.set_rollback(True)
    assert "event_xid" in plan
    assert "Seq Scan" not in plan
