"""Locks held by others: a deadlock is tried again and succeeds; a lock held for too long is 503 and changes nothing."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from measures.models import Event, Kpi, ProgressUpdate
from tests import builders
from tests.figures import Figure
from tests.journeys.service import database_url
from tests.races.callers import Line

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 10
LOCK_UPDATE = "SELECT 1 FROM measures_progressupdate WHERE id = %s FOR UPDATE"
LOCK_KPI = "SELECT 1 FROM measures_kpi WHERE code = 'sme-patent-share' FOR UPDATE"


@contextmanager
def another_session() -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url()) as session:
        yield session
        session.rollback()


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def wait_for_a_lock_to_be_waited_for() -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() == (1,):
                return
        time.sleep(0.01)
    raise AssertionError("the request never came to the lock")


def wait_for_a_deadlock_more_than(before: int) -> int:
    """The database counts it when the session that was broken off tells, a second later at most."""
    until = time.monotonic() + SECONDS
    while deadlocks() == before and time.monotonic() < until:
        time.sleep(0.1)
    return deadlocks() - before


def test_a_request_that_a_deadlock_broke_off_is_tried_again_200(port: int, loaded: None, figure: Figure) -> None:
    """An approval locks the report, then its KPIs. Another session holds the KPI and then asks for the report."""
    update = builders.an_update(at_status="submitted")
    line, before = Line(port, builders.token("approver.jpo")), deadlocks()
    where = f"/api/v1/updates/{update.pk}/approve"
    with ThreadPoolExecutor(1) as pool, another_session() as other:
        other.execute(LOCK_KPI)
        approval = pool.submit(line.post, where, If_Match='"v2"')
        wait_for_a_lock_to_be_waited_for()
        # The request has waited for longer, so its session is the one that looks for a deadlock first and gives way.
        other.execute(LOCK_UPDATE, [update.pk])
        other.rollback()
        reply = approval.result(SECONDS)
    assert reply.status == 200, reply
    assert reply.json["state"] == "approved"
    assert wait_for_a_deadlock_more_than(before) == 1
    assert Event.objects.filter(verb="approve", subject_code=str(update.pk)).count() == 1
    figure("1 deadlock planted, 1 approval, 1 event")


def test_a_lock_that_is_held_for_too_long_is_503_and_the_same_key_does_it_later_200(port: int, loaded: None) -> None:
    update = builders.an_update(at_status="submitted")
    line = Line(port, builders.token("approver.jpo"))
    where = f"/api/v1/updates/{update.pk}/approve"
    with another_session() as other:
        other.execute(LOCK_KPI)
        refused = line.post(where, key="again", If_Match='"v2"')
    assert (refused.status, refused.json["code"], refused.headers["retry-after"]) == (503, "busy", "1")
    assert ProgressUpdate.objects.get(pk=update.pk).version == 2
    done = line.post(where, key="again", If_Match='"v2"')
    assert done.status == 200
    assert "idempotent-replayed" not in done.headers
    assert Kpi.objects.get(code="sme-patent-share").standing.state == "met"
