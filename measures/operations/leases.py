"""Requests of a caller's quota that this process has counted in advance and spends from memory.

The database has counted them all when the first of them is answered, so no more pass in all processes together than
the quota has. What a process does not spend is lost to the caller, so a lease is a small part of what is left.
"""

from collections import OrderedDict
from threading import Lock

# Callers at once; the lease of who asked longest ago gives way.
MOST_HELD = 4096


class Leases:
    """How many requests are left of each lease, by its caller's key, which also names the window."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> int | None:
        """Takes one request and says how many are left after it; None when there is none to take."""
        with self._lock:
            left = self._left.get(key, 0) - 1
            if left < 0:
                return None
            self._left[key] = left
            self._left.move_to_end(key)
            return left

    def add(self, key: str, number: int) -> None:
        if number < 1:
            return
        with self._lock:
            self._left[key] = self._left.get(key, 0) + number
            self._left.move_to_end(key)
            if len(self._left) > MOST_HELD:
                self._left.popitem(last=False)

    def drop(self, key: str) -> None:
        with self._lock:
            self._left.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._left.clear()
