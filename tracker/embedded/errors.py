"""The one refusal of this package."""

from pathlib import Path

TAIL_LINES = 8


class EmbeddedError(Exception):
    """What went wrong, where, and what to do, in words for the person at the terminal; never holds a password."""


def tail(log: Path, *, since: int = 0) -> str:
    """The last lines that `log` got after byte `since`, indented, to put under an error; "" when there are none."""
    try:
        with log.open("rb") as file:
            file.seek(since)
            lines = file.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
    except OSError:
        return ""
    return "".join(f"\n    {line}" for line in lines)
