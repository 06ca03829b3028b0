"""Runs the command that wants the database, passes signals on, and gives back its exit code."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from tracker.embedded.errors import EmbeddedError

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
PR_SET_PDEATHSIG = 1


def run(command: Sequence[str]) -> int:
    """Runs `command` to its end and gives its exit code, 128 + n when signal n ended it. Raises EmbeddedError.

    Signals that we get go to the command, and it decides; call from the main thread.
    """
    early: list[int] = []
    process: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, frame: FrameType | None) -> None:
        if process is None:
            early.append(number)
        # A key at the terminal reaches every process in front of it, so the command has this one already.
        elif not (number in (signal.SIGINT, signal.SIGQUIT) and _in_front_of_terminal()):
            process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in PASSED_ON}
    try:
        process = subprocess.Popen(command, preexec_fn=end_with_parent())
        for number in early:
            process.send_signal(number)
        code = process.wait()
    except OSError as error:
        raise EmbeddedError(f"{command[0]} cannot be run: {error.strerror}.") from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def end_with_parent() -> Callable[[], None] | None:
    """For `preexec_fn`: lets the system end the child when we are killed outright; None where that is unknown."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _in_front_of_terminal() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
