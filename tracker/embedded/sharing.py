"""Lets several commands use one server: who comes first starts it, who leaves last stops it.

Two locks, because one cannot do both: `start.lock` is held for moments, by whoever starts or stops; `users.lock` is
shared by everybody who uses the server, for as long as they do. The system drops both when a process is killed.
"""

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker.embedded import cluster, places, room, server
from tracker.embedded.errors import EmbeddedError
from tracker.embedded.places import Place

STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT}


def _quietly(message: str) -> None:
    """Says nothing."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """The running database of one DATA_DIR, as those who use it see it."""

    url: str
    place: Place

    def revive(self, *, say: Callable[[str], None]) -> None:
        """Starts the server again, with the same URL, when it has died. Raises EmbeddedError."""
        if server.running(self.place):
            return
        with _start_lock(self.place, say=say):
            if not server.running(self.place):
                say("The database has ended by itself; starting it again")
                server.ensure_running(self.place)


@contextmanager
def running(*, data_dir: Path, say: Callable[[str], None] = _quietly) -> Iterator[Database]:
    """The database of `data_dir`, which runs as long as anybody is inside. Raises EmbeddedError.

    `say` gets a sentence when something takes time. SIGTERM must be made to raise, or nobody stops the server.
    """
    place = places.place_of(places.prepared(data_dir))
    with _opened(place.home / "users.lock") as users:
        try:
            yield Database(url=_joined(place, users=users, say=say), place=place)
        finally:
            _left(place, users=users)


def _joined(place: Place, *, users: int, say: Callable[[str], None]) -> str:
    with _start_lock(place, say=say):
        try:
            return _started(place, users=users, say=say)
        except OSError as error:
            reason = f"The database in {place.home} cannot be started: {error}."
            raise room.explained(place.home, reason) from None


def _started(place: Place, *, users: int, say: Callable[[str], None]) -> str:
    """What `_joined` does under the start lock."""
    if _left_behind(place) and _nobody_else(users):
        _set_aside(place, say=say)
    # Nobody waits here: an exclusive claim on it is only tried, and only under the start lock.
    fcntl.flock(users, fcntl.LOCK_SH)
    if not place.cluster.exists():
        say("Making the database, once")
    cluster.ensure(place)
    if place.account:
        places.write_note(place.pointer, f"{place.home}\n")
    return server.ensure_running(place)


def _left(place: Place, *, users: int) -> None:
    # Also while we wait for the lock: a second Ctrl-C then must not leave the server behind.
    with _unstoppable(), _start_lock(place, say=_quietly):
        fcntl.flock(users, fcntl.LOCK_UN)
        if _nobody_else(users):
            server.stop(place)


def _nobody_else(users: int) -> bool:
    """Whether we may have `users` alone; when so, nobody joins before the start lock is free."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _left_behind(place: Place) -> bool:
    """Whether the cluster is one whose data folder was removed; only root's lies outside of its data folder."""
    return place.account is not None and not place.pointer.exists() and place.cluster.exists()


def _set_aside(place: Place, *, say: Callable[[str], None]) -> None:
    kept = place.home / "cluster.before"
    say(f"The data folder is new, so the former database was set aside as {kept}")
    server.stop(place)
    shutil.rmtree(kept, ignore_errors=True)
    place.cluster.rename(kept)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedError(f"{path} cannot be opened ({error.strerror}): run as its owner, or set DATA_DIR.") from None
    try:
        yield lock
    finally:
        os.close(lock)


@contextmanager
def _start_lock(place: Place, *, say: Callable[[str], None]) -> Iterator[None]:
    """Alone, and not to be stopped half-way: signals that come meanwhile arrive at the end."""
    with _opened(place.home / "start.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is starting or stopping the database; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        with _unstoppable():
            yield


@contextmanager
def _unstoppable() -> Iterator[None]:
    """Signals that come meanwhile arrive at the end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def say_on_stderr(message: str) -> None:
    """A progress line that stays out of a command's own output."""
    print(message, file=sys.stderr, flush=True)
