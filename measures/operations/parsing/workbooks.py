"""A workbook as sheets of cells: values as the parser gives them, marked with what it does not tell."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from measures.operations.parsing import archives, marks
from measures.operations.parsing.limits import LONGEST_TEXT, MOST_SHEETS, Refused
from measures.rules.imports.places import named


def sheets(file: IO[bytes]) -> list[dict[str, Any]]:
    archive = archives.opened(file)
    parts = marks.names_and_parts(archive)
    if not 0 < len(parts) <= MOST_SHEETS:
        raise Refused("not-xlsx")
    percent = marks.percent_styles(archive)
    # All of them before the parser sees any.
    noted = {name: marks.of_sheet(archive, part, name, percent) for name, part in parts.items()}
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        return [_sheet(book, name, one) for name, one in noted.items()]
    except CalamineError:
        raise Refused("not-xlsx") from None


def _sheet(book: CalamineWorkbook, name: str, noted: marks.Marks) -> dict[str, Any]:
    page = book.get_sheet_by_name(name)
    rows = []
    for row, values in enumerate(page.to_python(skip_empty_area=False), start=1):
        cells = [_cell(name, row, column, value, noted) for column, value in enumerate(values, start=1)]
        if found := [cell for cell in cells if cell]:
            rows.append([row, found])
    merged = [[top + 1, left + 1, bottom + 1, right + 1] for (top, left), (bottom, right) in _merged(page)]
    return {"name": name, "rows": rows, "hidden_rows": noted.hidden_rows, "merged": merged}


def _merged(page: Any) -> list[Any]:
    return page.merged_cell_ranges or []


def _cell(sheet: str, row: int, column: int, value: Any, noted: marks.Marks) -> list[Any] | None:
    kind, text = _told(value)
    kind = noted.kinds.get((row, column), kind)
    if not text.strip() and kind not in ("formula", "error"):
        return None
    if len(text) > LONGEST_TEXT:
        raise Refused("too-long", sheet=sheet, cell=named(row, column))
    return [column, kind, text]


def _told(value: Any) -> tuple[str, str]:
    """Kind and text of a value; a number is the shortest decimal that is the same binary number."""
    if isinstance(value, bool):
        return "flag", "true" if value else "false"
    if isinstance(value, int | float):
        return "number", _decimal(value)
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return ("day", value.date().isoformat()) if is_day else ("moment", value.isoformat())
    if isinstance(value, date):
        return "day", value.isoformat()
    if isinstance(value, time | timedelta):
        return "moment", str(value)
    return "text", str(value)


def _decimal(value: float) -> str:
    shortest = Decimal(repr(value))
    if not shortest.is_finite():
        return str(value)
    whole = shortest == shortest.to_integral_value()
    return format(shortest.quantize(Decimal(1)) if whole and abs(shortest) < Decimal(10) ** 25 else shortest, "f")
