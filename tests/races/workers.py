"""The worker processes of a service that a test started: found as its children, and killed one by one."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROCESSES = Path("/proc")


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    found = []
    for entry in PROCESSES.iterdir():
        if entry.name.isdigit() and _statistics(entry, 1) == pid:
            found.append(int(entry.name))
    return found


def of_service(port: int) -> list[int]:
    """The workers of the granian that this process started at `port`."""
    mark = f"\0--port\0{port}\0".encode()
    ours = [pid for pid in children(os.getpid()) if mark in _command(pid)]
    return [worker for pid in ours for worker in children(pid)]


@dataclass
class Killer:
    """Kills workers of `port` in the middle of their work until `most` are dead or it is told to stop.

    It waits for a random number of answers before each, so that all are killed under load, however slow the machine.
    The youngest worker is spared: granian gives up when one dies within 5.5 seconds of its birth.
    """

    port: int
    most: int
    answered: Callable[[], int]
    killed: list[int] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        chance, due = random.Random(), 0
        while len(self.killed) < self.most and not self.is_done.wait(chance.uniform(0.01, 0.1)):
            living = [pid for pid in sorted(of_service(self.port), key=born_at) if pid not in self.killed]
            if len(living) > 1 and self.answered() >= due:
                os.kill(living[0], signal.SIGKILL)
                self.killed.append(living[0])
                due = self.answered() + chance.randint(20, 150)
        self.is_done.set()


@contextmanager
def killing(port: int, *, most: int, answered: Callable[[], int]) -> Iterator[Killer]:
    killer = Killer(port, most, answered)
    thread = threading.Thread(target=killer.run)
    thread.start()
    try:
        yield killer
    finally:
        killer.is_done.set()
        thread.join()


def born_at(pid: int) -> int:
    """Clock ticks since the machine started; the larger, the younger."""
    return _statistics(PROCESSES / str(pid), 19)


def _statistics(entry: Path, place: int) -> int:
    """A number of /proc/PID/stat, counted from behind the program's name; -1 when there is no such process."""
    try:
        # The name may hold blanks and brackets; what follows its last bracket does not.
        return int((entry / "stat").read_text().rpartition(")")[2].split()[place])
    except (OSError, ValueError, IndexError):
        return -1


def _command(pid: int) -> bytes:
    try:
        return (PROCESSES / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""
