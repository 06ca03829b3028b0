"""What stands in a file that was read, and what is wrong in it, by cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from measures.rules.imports.places import named


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind` is text, number (a decimal), day or moment (ISO 8601), flag, error, formula or percent."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet by row and column, both counted from 1; `merged` are (top, left, bottom, right)."""

    name: str
    rows: Mapping[int, Mapping[int, Cell]]
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """`kind` is xlsx or csv; one that could not be read has a code in `refused`, and says `where`."""

    kind: str
    pages: tuple[Page, ...] = ()
    refused: str = ""
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, a row (no column), a sheet (no row) or the file (no sheet); `key` is the column's, or its header."""

    sheet: str = ""
    row: int | None = None
    column: int | None = None
    key: str = ""

    @property
    def cell(self) -> str:
        return named(self.row, self.column) if self.row and self.column else ""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One thing that is wrong; `value` is what stands there."""

    place: Place
    code: str
    detail: str
    value: str = ""
