"""A sheet as rows by column: its header is found by name, and what spoils a table is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from measures.messages import say
from measures.rules.imports.columns import Sheet, folded
from measures.rules.imports.sheets import Cell, CellProblem, Page, Place

HEADER = 1
# What a template fills in, so that it alone says nothing.
GIVEN = {"measure", "kpi", "period", "status"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row in which someone wrote something, by the keys of its columns."""

    page: str
    number: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, int]

    def place(self, key: str) -> Place:
        return Place(self.page, self.number, self.columns.get(key), key)


@dataclass
class Table:
    lines: list[Line] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def table(page: Page, sheet: Sheet) -> Table:
    """The lines of a page, and what is wrong with its header, its merged cells and its hidden rows."""
    read = Table()
    columns = _columns(page, sheet, read.problems)
    for top, left, _, _ in page.merged:
        detail = say("Merged cells cannot be read as rows and columns: split them.")
        read.problems.append(CellProblem(Place(page.name, top, left), "merged-cells", detail))
    for number, cells in sorted(page.rows.items()):
        if number == HEADER:
            continue
        found = {key: cells[column] for key, column in columns.items() if column in cells}
        line = Line(page.name, number, {key: one for key, one in found.items() if _is_full(one)}, columns)
        if not any(not sheet.column(key).given and key not in GIVEN for key in line.cells):
            continue
        if number in page.hidden_rows:
            detail = say("The row is hidden and holds something: show it, so that everyone sees what is reported.")
            read.problems.append(CellProblem(Place(page.name, number), "hidden-row", detail))
        read.lines.append(line)
    return read


def _is_full(cell: Cell) -> bool:
    return bool(cell.text.strip()) or cell.kind in ("formula", "error")


def _columns(page: Page, sheet: Sheet, problems: list[CellProblem]) -> dict[str, int]:
    """By key, the number of the column; the first one where there are two."""
    columns: dict[str, int] = {}
    for number, cell in sorted(page.rows.get(HEADER, {}).items()):
        place = Place(page.name, HEADER, number, cell.text.split("\n")[0])
        named = sheet.named(cell.text)
        if named is None:
            detail = say("There is no column '{name}' in the template: remove it.", name=cell.text[:40])
            problems.append(CellProblem(place, "unknown-column", detail, cell.text))
        elif named.key in columns:
            detail = say("The column '{name}' stands twice: keep one.", name=named.ja)
            problems.append(CellProblem(place, "repeated-column", detail, cell.text))
        else:
            columns[named.key] = number
    problems += _missing(page, sheet, columns)
    return columns


def _missing(page: Page, sheet: Sheet, columns: Mapping[str, int]) -> Iterator[CellProblem]:
    for one in sheet.columns:
        if one.needed and one.key not in columns:
            detail = say("The column '{name}' is missing: take the template's header as it is.", name=one.ja)
            yield CellProblem(Place(page.name, HEADER, None, one.key), "missing-column", detail)


def same(one: str, other: str) -> bool:
    return folded(one) == folded(other)
