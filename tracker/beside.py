"""The processes that work beside the server: started, started again when they die, ended with it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tracker.embedded import child

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
GOODBYE_SECONDS = 10
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
# One that cannot start is not tried again at every look.
PAUSE_SECONDS = 3
# What each is called and its command of manage.py, which gets --forever.
WORKERS = {"sealer": "seal", "mail worker": "deliver"}


class Worker:
    """`manage.py COMMAND --forever`, out of the terminal's reach, so that Ctrl-C comes to us first."""

    def __init__(self, name: str, command: str) -> None:
        self.name, self.command = name, command
        self._start()

    def keep_alive(self) -> None:
        """Starts it again when it has died; call it every now and then."""
        code = self.process.poll()
        if code is None or time.monotonic() - self.started < PAUSE_SECONDS:
            return
        print(f"./dev up: the {self.name} ended with exit code {code} and is started again.", file=sys.stderr)
        self._start()

    def stop(self) -> None:
        """Asks it, which ends behind what it is doing, then insists."""
        self.process.terminate()
        try:
            self.process.wait(timeout=GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _start(self) -> None:
        self.started = time.monotonic()
        # A signal that raised before the process has its place here would leave it running; it waits for that.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        end_with_parent = child.end_with_parent()

        def begin() -> None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            if end_with_parent:
                end_with_parent()

        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands, named above
                [sys.executable, str(MANAGE), self.command, "--forever"],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=begin,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def running() -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        workers = []
        for name, command in WORKERS.items():
            workers.append(Worker(name, command))
            stack.callback(workers[-1].stop)
        yield workers
