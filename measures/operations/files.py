"""Files on their way in and where they stay: written as they come, hashed, looked at, and kept under their sha256."""

import codecs
import os
import re
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from measures.rules import media

# Left by a process that was killed; no upload takes as long.
STALE_SECONDS = 3600
# Controls but tab, line breaks and form feed.
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Incoming:
    """A file that is being received; whoever made it calls `discard`, which leaves alone what was kept meanwhile."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size = 0
        self.media_type: str | None = None
        self._digest = sha256()
        self._text: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        folder = settings.EVIDENCE_DIR / "incoming"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(folder)
        number, path = tempfile.mkstemp(dir=folder)
        self._file, self._path = os.fdopen(number, "w+b"), Path(path)

    @property
    def path(self) -> Path:
        """Where it lies until it is kept or discarded."""
        return self._path

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        self._read(data, final=False)

    def finish(self) -> None:
        """All of it is on the disk; `media_type` is what it is, or None when it is nothing that is taken."""
        self._read(b"", final=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)
        known = media.by_magic(self._file.read(16))
        if known == media.ZIP:
            self.media_type = self._archive()
        else:
            self.media_type = known or (media.of_text(self.name) if self._text and self.size else None)
        self._file.close()

    def content(self) -> bytes:
        """All of it, for what is small by a rule of whoever asks; after `finish`."""
        return self._path.read_bytes()

    def keep(self) -> None:
        """Puts it where it stays, in one step; content that is there already is there once."""
        target = path_of(self.sha256)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.rename(target)
        for folder in (target.parent, target.parent.parent):
            _sync(folder)

    def discard(self) -> None:
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _read(self, data: bytes, *, final: bool) -> None:
        """Goes on reading it as text for as long as it may be some."""
        if self._text is None:
            return
        try:
            if CONTROLS.search(self._text.decode(data, final)):
                self._text = None
        except UnicodeDecodeError:
            self._text = None

    def _archive(self) -> str | None:
        self._file.seek(max(0, self.size - media.LONGEST_END))
        found = media.directory_of(self._file.read(), self.size)
        if found is None:
            return None
        begin, length = found
        self._file.seek(begin)
        names = media.names_in(self._file.read(length))
        return None if names is None else media.of_archive(names)


def path_of(digest: str) -> Path:
    """Where the file with this sha256 stays: outside of everything that is served by its name."""
    return Path(settings.EVIDENCE_DIR) / digest[:2] / digest


def _sync(folder: Path) -> None:
    """A name is on the disk when its folder is."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                path.unlink()
