"""The story of `./dev up`: find the database, bring it up to date, serve, say where, and clean up afterwards."""

import signal

if __name__ == "__main__":
    # Until there is something to clean up, Ctrl-C just ends us, without a word about which import it met.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError

from tracker import beside, port
from tracker.embedded import EmbeddedError, child, given, keys, places, room, running
from tracker.port import PortError
from tracker.preparing import PreparingError, prepare

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORKERS = 2
# A request holds a thread and a database connection; the server allows 100 connections, most of them for others.
THREADS_PER_WORKER = 8
# How many requests a worker takes in before others wait at the socket.
BACKPRESSURE = 64
READY_SECONDS = 60
GOODBYE_SECONDS = 15
# How long a database that died stays away at most, before it starts.
WATCH_SECONDS = 0.5
STEPS = 4
# The account of the examples: an officer with something to report.
REPORTS = "officer.jpo"


class UpError(Exception):
    """Why `./dev up` cannot start or go on, in one sentence that says what to do."""


@dataclass
class Story:
    """Prints the numbered lines."""

    told: int = 0

    def step(self, line: str) -> None:
        self.told += 1
        print(f"[{self.told}/{STEPS}] {line}", flush=True)

    def note(self, line: str) -> None:
        print(f"      {line}", flush=True)


def main() -> int:
    """The exit code: 0 when we were asked to stop, 1 when the server died, 2 when nothing could start."""
    # SIGINT too: a shell that starts us in the background has told us to ignore it.
    for number in ENDING:
        signal.signal(number, _interrupt)
    try:
        return _up(Story())
    except (EmbeddedError, PortError, PreparingError, UpError, CommandError, ImproperlyConfigured) as error:
        print(f"./dev up: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; nothing is left running.")
        return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Lets every request to stop end us the way Ctrl-C does."""
    # Once: what follows is the cleaning up, and a second Ctrl-C must not leave anything behind.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _up(story: Story) -> int:
    number = port.chosen(os.environ.get("PORT") or "8000")
    with port.claimed(number):
        data_dir = places.chosen_data_dir()
        keys.set_secret_key(data_dir)
        with _database(story, data_dir=data_dir) as revive:
            accounts = prepare(step=story.step, note=story.note)
            with _server(number) as server:
                story.step(f"Serving with granian ({WORKERS} workers)")
                wait_until_ready(server, number=number)
                # Not before: they would keep each other from starting.
                with beside.running() as workers:
                    _say_where(number, accounts=accounts)
                    code = _watch(server, revive=revive, workers=workers)
    print(f"./dev up: the server ended by itself with exit code {code}; its last words are above.", file=sys.stderr)
    return 1


@contextmanager
def _database(story: Story, *, data_dir: Path) -> Iterator[Callable[[], None]]:
    """Sets DATABASE_URL; gives what starts the database again when it has died."""
    if url := os.environ.get("DATABASE_URL"):
        story.step("Using the PostgreSQL of DATABASE_URL")
        for warning in given.check(url):
            story.note(f"warning: {warning}")
        # Whoever runs it also looks after it.
        yield lambda: None
        return
    story.step(f"Starting PostgreSQL, data in {data_dir}")
    with running(data_dir=data_dir, say=story.note) as database:
        os.environ["DATABASE_URL"] = database.url
        try:
            yield lambda: database.revive(say=story.note)
        except PreparingError as error:
            raise room.explained(database.place.home, str(error)) from None


def _watch(server: subprocess.Popen[bytes], *, revive: Callable[[], None], workers: list[beside.Worker]) -> int:
    """Waits for the server's end, which is its exit code, and meanwhile brings a database or worker that died back."""
    said = ""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return server.wait(timeout=WATCH_SECONDS)
        try:
            revive()
            said = ""
        except EmbeddedError as error:
            # Once, and not every second; the pages answer again when the reason has gone.
            if str(error) != said:
                print(f"./dev up: {error}", file=sys.stderr)
            said = str(error)
        for worker in workers:
            worker.keep_alive()


@contextmanager
def _server(number: int) -> Iterator[subprocess.Popen[bytes]]:
    """granian, out of the terminal's reach so that Ctrl-C comes to us first, and stopped at the end."""
    sizes = ("--workers", WORKERS, "--blocking-threads", THREADS_PER_WORKER, "--backpressure", BACKPRESSURE)
    manners = ("--no-ws", "--log-level", "error", "--respawn-failed-workers")
    goodbye = ("--workers-kill-timeout", GOODBYE_SECONDS - 5)
    where = ("--interface", "wsgi", "--host", port.HOST, "--port", number)
    command = [sys.executable, "-m", "granian", *where, *sizes, *manners, *goodbye, "tracker.wsgi:application"]
    server = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=child.end_with_parent(),
    )
    try:
        yield server
    finally:
        _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Asks, waits for requests to end, then insists."""
    try:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        # The workers of a granian that was killed live on in its group, which is theirs alone.
        with suppress(OSError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_until_ready(server: subprocess.Popen[bytes], *, number: int) -> None:
    """Returns when the server answers. Raises UpError when it dies first or takes more than a minute."""
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up:
        if server.poll() is not None:
            raise UpError(f"The server ended at once with exit code {server.returncode}; its last words are above.")
        if port.answers(number):
            return
        time.sleep(0.05)
    raise UpError(f"The server did not answer at http://{port.HOST}:{number}/livez within {READY_SECONDS} seconds.")


def _say_where(number: int, *, accounts: list[str]) -> None:
    address = f"http://{port.HOST}:{number}"
    print(f"\nThe measure tracker is at {address}/ (Ctrl-C stops it)")
    if accounts:
        print(f"  accounts  {', '.join(accounts)}")
        example = REPORTS if REPORTS in accounts else accounts[0]
        print(f"  a token   ./dev manage issue_token {example} --scope read --scope report")
    if not settings.EMAIL_HOST:
        print(f"  mails     in {settings.EMAIL_FILE_PATH} (EMAIL_HOST names no server)")
    print(f"  try       curl '{address}/api/v1/measures?limit=3'", flush=True)


if __name__ == "__main__":
    sys.exit(main())
