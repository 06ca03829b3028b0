"""What a workbook has around its cells: its parts, its styles, and the opening of a sheet with the heads of columns."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from measures.exports.tables import Column, Table, Type

DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Formats of cells by their numbers in `STYLES`.
HEAD, DAY, QUOTED = 1, 2, 3
STYLES = (
    f'{DECLARED}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Yu Gothic"/></font>'
    '<font><b/><sz val="11"/><name val="Yu Gothic"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
WIDTHS = {Type.TEXT: 32, Type.INSTANT: 33, Type.CODE: 20}
OTHER_WIDTH = 14
CLOSING = b"</sheetData></worksheet>"


def parts(tables: Sequence[Table]) -> dict[str, str]:
    """The parts beside the sheets, by their names, in the order in which they stand in the file."""
    numbers = range(1, len(tables) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(table.title[:31])} sheetId="{number}" r:id="rId{number}"/>'
        for number, table in zip(numbers, tables, strict=True)
    )
    related = "".join(_related(number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    related += _related(len(tables) + 1, "styles", "styles.xml")
    workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
    return {
        "[Content_Types].xml": _content_types(len(tables)),
        "_rels/.rels": _relationships(_related(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": DECLARED + workbook,
        "xl/_rels/workbook.xml.rels": _relationships(related),
        "xl/styles.xml": STYLES,
    }


def opening(table: Table) -> bytes:
    """A sheet up to its first row of cells: the heads stay in sight, and are the columns' names."""
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{_width(column)}" customWidth="1"/>'
        for number, column in enumerate(table.columns, 1)
    )
    heads = "".join(f'<c s="{HEAD}" t="str"><v>{escape(name)}</v></c>' for name in table.names)
    return (
        f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData><row>{heads}</row>"
    ).encode()


def _width(column: Column) -> int:
    return max(len(column.name) + 2, WIDTHS.get(column.type, OTHER_WIDTH))


def _content_types(sheets: int) -> str:
    overrides = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    overrides |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in range(1, sheets + 1)}
    said = "".join(f'<Override PartName="{part}" ContentType="{TYPE}.{kind}+xml"/>' for part, kind in overrides.items())
    return (
        f'{DECLARED}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{said}</Types>'
    )


def _relationships(related: str) -> str:
    return f'{DECLARED}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'


def _related(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
