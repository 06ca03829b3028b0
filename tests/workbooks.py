"""Workbooks as strangers make them: a template that is filled in, and archives that no spreadsheet program writes."""

import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from measures.exports import template
from measures.models import Cycle, Ministry
from measures.queries import imports as queries
from measures.rules.imports.columns import OBSERVATIONS, REPORTS, Sheet
from tests import builders

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_template(ministry: str = "jpo", cycle: str = "FY2020") -> bytes:
    body, on = Ministry.objects.get(code=ministry), date(2021, 3, 1)
    asked = queries.asked_of(body, Cycle.objects.get(code=cycle), on=on)
    return template.workbook(asked, cycle=cycle, ministry=ministry, ministry_name=body.name, on=on)


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def written(page: Worksheet, sheet: Sheet, row: int, fields: Mapping[str, Any]) -> None:
    keys = [one.key for one in sheet.columns]
    for key, value in fields.items():
        page.cell(row, keys.index(key) + 1).value = value


def row_of(page: Worksheet, **sought: str) -> int:
    """The first row with these words in it."""
    for row in page.iter_rows(min_row=2):
        if set(sought.values()) <= {cell.value for cell in row}:
            return row[0].row
    raise LookupError(sought)


REPORT = {"narrative": "中小企業の出願支援を続けた。", "declared_status": "実施中", "declared_health": "順調"}
VALUE = {"value": "16.1", "source_title": "特許行政年次報告書2020年版", "source_published_on": "2020-07-27"}


def filled(
    report: Mapping[str, Any] = REPORT,
    value: Mapping[str, Any] = VALUE,
    *,
    also: Callable[[Workbook], object] = lambda book: None,
) -> bytes:
    """JPO's template with the SME share of 2019 reported, or what is given instead; then what `also` does to it."""
    builders.an_open_cycle()
    book = opened(a_template())
    reports, values = book[REPORTS.ja], book[OBSERVATIONS.ja]
    written(reports, REPORTS, row_of(reports, code=builders.SME), report)
    written(values, OBSERVATIONS, row_of(values, code="sme-patent-share"), value)
    also(book)
    return saved(book)


def archive(parts: Mapping[str, bytes | str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return target.getvalue()


def bare(sheet: bytes | str, **more: bytes | str) -> bytes:
    """The least that is a workbook, with one sheet whose XML is given."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return archive(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": f'{relations}<Relationship Id="a" Type="{RELATION}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATION}"><sheets>'
            '<sheet name="one" sheetId="1" r:id="a"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{relations}<Relationship Id="a" Type="{RELATION}/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet,
            **more,
        }
    )


def sheet_of(cells: str, *, before: str = "") -> str:
    return f'{before}<worksheet xmlns="{NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'
