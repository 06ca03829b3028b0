"""An imported file as it was read, with what is wrong in it marked in place, and listed on a sheet of its own."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from measures.exports.template import AS_TYPED, FONT, OPTIONS, SHADES
from measures.rules.imports.columns import MARK
from measures.rules.imports.places import number_of
from measures.rules.imports.sheets import Page, Spreadsheet

WRONG = "#F8C9C4"
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
LIST = "誤り Problems"
HEADERS = ("シート\nSheet", "行\nRow", "列\nColumn", "セル\nCell", "値\nValue", "内容\nProblem")
WIDTHS = (12, 6, 18, 8, 24, 80)
Problems = Sequence[Mapping[str, Any]]


def workbook(file: Spreadsheet, problems: Problems, *, on: date) -> bytes:
    """`problems` are {sheet, row, column, cell, code, value, detail}; every cell is text, and can be sent again."""
    target = BytesIO()
    book = Workbook(target, OPTIONS)
    book.set_properties({"created": datetime.combine(on, time())})
    plain = {"font_name": FONT, "font_size": 10, "num_format": AS_TYPED, "valign": "top", "text_wrap": True}
    looks = {"plain": book.add_format(plain), "wrong": book.add_format({**plain, "bg_color": WRONG})}
    looks["head"] = book.add_format({**plain, "bold": True, "font_color": "white", "bg_color": SHADES["head"]})
    _listed(book, problems, looks)
    for page in file.pages:
        _copied(book, page, [one for one in problems if one["sheet"] == page.name], looks)
    book.close()
    return target.getvalue()


def _listed(book: Workbook, problems: Problems, looks: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(LIST)
    for column, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
        sheet.write_string(0, column, header, looks["head"])
        sheet.set_column(column, column, width)
    for row, one in enumerate(problems, start=1):
        texts = (one["sheet"], str(one["row"] or ""), one["column"], one["cell"], one["value"], one["detail"])
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, looks["plain"])
    sheet.freeze_panes(1, 0)


def _copied(book: Workbook, page: Page, problems: Problems, looks: Mapping[str, Any]) -> None:
    """The rows of a page; a cell that is wrong is coloured and says why, an empty one too."""
    sheet = book.add_worksheet(page.name or "CSV")
    sheet.set_column(0, 40, 18)
    wrong: dict[tuple[int, int], list[str]] = {}
    for one in problems:
        found = CELL.fullmatch(one["cell"])
        place = (int(found[2]), number_of(found[1])) if found else (one["row"] or 1, 1)
        wrong.setdefault(place, []).append(one["detail"])
    for row, cells in page.rows.items():
        for column, cell in cells.items():
            look = "wrong" if (row, column) in wrong else "head" if row == 1 else "plain"
            sheet.write_string(row - 1, column - 1, cell.text, looks[look])
    for (row, column), details in wrong.items():
        if column not in page.rows.get(row, {}):
            sheet.write_blank(row - 1, column - 1, None, looks["wrong"])
        sheet.write_comment(row - 1, column - 1, "\n".join(details), {"x_scale": 2})
    sheet.freeze_panes(1, 2)
    if page.name == MARK:
        sheet.very_hidden()
