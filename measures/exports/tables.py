"""A table: named columns and rows, built once; every format knows only this."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are unique names; a row has one plain value a column: str, int, Decimal, bool, date or None."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]
