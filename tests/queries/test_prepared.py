"""Statements that are planned once: read only, and nothing of it is left on the connection."""

import pytest
from django.db import DataError, Error, connection, transaction

from measures.queries import prepared
from measures.queries.prepared import Statement
from tests.operations.logs import a_session

pytestmark = pytest.mark.django_db


def test_a_statement_is_prepared_once_however_often_it_is_asked() -> None:
    with connection.cursor() as cursor:
        for number in range(3):
            assert prepared.fetch("SELECT %s::int + 41 AS found_once", [number]) == [(number + 41,)]
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%41 AS found_once'")
        assert cursor.fetchone() == (1,)


def test_the_connection_is_as_it_was_even_when_the_statement_fails() -> None:
    connection.ensure_connection()
    before = connection.connection.cursor_factory, connection.connection.prepare_threshold
    with pytest.raises(DataError), transaction.atomic():
        prepared.fetch("SELECT 1 / %s::int", [0])
    assert (connection.connection.cursor_factory, connection.connection.prepare_threshold) == before


@pytest.mark.parametrize(
    "statement", ["DELETE FROM measures_kpilink", "update x set y = 1", "WITH a AS (SELECT 1) SELECT"]
)
def test_anything_but_a_select_is_refused(statement: str) -> None:
    with pytest.raises(ValueError, match="only a SELECT reads"):
        prepared.fetch(statement, [])


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_was_forgotten_is_prepared_again() -> None:
    """As psycopg makes PostgreSQL forget all of them when a transaction is rolled back."""
    statement = Statement("an_echo", "SELECT %(word)s::text, %(number)s::int + 1, %(none)s::text, %(word)s::text")
    for _ in range(2):
        assert statement.row({"word": "施策", "number": 1, "none": None}) == [
            "施策".encode(),
            b"2",
            None,
            "施策".encode(),
        ]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'an_echo'")
            assert cursor.fetchone() == (1,)
            cursor.execute("DEALLOCATE ALL")


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_an_error_and_the_next_one_prepares_anew() -> None:
    statement = Statement("one", "SELECT %(number)s::int")
    assert statement.row({"number": 1}) == [b"1"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with a_session(autocommit=True) as session:
        session.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with pytest.raises(Error):
        statement.row({"number": 1})
    connection.close_if_unusable_or_obsolete()
    assert statement.row({"number": 2}) == [b"2"]


def test_in_a_transaction_it_is_a_part_of_it() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL application_name = 'of this transaction'")
        shown = Statement("shown", "SELECT current_setting('application_name'), %(n)s::int").row({"n": 1})
    assert shown == [b"of this transaction", b"1"]
