"""CSV as the rules for machine-readable administrative data ask: one header, bare numbers, blank is not zero."""

import csv
import io
import logging
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from measures.exports.tables import Table
from measures.rules.days import wire

BOM = "\ufeff"
ROWS_A_CHUNK = 500
# A cell that begins with one of these may be run as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
INCOMPLETE = "# INCOMPLETE: the export broke off here; fetch it again\r\n"
log = logging.getLogger(__name__)


def stream(table: Table) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a byte-order mark and CRLF, in chunks of 500 rows; memory stays flat.

    When reading rows fails the last line says that the file is incomplete, since the status was sent long before.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow(table.columns)
    try:
        for number, row in enumerate(table.rows, 1):
            writer.writerow([cell(value) for value in row])
            if number % ROWS_A_CHUNK == 0:
                yield _taken(buffer)
    except Exception:
        log.exception("the export of %s broke off", table.name)
        buffer.write(INCOMPLETE)
    yield _taken(buffer)


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


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
