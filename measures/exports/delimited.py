"""CSV as the rules for machine-readable administrative data ask: one header, bare numbers, blank is not zero."""

import csv
import io
import logging
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from measures.exports.selected import INSTANT, Selected
from measures.exports.tables import Column, Table, Type
from measures.rules.days import wire

BOM = "\ufeff"
ROWS_A_CHUNK = 500
# A cell that begins with one of these may be run as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
FORMULA_CODES = ", ".join(str(ord(start)) for start in FORMULA_STARTS)
INCOMPLETE = "# INCOMPLETE: the export broke off here; fetch it again\r\n"
log = logging.getLogger(__name__)


def stream(table: Table) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a byte-order mark and CRLF (RFC 4180), in chunks; memory stays flat.

    When reading rows fails the last line says that the file is incomplete, since the status was sent long before.
    """
    try:
        yield from chunks(table)
    except Exception:
        log.exception("the export of %s broke off", table.name)
        yield INCOMPLETE.encode()


def chunks(table: Table) -> Iterator[bytes]:
    """As `stream`, but raises what reading rows raises."""
    yield (BOM + _line(table.names)).encode()
    rows = table.rows
    yield from _copied(table.columns, rows) if isinstance(rows, Selected) else _written(iter(rows))


def cell(value: Any) -> str:
    """A value as CSV text: None is blank, text that looks like a formula is quoted with ', numbers never are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return wire(value)
    if isinstance(value, int | date):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _copied(columns: tuple[Column, ...], rows: Selected) -> Iterator[bytes]:
    """By COPY, which ends each line with a line feed alone."""
    cells = [_cell_in_sql(f"{{{number}}}", column) for number, column in enumerate(columns)]
    for lines in rows.copied(cells, "FORMAT csv"):
        text = b"".join(lines)
        if text.count(b"\n") == len(lines):
            yield text.replace(b"\n", b"\r\n")
        else:
            # A cell has a line feed of its own, which stays one.
            yield b"".join([part for line in lines for part in (line[:-1], b"\r\n")])


def _cell_in_sql(name: str, column: Column) -> str:
    """As `cell`, of the column of that name; COPY quotes, and would tell blank text from none."""
    if column.type == Type.INSTANT:
        return INSTANT.format(name)
    if column.type == Type.BOOLEAN:
        return f"{name}::text"
    if column.codes:
        return f"nullif({name}, '')"
    if column.type in (Type.TEXT, Type.CODE):
        # One look at what begins text decides for most of it.
        escaped = f"CASE WHEN ascii({name}) IN ({FORMULA_CODES}) THEN '''' || {name} ELSE nullif({name}, '') END"
        return f"CASE WHEN ascii({name}) > {max(map(ord, FORMULA_STARTS))} THEN {name} ELSE {escaped} END"
    return name


def _written(rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield "".join(_line([cell(value) for value in row]) for row in some).encode()


def _line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
