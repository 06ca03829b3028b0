"""Reading by statements that PostgreSQL plans once a connection, and not anew at every request."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def fetch(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT; ValueError for anything else.

    The text is what is planned once, so it must not hold what changes from call to call.
    """
    if not statement.startswith("SELECT "):
        raise ValueError("only a SELECT reads")
    with _preparing(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@contextmanager
def _preparing() -> Iterator[None]:
    """Django puts parameters into the text of a statement; here they go beside it."""
    connection.ensure_connection()
    held: Any = connection.connection
    before = held.cursor_factory, held.prepare_threshold
    held.cursor_factory, held.prepare_threshold = ServerBindingCursor, 0
    try:
        yield
    finally:
        held.cursor_factory, held.prepare_threshold = before
