"""Starts, finds again and stops the server of one place; whoever calls holds the start lock."""

import os
import shlex
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from tracker.embedded import cluster, durability, keys, programs, room
from tracker.embedded.errors import EmbeddedError, tail
from tracker.embedded.places import Place, socket_folder

PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
START_SECONDS = 60
# A killed server's last processes keep its shared memory for a moment after it.
LEAVING_SECONDS = 10
LARGEST_LOG = 10_000_000
# On its command line they win over the cluster's files. Who may connect may still ask for less for a session or a
# role, which the URL's options undo; both are looked at once the server answers.
KEEPS = dict.fromkeys(durability.SETTINGS, "on")
OPTIONS = "-c synchronous_commit=on"


@dataclass(frozen=True, kw_only=True)
class Running:
    """What postmaster.pid says of a server that was started and not yet stopped."""

    pid: int
    socket_folder: str


def ensure_running(place: Place) -> str:
    """Starts the server unless it runs already, and gives its URL once it answers. Raises EmbeddedError.

    A server that outlived its supervisor is adopted; the note of one that was killed is cleared away.
    """
    since = place.log.stat().st_size if place.log.exists() else 0
    if not running(place):
        _start(place)
    return _answering(place, since=since)


def stop(place: Place) -> None:
    """Stops the server and waits for its end; does nothing when it does not run. Raises EmbeddedError.

    In the orderly way, or else, as on a full disk, at once: its log holds what the next start needs.
    """
    found = running(place)
    if not found:
        return
    since = place.log.stat().st_size
    for mode in ("fast", "immediate"):
        waiting = ("-m", mode, "-w", "-t", str(START_SECONDS), "-s")
        if programs.run(place, "pg_ctl", "-D", "cluster", *waiting, "stop") == 0 or not running(place):
            break
    # Its note goes a moment before it does.
    give_up = time.monotonic() + LEAVING_SECONDS
    while _serves(found.pid, folder=place.cluster):
        if time.monotonic() > give_up:
            end = tail(place.log, since=since)
            raise EmbeddedError(f"The database in {place.home} does not stop; its log ends:{end}")
        time.sleep(0.02)


def running(place: Place) -> Running | None:
    """The server of this very cluster, or None. A process that merely got the same number does not count."""
    try:
        lines = (place.cluster / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    if not _serves(pid, folder=place.cluster):
        return None
    return Running(pid=pid, socket_folder=lines[4] if len(lines) > 4 else "")


def _serves(pid: int, *, folder: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server of `folder`: a server works in the folder of its cluster."""
    if Path("/proc/self/cwd").exists():
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", folder)
        except OSError:
            return False
    found = subprocess.run(["/bin/ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in found.stdout


def _start(place: Place) -> None:
    if place.log.exists() and place.log.stat().st_size > LARGEST_LOG:
        place.log.unlink()
    room.require(room.START, folder=place.home)
    folder = socket_folder(place)
    # The notes of a killed server: PostgreSQL believes them while any process has that number, even a dead one that
    # nobody has buried. Both folders are this cluster's alone, and its server was just found not to run.
    for note in (place.cluster / "postmaster.pid", folder / SOCKET, folder / f"{SOCKET}.lock"):
        note.unlink(missing_ok=True)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{folder}"',
        "unix_socket_permissions": "0700",
        "log_line_prefix": "%m [%p] ",
    } | KEEPS
    # pg_ctl hands these to a shell.
    options = " ".join(shlex.quote(f"-c{name}={value}") for name, value in settings.items())
    arguments = ("-D", "cluster", "-w", "-t", str(START_SECONDS), "-s", "-o", options, "start")
    give_up = time.monotonic() + LEAVING_SECONDS
    while True:
        since = place.log.stat().st_size if place.log.exists() else 0
        if programs.run(place, "pg_ctl", *arguments) == 0:
            return
        end = tail(place.log, since=since)
        if "shared memory" not in end or time.monotonic() > give_up:
            raise room.explained(
                place.home, f"The database in {place.home} does not start; its log {place.log} ends:{end}"
            )
        time.sleep(0.2)


def _answering(place: Place, *, since: int) -> str:
    """The URL, when the server lets us in with our password; SCRAM proves each side to the other."""
    give_up = time.monotonic() + START_SECONDS
    while found := running(place):
        url = _url(place, found) if found.socket_folder else ""
        try:
            with psycopg.connect(url, connect_timeout=5, require_auth="scram-sha-256") as connection:
                _refuse_lapses(place, connection)
            return url
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedError(
                    f"{place.password} is not the password of the database in {place.cluster}: "
                    f"restore that file, or remove {place.home} to begin anew."
                ) from None
        if time.monotonic() > give_up:
            break
        time.sleep(0.1)
    end = tail(place.log, since=since)
    raise room.explained(place.home, f"The database in {place.home} does not answer; its log ends:{end}")


def _refuse_lapses(place: Place, connection: psycopg.Connection) -> None:
    """Only a server that somebody else started with such settings has any; the next start is ours again."""
    if lapses := durability.lapses(connection):
        raise EmbeddedError(
            f"The database in {place.home} runs with {', '.join(lapses)}, so a crash may lose what it has confirmed; "
            "something else started it: it is being stopped, start again."
        )


def _url(place: Place, found: Running) -> str:
    who = f"{cluster.NAME}:{quote(keys.kept(place.password), safe='')}"
    return f"postgresql://{who}@{quote(found.socket_folder, safe='')}:{PORT}/{cluster.NAME}?options={quote(OPTIONS)}"
