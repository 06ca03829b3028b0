"""Starts the embedded database and `./dev up` as their users do, and looks at what is there and what is left."""

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from typing import Any

import psycopg

from tracker import port
from tracker.embedded.account import STATE
from tracker.embedded.places import read_note

ROOT = Path(__file__).resolve().parents[2]
SAY_AND_WAIT = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"
SAY = "import os; print(os.environ['DATABASE_URL'])"
AS_ROOT = os.geteuid() == 0
OURS = ("DATABASE_URL", "SECRET_KEY", "PORT", "DATA_DIR")


def environment(data_dir: Path, **given: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS} | {"DATA_DIR": str(data_dir)} | given


def start(data_dir: Path, *command: str, within: tuple[str, ...] = (), **given: str) -> "subprocess.Popen[str]":
    """`command` with the embedded database at hand; `within` is what runs all of it, such as unshare."""
    return subprocess.Popen(
        [*within, sys.executable, "-m", "tracker.embedded", "run", "--", *command],
        cwd=ROOT,
        env=environment(data_dir, **given),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(data_dir: Path, *command: str, **given: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    process = start(data_dir, *command, **given)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


@contextmanager
def a_user(
    data_dir: Path, *, within: tuple[str, ...] = (), **given: str
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A command that uses the database until it is told to end, and the URL it was given."""
    process = start(data_dir, sys.executable, "-c", SAY_AND_WAIT, within=within, **given)
    try:
        url = process.stdout.readline().strip()
        assert url, process.stderr.read()
        yield process, url
    finally:
        process.communicate(timeout=60)


class Ups:
    """The `./dev up`s of one test, after their packages are there."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, data_dir: Path, number: int, **given: str) -> "subprocess.Popen[str]":
        return self._started(data_dir, number, given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def start_on_a_terminal(self, data_dir: Path, number: int) -> tuple["subprocess.Popen[str]", int]:
        """In front of a terminal of its own, and that terminal's other end, for typing."""
        ours, its = pty.openpty()
        in_front = {"start_new_session": True, "preexec_fn": lambda: ioctl(0, termios.TIOCSCTTY, 0)}
        process = self._started(data_dir, number, {}, stdin=its, stdout=its, stderr=its, **in_front)
        os.close(its)
        return process, ours

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()

    def _started(self, data_dir: Path, number: int, given: dict[str, str], **how: Any) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tracker.up"]
        changed = environment(data_dir, PORT=str(number), **given)
        process: subprocess.Popen[str] = subprocess.Popen(command, cwd=ROOT, env=changed, text=True, **how)
        self.processes.append(process)
        return process


def run_up(data_dir: Path, number: int, **given: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a `./dev up` that ends by itself."""
    process = Ups().start(data_dir, number, **given)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


def until_it_serves(process: "subprocess.Popen[str]") -> list[str]:
    """What `./dev up` says until it serves, with the line to try at the end."""
    lines: list[str] = []
    while not lines or "curl" not in lines[-1]:
        line = process.stdout.readline()
        assert line, (lines, process.stderr.read())
        lines.append(line)
    return lines


def free_port() -> int:
    with socket.create_server((port.HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def home(data_dir: Path) -> Path | None:
    """Where the cluster of `data_dir` lies; None while root has none for it."""
    if not AS_ROOT:
        return data_dir / "postgres"
    return next((note.parent for note in STATE.glob("*/data_dir") if read_note(note) == data_dir), None)


def removed_at_the_end(folder: Path) -> Iterator[Path]:
    yield folder
    if AS_ROOT and (found := home(folder)):
        shutil.rmtree(found, ignore_errors=True)


def server_pid(data_dir: Path) -> int:
    return int((home(data_dir) / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def is_stopped(data_dir: Path) -> bool:
    return not (home(data_dir) / "cluster" / "postmaster.pid").exists()


def left_running(data_dir: Path) -> list[str]:
    """The processes that were started with `data_dir` or work in its cluster; Linux only."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            started_with = f"DATA_DIR={data_dir}".encode() in (process / "environ").read_bytes().split(b"\0")
            if started_with or (process / "cwd").readlink().is_relative_to(home(data_dir)):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def ask(url: str, *statements: str) -> list[object]:
    """The first value that each statement gives, None when it gives none."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursors = [connection.execute(statement) for statement in statements]
        return [cursor.fetchone()[0] if cursor.description else None for cursor in cursors]


def killed(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
