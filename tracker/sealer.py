"""The process that seals the log, beside the server: started, started again when it dies, ended with it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.embedded import child

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
GOODBYE_SECONDS = 10
# One that cannot start is not tried again at every look.
PAUSE_SECONDS = 3


class Sealer:
    """`manage.py seal --forever`, out of the terminal's reach, so that Ctrl-C comes to us first."""

    def __init__(self) -> None:
        self._start()

    def keep_alive(self) -> None:
        """Starts it again when it has died; call it every now and then."""
        code = self.process.poll()
        if code is None or time.monotonic() - self.started < PAUSE_SECONDS:
            return
        print(f"./dev up: the sealer ended with exit code {code} and is started again.", file=sys.stderr)
        self._start()

    def stop(self) -> None:
        """Asks it, which ends behind what it is sealing, then insists."""
        self.process.terminate()
        try:
            self.process.wait(timeout=GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, str(MANAGE), "seal", "--forever"],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=child.end_with_parent(),
        )


@contextmanager
def running() -> Iterator[Sealer]:
    sealer = Sealer()
    try:
        yield sealer
    finally:
        sealer.stop()
