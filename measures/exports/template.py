"""The workbook that officers fill in: what they owe in a cycle, the last values, lists to choose from and notes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from math import ceil
from typing import Any

from django.db.models import TextChoices
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from measures.exports.template_words import HOW_TO
from measures.queries.imports import AskedKpi, AskedMeasure
from measures.rules import periods
from measures.rules.imports.columns import DECLARED, MARK, OBSERVATIONS, REPORTS, VERSION, Column, Mark, Sheet
from measures.vocabulary import Health, MeasureStatus, ObservationStatus, PeriodType

# Text stays as it was typed: no number is rounded, no "2019-10" becomes a day, no "16.1%" a share.
AS_TYPED = "@"
SPARE_ROWS = 30
CODES, HOW = "コード表", "記入方法"
# In characters and in points.
HOW_WIDTH, LINE_HEIGHT = 64, 18
FONT = "游ゴシック"
SHADES = {"head": "#1F3A5F", "given": "#EEF1F4", "input": "#FFFBE6", "line": "#B8C2CC"}
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LISTS: dict[str, tuple[str, Sequence[TextChoices]]] = {
    "declared_status": ("状況 / Status", DECLARED),
    "declared_health": ("評価 / Health", tuple(Health)),
    "status": ("速報・確報 / Value status", tuple(ObservationStatus)),
}
YES = "はい"


@dataclass
class Styles:
    """The few looks a cell has."""

    book: Workbook
    made: dict[str, Format] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Format:
        return self.made.setdefault(name, self.book.add_format(LOOKS[name]))


_PLAIN = {"font_name": FONT, "font_size": 10, "valign": "top", "text_wrap": True}
_CELL = {**_PLAIN, "border": 1, "border_color": SHADES["line"], "num_format": AS_TYPED}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": _PLAIN,
    "title": {**_PLAIN, "bold": True, "font_size": 14, "text_wrap": False},
    "head": {**_CELL, "bold": True, "font_color": "white", "bg_color": SHADES["head"], "valign": "vcenter"},
    "given": {**_CELL, "bg_color": SHADES["given"]},
    "given number": {**_CELL, "bg_color": SHADES["given"], "align": "right"},
    "input": {**_CELL, "bg_color": SHADES["input"], "locked": False},
    "input number": {**_CELL, "bg_color": SHADES["input"], "locked": False, "align": "right"},
}


def workbook(asked: Sequence[AskedMeasure], *, cycle: str, ministry: str, ministry_name: str, on: date) -> bytes:
    """The template as an XLSX file; the same on the same day for the same data."""
    target = BytesIO()
    book = Workbook(target, OPTIONS)
    book.set_properties({"title": f"{cycle} {ministry_name}", "created": datetime.combine(on, time())})
    styles = Styles(book)
    reports, values = (book.add_worksheet(one.ja) for one in (REPORTS, OBSERVATIONS))
    codes, how, mark = (book.add_worksheet(name) for name in (CODES, HOW, MARK))
    ranges = _codes(codes, asked, styles)
    _reports(reports, asked, styles, ranges)
    _values(values, asked, styles, ranges)
    _how(how, f"{ministry_name}　{cycle}", styles)
    for row, pair in enumerate(Mark(VERSION, cycle, ministry).rows()):
        mark.write_row(row, 0, pair)
    mark.very_hidden()
    book.close()
    return target.getvalue()


def _reports(page: Worksheet, asked: Sequence[AskedMeasure], styles: Styles, ranges: dict[str, str]) -> None:
    _framed(page, REPORTS, len(asked), styles, freeze=2)
    for row, measure in enumerate(asked, start=1):
        given = (measure.code, measure.title, measure.due_on.isoformat(), MeasureStatus(measure.status).label)
        for column, text in enumerate(given):
            page.write_string(row, column, text, styles["given"])
        for column in range(len(given), len(REPORTS.columns)):
            page.write_blank(row, column, None, styles["input"])
        page.set_row(row, 48)
    _offered(page, REPORTS, len(asked), ranges)


def _values(page: Worksheet, asked: Sequence[AskedMeasure], styles: Styles, ranges: dict[str, str]) -> None:
    lines = [
        (measure.code, kpi, periods.label_ja(period) if period else "")
        for measure in asked
        for kpi in measure.kpis
        for period in (kpi.periods or (None,))
    ]
    _framed(page, OBSERVATIONS, len(lines) + SPARE_ROWS, styles, freeze=2)
    for row, (measure, kpi, period) in enumerate(lines, start=1):
        _value(page, row, measure, kpi, period, styles)
    for row in range(len(lines) + 1, len(lines) + SPARE_ROWS + 1):
        for column, one in enumerate(OBSERVATIONS.columns):
            page.write_blank(row, column, None, styles[_look(one)])
    _offered(page, OBSERVATIONS, len(lines) + SPARE_ROWS, ranges)


def _value(page: Worksheet, row: int, measure: str, kpi: AskedKpi, period: str, styles: Styles) -> None:
    last = periods.label_ja(kpi.last_period) if kpi.last_period else ""
    shown = {
        "measure": measure,
        "kpi": kpi.code,
        "kpi_name": kpi.name,
        "unit": kpi.unit,
        "last_period": last,
        "last_value": kpi.last_value,
        "period": period,
    }
    for column, one in enumerate(OBSERVATIONS.columns):
        # The row is of this KPI; another is written into a spare row.
        look = styles["given" if one.key in ("measure", "kpi") else _look(one)]
        if one.key in shown:
            page.write_string(row, column, shown[one.key], look)
        else:
            page.write_blank(row, column, None, look)
    if kpi.last_period:
        _offer_periods(page, row, kpi.last_period)


def _look(column: Column) -> str:
    kind = "given" if column.given else "input"
    return f"{kind} number" if column.key in ("value", "last_value") else kind


def _offer_periods(page: Worksheet, row: int, last: periods.Period) -> None:
    """The periods after the last one, to choose from; another may be written all the same."""
    offered, period = [], last
    for _ in range(10):
        period = period.following()
        offered.append(periods.label_ja(period))
    column = _place(OBSERVATIONS, "period")
    note = {"input_title": "期間", "input_message": OBSERVATIONS.column("period").note}
    page.data_validation(row, column, row, column, {"validate": "list", "source": offered, "show_error": False, **note})


def _framed(page: Worksheet, sheet: Sheet, rows: int, styles: Styles, *, freeze: int) -> None:
    """Header, widths, what stays in sight, what prints on a page; nothing but inputs can be changed."""
    for column, one in enumerate(sheet.columns):
        page.write_string(0, column, one.header, styles["head"])
        page.set_column(column, column, one.width)
    page.set_row(0, 34)
    page.freeze_panes(1, freeze)
    page.repeat_rows(0)
    _on_paper(page)
    page.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(rows + 1, len(sheet.columns))}"})
    page.protect(options={"format_columns": True, "format_rows": True, "format_cells": True})


def _offered(page: Worksheet, sheet: Sheet, rows: int, ranges: dict[str, str]) -> None:
    """Lists to choose from, and what each input asks for when one stands on it."""
    if not rows:
        return
    for column, one in enumerate(sheet.columns):
        note = {"input_title": one.ja, "input_message": one.note} if one.note else {}
        if one.key in ranges:
            wrong = {"error_title": one.ja, "error_message": "一覧から選んでください。 Choose from the list."}
            rule = {"validate": "list", "source": ranges[one.key], **wrong}
            page.data_validation(1, column, rows, column, {**rule, **note})
        elif note and one.key != "period":
            page.data_validation(1, column, rows, column, {"validate": "any", **note})


def _codes(page: Worksheet, asked: Sequence[AskedMeasure], styles: Styles) -> dict[str, str]:
    """Writes every list beside the others; by column, the range that its drop-down offers."""
    ranges, column = {}, 0
    for key, (title, words) in LISTS.items():
        ranges[key] = _listed(page, column, title, [(str(word.label), str(word.value)) for word in words], styles)
        column += 3
    ranges["approximate"] = _listed(page, column, "概数 / Approximate", [(YES, "true")], styles)
    kpis = {kpi.code: kpi for measure in asked for kpi in measure.kpis}.values()
    rows = [(kpi.code, f"{kpi.name}（{kpi.unit}、{PeriodType(kpi.period_type).label}）") for kpi in kpis]
    _listed(page, column + 3, "指標 / KPI", rows, styles, widths=(26, 44))
    _listed(page, column + 6, "施策 / Measure", [(one.code, one.title) for one in asked], styles, widths=(22, 44))
    _on_paper(page)
    page.protect()
    return ranges


def _listed(
    page: Worksheet,
    column: int,
    title: str,
    rows: Sequence[tuple[str, str]],
    styles: Styles,
    widths: tuple[int, int] = (16, 16),
) -> str:
    page.set_column(column, column, widths[0])
    page.set_column(column + 1, column + 1, widths[1])
    page.set_column(column + 2, column + 2, 2)
    page.write_string(0, column, title, styles["head"])
    page.write_string(0, column + 1, "", styles["head"])
    for row, (word, meaning) in enumerate(rows, start=1):
        page.write_string(row, column, word, styles["given"])
        page.write_string(row, column + 1, meaning, styles["given"])
    first, last = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (1, max(1, len(rows))))
    return f"='{CODES}'!{first}:{last}"


def _how(page: Worksheet, title: str, styles: Styles) -> None:
    page.set_column(0, 1, HOW_WIDTH)
    page.write_string(0, 0, title, styles["title"])
    for row, texts in enumerate(HOW_TO, start=2):
        # Programs do not make rows as high as the text that wraps in them, and a letter of Japanese is two wide.
        lines = max(ceil(width / (HOW_WIDTH - 6)) for width in (2 * len(texts[0]), len(texts[1])))
        page.set_row(row, LINE_HEIGHT * lines)
        for column, text in enumerate(texts):
            page.write_string(row, column, text, styles["head" if row == 2 else "plain"])
    _on_paper(page)
    page.protect()


def _on_paper(page: Worksheet) -> None:
    """A4 across, as wide as the sheet."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _place(sheet: Sheet, key: str) -> int:
    return [one.key for one in sheet.columns].index(key)
