"""`python -m tracker.embedded run -- CMD ARGS...`: runs CMD with DATABASE_URL and SECRET_KEY set."""

import signal

if __name__ == "__main__":
    # Until there is something to clean up, Ctrl-C just ends us, without a word about which import it met.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import sys
from collections.abc import Sequence
from types import FrameType

from tracker.embedded import child, given, keys, places, room
from tracker.embedded.errors import EmbeddedError
from tracker.embedded.sharing import running, say_on_stderr

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
USAGE = "usage: python -m tracker.embedded run -- COMMAND [ARGUMENT...]"


def main(arguments: Sequence[str]) -> int:
    """The exit code: the command's own, or 2 when the database or the command cannot be started."""
    if list(arguments[:2]) != ["run", "--"] or len(arguments) < 3:
        print(USAGE, file=sys.stderr)
        return 2
    for number in ENDING:
        signal.signal(number, _leave)
    try:
        return _run(arguments[2:])
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 2


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends us in the orderly way when no command runs yet or any more; a running one gets its signals from `child`."""
    # Once: what follows is the cleaning up.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def _run(command: Sequence[str]) -> int:
    data_dir = places.chosen_data_dir()
    keys.set_secret_key(data_dir)
    if url := os.environ.get("DATABASE_URL"):
        for warning in given.check(url):
            say_on_stderr(f"warning: {warning}")
        return child.run(command)
    with running(data_dir=data_dir, say=say_on_stderr) as database:
        os.environ["DATABASE_URL"] = database.url
        code = child.run(command)
    # A command meets a full disk as some failure of the database, in words that hide it.
    if code and room.is_full(database.place.home):
        say_on_stderr(room.sentence(database.place.home))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
