"""The two applications that are measured: ours and the limit, each under a granian as `./dev up` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker.embedded import child
from tracker.up import BACKPRESSURE, THREADS_PER_WORKER, WORKERS

HOST = "127.0.0.1"
READY_SECONDS, GOODBYE_SECONDS = 60, 20
# A request is counted as in production, but nobody is turned away.
UNLIMITED = {f"LIMIT_{name}": "100000000/10" for name in ("ANONYMOUS", "READ", "WRITE", "SIGN_IN")}


class NotServed(Exception):
    """Why an application cannot be measured."""


@dataclass(frozen=True, slots=True)
class Served:
    """An application at a port of this machine."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """The processes that answer."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def forget_peak(self) -> int:
        """Lets the peak of the workers' memory begin anew; KiB they hold now."""
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        return self._memory("VmRSS")

    def peak(self) -> int:
        """KiB the workers held at most since then."""
        return self._memory("VmHWM")

    def _memory(self, name: str) -> int:
        lines = [line for pid in self.workers() for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith(name))


@contextmanager
def served(application: str, *, log: Path, environment: Mapping[str, str]) -> Iterator[Served]:
    """Starts `application` and ends it; what it prints goes to `log`. Raises NotServed when it does not answer."""
    port = _free_port()
    sizes = ("--workers", WORKERS, "--blocking-threads", THREADS_PER_WORKER, "--backpressure", BACKPRESSURE)
    where = ("--interface", "wsgi", "--host", HOST, "--port", port, "--no-ws", "--log-level", "error")
    command = [str(word) for word in (sys.executable, "-m", "granian", *where, *sizes, application)]
    with log.open("wb") as printed:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            preexec_fn=child.end_with_parent(),
        )
        try:
            _wait(port, process, log)
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(GOODBYE_SECONDS)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise NotServed(f"An application did not start; its words are in {log}.")
