"""XLSX: a workbook of plain sheets, one table each, written row by row.

Cells are text, numbers, days and truths, and never formulas or links. Of XLSX this knows as much as that takes, since
the library for it makes a tenth of the rows in the same time.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from measures.exports import workbooks
from measures.exports.delimited import FORMULA_CODES, FORMULA_STARTS, ROWS_A_CHUNK, cell
from measures.exports.selected import INSTANT, Selected
from measures.exports.tables import Column, Table, Type

# What a sheet holds with its heads, and a cell.
MOST_ROWS, MOST_LETTERS = 1_048_576, 32_767
CUT = "…（長いため省略。全文はCSVにある。cut here, the CSV has all of it）"
# A double, which is all that a spreadsheet has for a number, keeps every decimal number of so many digits.
MOST_DIGITS = 15
# Spreadsheets count days from DAY_ZERO, but have a 29 February 1900 that never was.
FIRST_DAY, DAY_ZERO = date(1900, 3, 1), date(1899, 12, 30)
# Stands before a number or a day that becomes text, and before text that would run once somebody edits the cell.
MARK = "\x01"
EMPTY, TEXT, QUOTED = b"<c/>", b'<c t="str"><v>', b'<c s="%d" t="str"><v>' % workbooks.QUOTED
OPENINGS = {
    Type.INTEGER: b"<c><v>",
    Type.DECIMAL: b"<c><v>",
    Type.DATE: b'<c s="%d"><v>' % workbooks.DAY,
    Type.BOOLEAN: b'<c t="b"><v>',
}
# What COPY escapes; XML has no words for the rest of the control characters.
UNKNOWN = "\ufffd".encode()
ESCAPES = {b"n": b"&#10;", b"t": b"&#9;", b"r": b"&#13;", b"\\": b"\\"}
ESCAPE, CODED = re.compile(rb"\\(.)"), re.compile(rb"_(x[0-9A-Fa-f]{4}_)")
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
# But for the mark at the beginning of a cell.
ILLEGAL = re.compile(b"[" + re.escape(CONTROLS[:1] + CONTROLS[2:]) + b"]|(?<=[^\\t\\n])\x01|\xef\xbf[\xbe\xbf]")


def write(file: IO[bytes], tables: Sequence[Table]) -> None:
    """The workbook of `tables`, the same bytes for the same cells; `file` can be sought.

    A sheet holds MOST_ROWS - 1 rows, and whoever has more does not ask for a workbook.
    """
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive, ThreadPoolExecutor(1) as beside:
        for name, text in workbooks.parts(tables).items():
            archive.writestr(_entry(name), text)
        for number, table in enumerate(tables, 1):
            # Its size is not known before, and may need the longer form.
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=True) as sheet:
                _write(sheet, _sheet(table), beside)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    entry._compresslevel = 1  # type: ignore[attr-defined]
    return entry


def _write(sheet: IO[bytes], parts: Iterator[bytes], beside: ThreadPoolExecutor) -> None:
    """Compresses each part while the next one is made."""
    done: Future[int] | None = None
    for part in parts:
        if done:
            done.result()
        done = beside.submit(sheet.write, part)
    if done:
        done.result()


class Templates(dict[bytes, bytes]):
    """By which cells of a row are there, a truth each: the row with places for those."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._openings = [OPENINGS.get(column.type, TEXT) for column in columns]

    def __missing__(self, there: bytes) -> bytes:
        cells = zip(self._openings, there, strict=True)
        row = b"".join(opening + b"%b</v></c>" if is_there else EMPTY for opening, is_there in cells)
        self[there] = b"<row>" + row + b"</row>"
        return self[there]


def _sheet(table: Table) -> Iterator[bytes]:
    yield workbooks.opening(table)
    rows, templates = table.rows, Templates(table.columns)
    for lines in _copied(table.columns, rows) if isinstance(rows, Selected) else _written(iter(rows)):
        yield _finished(lines, templates)
    yield workbooks.CLOSING


def _copied(columns: Sequence[Column], rows: Selected) -> Iterator[bytes]:
    cells = [_cell_in_sql(f"{{{number}}}", column) for number, column in enumerate(columns)]
    return (b"".join(lines) for lines in rows.copied(cells, "FORMAT text, NULL ''"))


def _cell_in_sql(name: str, column: Column) -> str:
    """As `_cell`, of the column of that name."""
    marked = f"'{MARK}' || {name}::text"
    match column.type:
        case Type.INSTANT:
            return INSTANT.format(name)
        case Type.BOOLEAN:
            return f"{name}::integer"
        case Type.DATE:
            return f"CASE WHEN {name} < '{FIRST_DAY}' THEN {marked} ELSE ({name} - date '{DAY_ZERO}')::text END"
        case Type.DECIMAL:
            digits = f"length(ltrim(translate(trim_scale({name})::text, '-.', ''), '0'))"
            return f"CASE WHEN {digits} > {MOST_DIGITS} THEN {marked} ELSE trim_scale({name})::text END"
        case Type.TEXT | Type.CODE if not column.codes:
            return f"CASE WHEN ascii({name}) IN ({FORMULA_CODES}) THEN {marked} ELSE {name} END"
    return name


def _written(rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    """As COPY writes lines of text."""
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield "".join("\t".join(map(_cell, row)) + "\n" for row in some).encode()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{MARK}{value}" if value < FIRST_DAY else str((value - DAY_ZERO).days)
    if isinstance(value, Decimal):
        text = format(value, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        digits = text.replace("-", "").replace(".", "").lstrip("0")
        return f"{MARK}{value:f}" if len(digits) > MOST_DIGITS else text
    if not isinstance(value, str):
        return cell(value)
    marked = f"{MARK}{value}" if value.startswith(FORMULA_STARTS) else value
    for letter, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        marked = marked.replace(letter, escaped)
    return marked


def _finished(lines: bytes, templates: Templates) -> bytes:
    """Rows of XML from lines of cells. Whole chunks are searched, since that costs next to nothing."""
    lines = lines.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    if b"\\" in lines:
        lines = ESCAPE.sub(lambda found: ESCAPES.get(found[1], UNKNOWN), lines)
    if b"_x" in lines:
        # What spreadsheets would take for a coded character.
        lines = CODED.sub(rb"_x005F_\1", lines)
    if b"\xef\xbf" in lines or len(lines.translate(None, CONTROLS)) != len(lines):
        lines = ILLEGAL.sub(UNKNOWN, lines)
    parts = lines.split(b"\n")[:-1]
    if max(map(len, parts), default=0) > MOST_LETTERS:
        parts = [b"\t".join(map(_shortened, part.split(b"\t"))) for part in parts]
    split = (part.split(b"\t") for part in parts)
    xml = b"".join([templates[bytes(map(bool, cells))] % tuple(filter(None, cells)) for cells in split])
    if MARK.encode() in xml:
        for opening in set(OPENINGS.values()):
            xml = xml.replace(opening + MARK.encode(), TEXT)
        xml = xml.replace(TEXT + MARK.encode(), QUOTED)
    return xml


def _shortened(one: bytes) -> bytes:
    """A cell without what a spreadsheet does not take of it."""
    text = one.decode()
    if len(text) <= MOST_LETTERS:
        return one
    # Not within a character that XML writes as a word of its own.
    return (re.sub(r"&[^;]*$", "", text[: MOST_LETTERS - len(CUT)]) + CUT).encode()
