"""Answers that a process keeps, so that they are built once for all who ask the same."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

# What an entry takes besides its body: its headers and the place in the table, generously.
OVERHEAD = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A 200 as it left the view, with the headers that every answer has; `is_whole` ones are never answered 304."""

    body: bytes
    headers: dict[str, str]
    is_whole: bool

    @property
    def etag(self) -> str:
        return self.headers["ETag"]

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD


class Answers:
    """The answers asked for last, as many as fit into so many bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def keep(self, key: Hashable, kept: Kept, *, most: int) -> None:
        """Keeps an answer, unless it alone takes more than a quarter of the `most` bytes; the oldest give way."""
        if kept.size > most // 4:
            return
        with self._lock:
            if replaced := self._kept.pop(key, None):
                self._bytes -= replaced.size
            self._kept[key] = kept
            self._bytes += kept.size
            while self._bytes > most:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= oldest.size

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    @property
    def bytes(self) -> int:
        return self._bytes
