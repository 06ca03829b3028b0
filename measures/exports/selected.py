"""Rows that a queryset selects: read one by one, or written as text by the database itself, many times as fast."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from measures.exports.tables import Column

# What is taken from the database before it is passed on.
LINES_A_CHUNK = 1000
ROWS_A_FETCH = 500
# As rules.days.wire writes an instant.
INSTANT = """to_char({0} AT TIME ZONE interval '+09:00', 'YYYY-MM-DD"T"HH24:MI:SS.US"+09:00"')"""


@dataclass(frozen=True, slots=True)
class Selected:
    """The rows of a SELECT of as many columns as `width` says; read in the transaction in which one asks for them.

    `tell` hears of each chunk that was copied how many rows it has.
    """

    sql: str
    params: tuple[Any, ...]
    width: int
    tell: Callable[[int], None] | None = None

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        with connection.chunked_cursor() as cursor:
            cells = ", ".join(self._columns)
            cursor.execute(f"SELECT {cells} FROM ({self.sql}) AS rows {self._names}", self.params)  # noqa: S608
            while rows := cursor.fetchmany(ROWS_A_FETCH):
                yield from rows

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql}) AS rows", self.params)  # noqa: S608
            return int(cursor.fetchone()[0])

    def copied(self, cells: Sequence[str], options: str) -> Iterator[list[memoryview]]:
        """The lines that COPY writes with `options`, its line feed at each end, by the chunk.

        `cells` are SQL, in which {0} stands for the first column. Only SELECTs are copied.
        """
        written = ", ".join(cell.format(*self._columns) for cell in cells)
        rows = f"({self.sql}) AS rows {self._names}"
        with (
            connection.cursor() as cursor,
            # Django's own wrapper takes no parameters.
            cursor.cursor.copy(f"COPY (SELECT {written} FROM {rows}) TO STDOUT ({options})", self.params) as copy,  # noqa: S608
        ):
            lines = iter(copy)
            while some := list(islice(lines, LINES_A_CHUNK)):
                if self.tell:
                    self.tell(len(some))
                yield some

    @property
    def _columns(self) -> list[str]:
        return [f"cell_{number}" for number in range(self.width)]

    @property
    def _names(self) -> str:
        # An ORDER BY of a DISTINCT may select more, which stands behind.
        return f"({', '.join(self._columns)})"


def select(queryset: QuerySet[Any], columns: Sequence[Column]) -> Selected:
    """The cells of `columns`, by their sources, in the queryset's order."""
    rows = queryset.select_related(None).prefetch_related(None).values_list(*(one.source for one in columns))
    # Of what can have no rows, too, there is a statement.
    sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    return Selected(sql, tuple(params), len(columns))
