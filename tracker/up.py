"""The story of `./dev up`: find the database, bring it up to date, serve, say where, and clean up afterwards."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from psycopg.errors import InsufficientPrivilege

from tracker.embedded import EmbeddedError, child, given, keys, places, running

HOST = "127.0.0.1"
WORKERS = 2
# A request holds a thread and a database connection; the server allows 100 connections, most of them for others.
THREADS_PER_WORKER = 8
# How many requests a worker takes in before others wait at the socket.
BACKPRESSURE = 64
READY_SECONDS = 60
GOODBYE_SECONDS = 15
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
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _up(Story())
    except (EmbeddedError, UpError, CommandError, ImproperlyConfigured) as error:
        print(f"./dev up: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; nothing is left running.")
        return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Lets every request to stop end us the way Ctrl-C does."""
    raise KeyboardInterrupt


def _up(story: Story) -> int:
    port = chosen_port(os.environ.get("PORT") or "8000")
    refuse_taken_port(port)
    data_dir = places.chosen_data_dir()
    keys.set_secret_key(data_dir)
    with _database(story, data_dir=data_dir) as url:
        os.environ["DATABASE_URL"] = url
        accounts = _prepare(story)
        with _server(port) as server:
            story.step(f"Serving with granian ({WORKERS} workers)")
            wait_until_ready(server, port=port)
            _say_where(port, accounts=accounts)
            code = server.wait()
    print(f"./dev up: the server ended by itself with exit code {code}; its last words are above.", file=sys.stderr)
    return 1


def chosen_port(given_port: str) -> int:
    """PORT as a number. Raises UpError when it is none."""
    if not given_port.isascii() or not given_port.isdigit() or not 1 <= int(given_port) <= 65535:
        raise UpError(f"PORT must be a number from 1 to 65535, not {given_port!r}.")
    return int(given_port)


def refuse_taken_port(port: int) -> None:
    """Raises UpError when `port` is in use or not for us."""
    other = port + 1 if port < 65535 else port - 1
    with socket.socket() as probe:
        # As the server does it: addresses of closed connections do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
            return
        except PermissionError:
            raise UpError(f"Port {port} is reserved for root: choose another, as in `PORT=8001 ./dev up`.") from None
        except OSError:
            pass
    if answers(port):
        raise UpError(
            f"A measure tracker is already running at http://{HOST}:{port}/; "
            f"for a second one choose another port: `PORT={other} ./dev up`."
        )
    raise UpError(f"Port {port} is in use by another program: choose another, as in `PORT={other} ./dev up`.")


def answers(port: int) -> bool:
    """Whether a measure tracker at `port` says that it lives."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/livez")
        reply = connection.getresponse()
        # Behind TLS the address is the same but answers with a redirect.
        return reply.status == 301 or (reply.status == 200 and b"alive" in reply.read(200))
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _database(story: Story, *, data_dir: Path) -> Iterator[str]:
    url = os.environ.get("DATABASE_URL")
    if url:
        story.step("Using the PostgreSQL of DATABASE_URL")
        given.check(url)
    else:
        story.step(f"Starting PostgreSQL, data in {data_dir}")
    with nullcontext(url) if url else running(data_dir=data_dir, say=story.note) as found:
        yield found


def _prepare(story: Story) -> list[str]:
    """Migrates and loads the fixtures; gives the usernames of the demo accounts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    import django
    from django.contrib.auth import get_user_model
    from django.db import connections

    django.setup()
    pending = _pending_migrations()
    story.step(f"Applying {len(pending)} migrations" if pending else "The tables are up to date")
    if pending:
        _migrate()
    story.step("Loading the fixtures, unless they are there")
    call_command("load_fixtures")
    people = get_user_model().objects.filter(is_demo=True, is_active=True).order_by("pk")
    accounts = list(people.values_list("username", flat=True)[:20])
    # The workers have their own; ours would only keep the database from stopping.
    connections.close_all()
    return accounts


def _migrate() -> None:
    """Raises UpError when the user of DATABASE_URL may not; any other failure is ours, and shows in full."""
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        cause: BaseException | None = error
        while cause and not isinstance(cause, InsufficientPrivilege):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        what = str(cause).splitlines()[0]
        raise UpError(f"The user of DATABASE_URL may not migrate ({what}): make it the database's owner.") from None


def _pending_migrations() -> list[str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


@contextmanager
def _server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """granian, out of the terminal's reach so that Ctrl-C comes to us first, and stopped at the end."""
    sizes = ("--workers", WORKERS, "--blocking-threads", THREADS_PER_WORKER, "--backpressure", BACKPRESSURE)
    manners = ("--no-ws", "--log-level", "error", "--respawn-failed-workers")
    goodbye = ("--workers-kill-timeout", GOODBYE_SECONDS - 5)
    where = ("--interface", "wsgi", "--host", HOST, "--port", port)
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
    """Asks, waits for requests to end, then insists. A second Ctrl-C does not leave anything behind."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
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
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_until_ready(server: subprocess.Popen[bytes], *, port: int) -> None:
    """Returns when the server answers. Raises UpError when it dies first or takes more than a minute."""
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up:
        if server.poll() is not None:
            raise UpError(f"The server ended at once with exit code {server.returncode}; its last words are above.")
        if answers(port):
            return
        time.sleep(0.05)
    raise UpError(f"The server did not answer at http://{HOST}:{port}/livez within {READY_SECONDS} seconds.")


def _say_where(port: int, *, accounts: list[str]) -> None:
    address = f"http://{HOST}:{port}"
    print(f"\nThe measure tracker is at {address}/ (Ctrl-C stops it)")
    if accounts:
        print(f"  accounts  {', '.join(accounts)}")
        example = REPORTS if REPORTS in accounts else accounts[0]
        print(f"  a token   ./dev manage issue_token {example} --scope read --scope report")
    print(f"  try       curl '{address}/api/v1/measures?limit=3'", flush=True)


if __name__ == "__main__":
    sys.exit(main())
