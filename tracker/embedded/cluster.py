"""Makes the cluster: all of it or nothing, so that a kill in the middle leaves nothing to repair."""

import secrets
import shutil
from pathlib import Path

from tracker.embedded import keys, programs, room
from tracker.embedded.errors import EmbeddedError, tail
from tracker.embedded.places import Place

NAME = "tracker"
# Order by code point on every machine; letters by Unicode, so that upper() and ILIKE know more than ASCII.
LIBC = ("--locale-provider=libc", "--locale=C", "--lc-ctype=C.UTF-8")
# Where the system has no C.UTF-8, PostgreSQL brings its own (17 and newer).
BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
BOOTSTRAP = """\
CREATE ROLE {name} LOGIN CREATEDB PASSWORD '{password}';
CREATE DATABASE {name} OWNER {name};
"""


def ensure(place: Place) -> None:
    """Makes the cluster with its role and database, unless it is there. Raises EmbeddedError.

    Call it under the start lock. Costs about two seconds the first time.
    """
    for former in place.home.glob("cluster.new-*"):
        shutil.rmtree(former, ignore_errors=True)
    if place.cluster.exists():
        _refuse_other_version(place)
        return
    room.require(room.NEW_CLUSTER, folder=place.home)
    since = place.log.stat().st_size if place.log.exists() else 0
    # A name of our own: the initdb of a killed command may still be at work in another.
    unfinished = place.home / f"cluster.new-{secrets.token_hex(4)}"
    if not any(_made(place, unfinished, locale=locale) for locale in (LIBC, BUILTIN)):
        error = f"The database cannot be made in {place.home}; its log ends:{tail(place.log, since=since)}"
        refusal = room.explained(place.home, error)
        shutil.rmtree(unfinished, ignore_errors=True)
        raise refusal
    unfinished.rename(place.cluster)


def _made(place: Place, folder: Path, *, locale: tuple[str, ...]) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    place.make_folder(folder)
    superuser = place.home / "superuser_password"
    keys.kept(superuser)
    if place.account:
        place.account.give(superuser)
    who = ("--username=postgres", f"--pwfile={superuser}", "--auth=scram-sha-256", "--encoding=UTF8")
    if programs.run(place, "initdb", "-D", folder.name, *who, *locale, "--no-instructions"):
        return False
    # Single-user mode needs no server and no password; the same secret in the file and in the cluster, or no cluster.
    sql = BOOTSTRAP.format(name=NAME, password=keys.kept(place.password))
    mode = ("--single", "-D", folder.name, "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic")
    return programs.run(place, "postgres", *mode, "postgres", text=sql) == 0


def _refuse_other_version(place: Place) -> None:
    try:
        made_by = (place.cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise EmbeddedError(
            f"{error.filename} cannot be read ({error.strerror}): remove {place.home} to begin anew."
        ) from None
    runs = _major(place)
    if made_by != runs:
        raise EmbeddedError(
            f"The database in {place.cluster} was made by PostgreSQL {made_by} and the installed one is {runs}: "
            f"dump it with {made_by} and load it again, or remove {place.cluster} to begin anew."
        )


def _major(place: Place) -> str:
    """The major version of the programs, read from a file of theirs, since asking them costs a process."""
    header = place.bin.parent / "share" / "postgres.bki"
    try:
        return header.open().readline().split()[-1]
    except (OSError, IndexError):
        raise EmbeddedError(f"{header} cannot be read: install the packages again.") from None
