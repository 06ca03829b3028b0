"""A CSV file as one sheet of text, in the one encoding that it can be in."""

import csv
import io
import re
from typing import Any

from measures.operations.parsing.limits import LONGEST_TEXT, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Refused

BOM, OTHER_BOMS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Below this, UTF-8 has two bytes a letter, which CP932 reads as half-width kana.
FIRST_OF_THREE = "\u0800"


def sheet(data: bytes) -> dict[str, Any]:
    text = decoded(data)
    if CONTROLS.search(text):
        raise Refused("not-a-table")
    csv.field_size_limit(LONGEST_TEXT)
    rows: list[Any] = []
    count = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            found = [[column, "text", cell] for column, cell in enumerate(cells, start=1) if cell.strip()]
            count += len(found)
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS or count > MOST_CELLS:
                raise Refused("too-far", row=str(number))
            if found:
                rows.append([number, found])
    except csv.Error:
        raise Refused("not-a-table") from None
    return {"name": "", "rows": rows, "hidden_rows": [], "merged": []}


def decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, or CP932; a text that may be either and means something else in each is none."""
    if data.startswith(OTHER_BOMS):
        raise Refused("encoding")
    if data.startswith(BOM):
        readings = [_as(data.removeprefix(BOM), "utf-8")]
    else:
        readings = [_as(data, "utf-8"), _as(data, "cp932")]
    unicode, *rest = readings
    if unicode is not None:
        other = rest[0] if rest else None
        if other is not None and other != unicode and max(unicode, default="") < FIRST_OF_THREE:
            raise Refused("encoding")
        return unicode
    if not rest or rest[0] is None:
        raise Refused("encoding")
    return rest[0]


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
