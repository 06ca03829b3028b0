"""What a file is, told by what is in it; its name decides nothing but whether text is a table."""

import struct
from collections.abc import Sequence

PDF, PNG, JPEG, ZIP = "application/pdf", "image/png", "image/jpeg", "application/zip"
CSV, TEXT = "text/csv", "text/plain"
MAGIC = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"PK\x03\x04": ZIP}
OFFICE = "application/vnd.openxmlformats-officedocument"
# By the folder that such a document has, as no other archive with a list of its types.
OFFICE_TYPES = {
    "xl/": f"{OFFICE}.spreadsheetml.sheet",
    "word/": f"{OFFICE}.wordprocessingml.document",
    "ppt/": f"{OFFICE}.presentationml.presentation",
}
OFFICE_LIST = "[Content_Types].xml"
MACROS = "vbaproject.bin"
TYPES = (PDF, PNG, JPEG, *OFFICE_TYPES.values(), ZIP, CSV, TEXT)
MOST_NAMES = 10_000
# Where an archive says at its end what it holds: the mark, and how far from the end it can stand.
END, LONGEST_END = b"PK\x05\x06", 65_557
ENTRY, ENTRY_SIZE = b"PK\x01\x02", 46


def by_magic(head: bytes) -> str | None:
    """The type that the first bytes of a file tell; None when they tell none, as those of text."""
    return next((one for magic, one in MAGIC.items() if head.startswith(magic)), None)


def of_archive(names: Sequence[str]) -> str | None:
    """What an archive with these names in it is; None for a document with macros, which is not taken."""
    if any(name.lower().endswith(MACROS) for name in names):
        return None
    if OFFICE_LIST in names:
        for folder, one in OFFICE_TYPES.items():
            if any(name.startswith(folder) for name in names):
                return one
    return ZIP


def of_text(name: str) -> str:
    return CSV if name.lower().endswith(".csv") else TEXT


def directory_of(tail: bytes, size: int) -> tuple[int, int] | None:
    """Where in an archive of `size` bytes, which ends in `tail`, its list of names begins, and how long it is.

    None when it is broken or has more names than are looked at: nobody's list is read for longer than that.
    """
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < 22:
        return None
    count, length, begin = struct.unpack("<HII", tail[at + 10 : at + 20])
    if not 0 < count <= MOST_NAMES or begin + length > size:
        return None
    return begin, length


def names_in(directory: bytes) -> list[str] | None:
    """The names in an archive's list; None when it is broken."""
    names, at = [], 0
    while at < len(directory):
        head = directory[at : at + ENTRY_SIZE]
        if len(head) < ENTRY_SIZE or head[:4] != ENTRY:
            return None
        name, extra, comment = struct.unpack("<HHH", head[28:34])
        names.append(directory[at + ENTRY_SIZE : at + ENTRY_SIZE + name].decode("utf-8", "replace"))
        at += ENTRY_SIZE + name + extra + comment
    return names
