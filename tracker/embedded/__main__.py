"""`python -m tracker.embedded run -- CMD ARGS...`: runs CMD with DATABASE_URL and SECRET_KEY set."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from tracker.embedded import child, given, keys, places
from tracker.embedded.errors import EmbeddedError
from tracker.embedded.sharing import running, say_on_stderr

USAGE = "usage: python -m tracker.embedded run -- COMMAND [ARGUMENT...]"


def main(arguments: Sequence[str]) -> int:
    """The exit code: the command's own, or 2 when the database or the command cannot be started."""
    if list(arguments[:2]) != ["run", "--"] or len(arguments) < 3:
        print(USAGE, file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _leave)
    try:
        return _run(arguments[2:])
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 2


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends us in the orderly way when no command runs yet or any more; a running one gets its signals from `child`."""
    sys.exit(128 + number)


def _run(command: Sequence[str]) -> int:
    data_dir = places.chosen_data_dir()
    keys.set_secret_key(data_dir)
    if url := os.environ.get("DATABASE_URL"):
        given.check(url)
        return child.run(command)
    with running(data_dir=data_dir, say=say_on_stderr) as url:
        os.environ["DATABASE_URL"] = url
        return child.run(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
