"""A table: described columns and rows, built once; every format knows only this."""

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices


class Type(StrEnum):
    """What a column's cells are: each of str, str, int, Decimal (or int), bool, date and datetime, or None."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under one head.

    `title` is Japanese; `unit` is what numbers are counted in where all rows share it; `codes` is the vocabulary that
    the cells are of. `source` is the field, or the expression, that the column is of in a queryset.
    """

    name: str
    type: Type
    title: str
    title_en: str
    source: Any = None
    unit: str = ""
    description: str = ""
    codes: builtins.type[TextChoices] | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` have unique names; a row has one plain value a column, as its `Type` says.

    `rows` may be read once only. `key` are the columns that tell rows apart; `refers` names, by column or columns, the
    table whose key they are of.
    """

    name: str
    title: str
    title_en: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    key: tuple[str, ...] = ()
    refers: Mapping[str, str] | Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
