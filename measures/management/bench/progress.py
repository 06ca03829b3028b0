"""Tells on standard error what is being loaded: the step, how many rows so far, how many seconds."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper

TERMINAL_SECONDS, LOG_SECONDS = 0.5, 10.0


class Progress:
    """Numbered steps; while one runs its count moves, on a terminal in place and elsewhere in a line now and then."""

    def __init__(self, steps: int, *, out: OutputWrapper) -> None:
        self.steps, self.out = steps, out
        self.number, self.rows, self.total = 0, 0, 0
        self.moves = self.out.isatty()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.number, self.rows, self.total = self.number + 1, 0, 0
        since, done = time.monotonic(), threading.Event()
        ticking = threading.Thread(target=self._tick, args=(name, since, done), daemon=True)
        ticking.start()
        try:
            yield
        finally:
            done.set()
            ticking.join()
        self._say(name, since, end="\n")

    def add(self, rows: int) -> None:
        self.rows += rows

    def expect(self, total: int) -> None:
        """What the count of this step will come to."""
        self.total = total

    def _tick(self, name: str, since: float, done: threading.Event) -> None:
        while not done.wait(TERMINAL_SECONDS if self.moves else LOG_SECONDS):
            self._say(name, since, end="\r" if self.moves else "\n", more=" ...")

    def _say(self, name: str, since: float, *, end: str, more: str = "") -> None:
        of = f" of {self.total:,}, {100 * self.rows // self.total} %" if self.total and more else ""
        seconds = time.monotonic() - since
        line = f"[{self.number:2}/{self.steps}] {name:24} {f'{self.rows:,}{of}':>30} rows {seconds:8.1f} s{more}"
        self.out.write(f"{line:82}", str, ending=end)
        self.out.flush()
