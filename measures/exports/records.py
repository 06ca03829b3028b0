"""JSON: what the file is of, its columns, and each row as an object; decimals are text, so that no digit is lost."""

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import orjson

from measures.exports.about import About
from measures.exports.codebooks import described
from measures.exports.delimited import ROWS_A_CHUNK
from measures.exports.selected import INSTANT, Selected
from measures.exports.tables import Column, Table, Type
from measures.rules.days import wire

INCOMPLETE = b"\n# INCOMPLETE: the export broke off here; fetch it again\n"
log = logging.getLogger(__name__)


def stream(table: Table, about: About) -> Iterator[bytes]:
    """One JSON object, in chunks; memory stays flat.

    When reading rows fails it is not closed, and its last line says so: no program takes it for the whole.
    """
    head = {"table": table.name, "title": table.title, "title_en": table.title_en, **about.said()}
    columns = [described(column) for column in table.columns]
    yield orjson.dumps({**head, "revision": about.revision, "columns": columns})[:-1] + b',"rows":['
    rows, separator = table.rows, b"\n"
    try:
        for lines in _copied(table.columns, rows) if isinstance(rows, Selected) else _written(table.names, iter(rows)):
            yield separator + lines
            separator = b",\n"
        yield b"\n]}\n"
    except Exception:
        log.exception("the export of %s broke off", table.name)
        yield INCOMPLETE


def _copied(columns: Sequence[Column], rows: Selected) -> Iterator[bytes]:
    cells = ", ".join(f'{_cell_in_sql(f"{{{number}}}", one)} AS "{one.name}"' for number, one in enumerate(columns))
    row = f"(SELECT row_to_json(line) FROM (SELECT {cells}) AS line)"  # noqa: S608 names of ours
    for lines in rows.copied([row], "FORMAT text"):
        if lines:
            # All that COPY escapes is escaped in JSON before, but for the backslash itself.
            yield b",\n".join([line[:-1] for line in lines]).replace(b"\\\\", b"\\")


def _cell_in_sql(name: str, column: Column) -> str:
    if column.type == Type.INSTANT:
        return INSTANT.format(name)
    return f"{name}::text" if column.type == Type.DECIMAL else name


def _written(names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield b",\n".join(
            orjson.dumps({name: _cell(value) for name, value in zip(names, row, strict=True)}) for row in some
        )


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return wire(value)
    return str(value) if isinstance(value, date) else value
