"""Which kind of file it is, told by its first bytes, and what reads it."""

from typing import IO, Any

from measures.operations.parsing import delimited, workbooks
from measures.operations.parsing.limits import Refused

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(file: IO[bytes]) -> dict[str, Any]:
    """{"kind": "xlsx" or "csv", "sheets": [...]}; a sheet is {name, rows, hidden_rows, merged}.

    A row is [number, [[column, kind, text], ...]], both counted from 1, without empty cells. Kinds: text, number
    (a decimal), day and moment (ISO 8601), flag, error, formula, percent. Raises Refused.
    """
    head = file.read(4)
    file.seek(0)
    if head == ZIP:
        return {"kind": "xlsx", "sheets": workbooks.sheets(file)}
    if head == OLE:
        # The old format, or a newer file with a password.
        raise Refused("old-format")
    return {"kind": "csv", "sheets": [delimited.sheet(file.read())]}
