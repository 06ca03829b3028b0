"""Looks at a database that somebody else runs before anything relies on it."""

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tracker.embedded import durability
from tracker.embedded.errors import EmbeddedError

OLDEST = 15
LOOKS_LIKE = "it must look like postgresql://user:password@host:5432/name"
# libpq repeats what it could not read, which may be the password, so its own words are not passed on.
UNREADABLE = f"DATABASE_URL cannot be read: {LOOKS_LIKE}, with special characters as %XX."
ANSWER_SECONDS = 5


def parts(url: str) -> dict[str, Any]:
    """libpq's parameters in `url`. Raises EmbeddedError, without the password, when there is no reading it."""
    if not url.startswith(("postgres://", "postgresql://")):
        raise EmbeddedError(f"DATABASE_URL is not PostgreSQL's: {LOOKS_LIKE}.")
    try:
        found = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise EmbeddedError(UNREADABLE) from None
    # A bare @ or / in a password moves the rest of it into the host or the port, which errors do repeat.
    ports = str(found.get("port") or "").split(",")
    if "@" in str(found.get("host") or "") or not all(port.isdigit() or not port for port in ports):
        raise EmbeddedError(UNREADABLE)
    if not found.get("dbname"):
        raise EmbeddedError(f"DATABASE_URL names no database: {LOOKS_LIKE}.")
    return found


def check(url: str) -> list[str]:
    """What to warn of, in sentences; usually nothing.

    Raises EmbeddedError, in one sentence without the password, when `url` is no database we can use.
    """
    parts(url)
    try:
        with psycopg.connect(url, connect_timeout=ANSWER_SECONDS) as connection:
            _refuse_unfit(connection)
            return _weaknesses(connection)
    except (psycopg.Error, UnicodeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].removeprefix("connection failed: ")
        raise EmbeddedError(f"The database of DATABASE_URL cannot be used: {reason.rstrip('.')}.") from None


def _refuse_unfit(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise EmbeddedError(f"The database of DATABASE_URL is PostgreSQL {version}: {OLDEST} or newer is needed.")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise EmbeddedError(f"The database of DATABASE_URL stores {encoding}: make it with ENCODING 'UTF8'.")
    if _value(connection, "SELECT pg_is_in_recovery()"):
        raise EmbeddedError("The database of DATABASE_URL is a standby, which cannot be written: give the primary's.")
    if _value(connection, "SELECT current_setting('transaction_read_only')") == "on":
        raise EmbeddedError(
            "The database of DATABASE_URL is read-only for this user (default_transaction_read_only=on): "
            "give one that can be written."
        )


def _weaknesses(connection: psycopg.Connection) -> list[str]:
    found = []
    if lapses := durability.lapses(connection):
        found.append(
            f"The database of DATABASE_URL may lose in a crash what it has confirmed ({', '.join(lapses)}): "
            "set that to on before it keeps anything of value."
        )
    if not _value(connection, "SELECT lower('É') = 'é'"):
        found.append(
            "The database of DATABASE_URL knows capital letters of ASCII only, and so will its search: "
            "make it with LC_CTYPE 'C.UTF-8'."
        )
    return found


def _value(connection: psycopg.Connection, statement: Any) -> Any:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None
