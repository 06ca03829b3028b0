"""A ZIP made while it is sent: the same bytes for the same files, each with its digest, and one digest over all."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# What the comment at the end of the file says, before the sha256 of all bytes before the comment, in hexadecimal.
COMMENT = b"sha256:"
# The earliest moment that a ZIP can name; what the files are of is told inside of them.
MADE = (1980, 1, 1, 0, 0, 0)
BYTES_A_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that is in the archive."""

    path: str
    size: int
    sha256: str


class Archive:
    """Files are added one after the other; what each call yields is sent on, so that memory stays flat."""

    def __init__(self) -> None:
        self.packed: list[Packed] = []
        self._written = _Written()
        self._zip = ZipFile(self._written, "w", ZIP_DEFLATED, compresslevel=1)  # type: ignore[call-overload]

    def add(self, path: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Packs a file under `path`, which no other has."""
        size, digest = 0, hashlib.sha256()
        # Its size is not known before, and may need the longer form.
        with self._zip.open(_entry(path), "w", force_zip64=True) as file:
            for chunk in chunks:
                file.write(chunk)
                size += len(chunk)
                digest.update(chunk)
                if self._written.length >= BYTES_A_CHUNK:
                    yield self._written.taken()
        self.packed.append(Packed(path, size, digest.hexdigest()))

    def end(self) -> Iterator[bytes]:
        """The directory, without which no program takes it for a ZIP, and the digest of all that came before."""
        blank = b"0" * (len(COMMENT) + 2 * hashlib.sha256().digest_size)
        self._zip.comment = blank
        self._zip.close()
        last = self._written.taken(less=len(blank))
        yield last + COMMENT + self._written.sha256.hexdigest().encode()


class _Written:
    """What the ZIP was written into since it was last taken; `sha256` is of all that was taken."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.length = 0
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.length += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing below."""

    def taken(self, less: int = 0) -> bytes:
        """All of it, but for the last `less` bytes, which are dropped."""
        data = b"".join(self._parts)
        data = data[: len(data) - less]
        self.sha256.update(data)
        self._parts, self.length = [], 0
        return data


def _entry(path: str) -> ZipInfo:
    entry = ZipInfo(path, MADE)
    entry.compress_type = ZIP_DEFLATED
    entry._compresslevel = 1  # type: ignore[attr-defined]
    # Readable by whoever unpacks it, and by nobody to be run.
    entry.external_attr, entry.create_system = 0o644 << 16, 3
    return entry
