"""Statements that PostgreSQL plans once a connection, and not anew at every request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

PARAMETER = re.compile(r"%\((\w+)\)s")
UNKNOWN_STATEMENT = b"26000"
Row = list[bytes | None]


class Statement:
    """A statement with %(named)s parameters of declared types that is sent by libpq itself, in one round trip.

    psycopg's cursor, with its adapters and its bookkeeping, takes longer than PostgreSQL does for a small statement.
    Parameters go as text, and so do the columns of the row come back.
    """

    def __init__(self, name: str, text: str) -> None:
        self.names = list(dict.fromkeys(PARAMETER.findall(text)))
        self.text = PARAMETER.sub(lambda found: f"${self.names.index(found[1]) + 1}", text)
        self.name = name.encode()
        self._prepared: WeakSet[psycopg.Connection[Any]] = WeakSet()

    def row(self, given: Mapping[str, Any]) -> Row:
        """The one row. Raises django.db.Error.

        The connection is not asked first whether it still lives, which would be a second round trip: this tells as
        well.
        """
        django: Any = connections[DEFAULT_DB_ALIAS]
        django.ensure_connection()
        if django.queries_logged:
            django.queries_log.append({"sql": self.text, "time": "0.000"})
        with django.wrap_database_errors:
            values = [None if value is None else str(value).encode() for value in map(given.__getitem__, self.names)]
            row = self._row(django.connection, values)
        django.health_check_done = True
        return row

    def _row(self, held: "psycopg.Connection[Any]", values: Any) -> Row:
        result = self._executed(held, values) if held.autocommit else self._in_transaction(held, values)
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result)
        return [result.get_value(0, column) for column in range(result.nfields)]

    def _executed(self, held: "psycopg.Connection[Any]", values: Any) -> PGresult:
        if held in self._prepared:
            result = held.pgconn.exec_prepared(self.name, values)
            # psycopg forgets all that was prepared, ours too, when a transaction was rolled back.
            if (
                result.status == ExecStatus.TUPLES_OK
                or result.error_field(DiagnosticField.SQLSTATE) != UNKNOWN_STATEMENT
            ):
                return result
        prepared = held.pgconn.prepare(self.name, self.text.encode())
        if prepared.status != ExecStatus.COMMAND_OK:
            return prepared
        self._prepared.add(held)
        return held.pgconn.exec_prepared(self.name, values)

    def _in_transaction(self, held: "psycopg.Connection[Any]", values: Any) -> PGresult:
        """Not prepared, since to find that out by an error would end the transaction."""
        if held.pgconn.transaction_status == TransactionStatus.IDLE:
            # psycopg begins it with the first statement that passes through it.
            held.execute("SELECT")
        return held.pgconn.exec_params(self.text.encode(), values)


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
