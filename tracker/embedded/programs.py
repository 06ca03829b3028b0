"""Runs one PostgreSQL program as the cluster's user, away from our terminal and environment."""

import os
import subprocess
from typing import Any

from tracker.embedded.child import end_with_parent
from tracker.embedded.errors import EmbeddedError
from tracker.embedded.places import Place

# Nothing of the caller's locale, PG* or LD_* variables may reach the server.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def run(place: Place, *command: str, text: str = "") -> int:
    """Runs `command`, its first word a program of the place, in the place's home; output goes to the log.

    `text` is its standard input. Gives the exit code. The own session keeps a Ctrl-C at the terminal away from it.
    Raises EmbeddedError when the program cannot be started.
    """
    program, *arguments = command
    # A log quotes statements, so it is as private as the data.
    log = os.open(place.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    identity: dict[str, Any] = place.account.identity() if place.account else {}
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [str(place.bin / program), *arguments],
            input=text.encode(),
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=place.home,
            env=ENVIRONMENT,
            start_new_session=True,
            # Not inherited by what the program starts, so the server itself outlives us.
            preexec_fn=end_with_parent(),
            check=False,
            **identity,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(f"{place.bin / program} cannot be started ({error}): set DATABASE_URL instead.") from None
    finally:
        os.close(log)
    return done.returncode
