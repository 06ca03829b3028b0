"""Tables made of given rows, read from Python and from the database alike."""

from collections.abc import Iterable, Sequence
from typing import Any

from measures.exports.selected import Selected
from measures.exports.tables import Column, Table, Type

# The types of PostgreSQL.
CASTS = {
    Type.TEXT: "text",
    Type.CODE: "text",
    Type.INTEGER: "bigint",
    Type.DECIMAL: "numeric",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.INSTANT: "timestamptz",
}


def a_table(rows: Iterable[Sequence[Any]], columns: Sequence[Column] | None = None) -> Table:
    return Table("x", "表", "Table", tuple(columns or (a_column("a"), a_column("b"))), map(tuple, rows))


def a_column(name: str, type: Type = Type.TEXT) -> Column:
    return Column(name, type, f"{name}の列", name.upper())


def stored(rows: Sequence[Sequence[Any]], columns: Sequence[Column]) -> Table:
    """The same table with its rows in the database."""
    row = f"({', '.join(f'%s::{CASTS[column.type]}' for column in columns)})"
    names = ", ".join(f"c{number}" for number in range(len(columns)))
    sql = f"SELECT {names} FROM (VALUES {', '.join([row] * len(rows))}) AS given ({names})"
    given = Selected(sql, tuple(value for one in rows for value in one), len(columns))
    return Table("x", "表", "Table", tuple(columns), given)
