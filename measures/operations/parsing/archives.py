"""An archive before anything in it is believed: its names, how much it holds, and no document types in its XML."""

import zipfile
import zlib
from typing import IO

from measures.operations.parsing.limits import MOST_PARTS, UNPACKED_BYTES, Refused

CHUNK = 64 * 1024
# As it would stand in UTF-8 and, of either order, in UTF-16.
DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
MARKUP = (".xml", ".rels", ".vml")


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, every part of which was unpacked once and counted."""
    try:
        archive = zipfile.ZipFile(file)
        names = archive.namelist()
        _refuse_names(names)
        left = UNPACKED_BYTES
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise Refused("not-xlsx")
            left = _unpacked(archive, info, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        raise Refused("not-xlsx") from None
    return archive


def _refuse_names(names: list[str]) -> None:
    """Two parts of one name would be read differently by two readers, and nobody honest has one outside."""
    if len(names) > MOST_PARTS or len({name.casefold() for name in names}) < len(names):
        raise Refused("not-xlsx")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise Refused("not-xlsx")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Refused("macros")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> int:
    """Reads a part to its end, and says how much may still come."""
    with archive.open(info) as part:
        head = chunk = part.read(CHUNK)
        if info.filename.casefold().endswith(MARKUP) and any(doctype in head for doctype in DOCTYPES):
            raise Refused("doctype")
        while chunk:
            left -= len(chunk)
            if left < 0:
                raise Refused("too-heavy")
            chunk = part.read(CHUNK)
    return left
