"""Statements that are planned once: read only, and nothing of it is left on the connection."""

import pytest
from django.db import DataError, connection, transaction

from measures.queries import prepared

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
