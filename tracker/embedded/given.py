"""Looks at a database that somebody else runs before anything relies on it."""

from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tracker.embedded.errors import EmbeddedError

OLDEST = 15
LOOKS_LIKE = "it must look like postgresql://user:password@host:5432/name"


def check(url: str) -> None:
    """Raises EmbeddedError, in one sentence without the password, when `url` is no database we can use."""
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise EmbeddedError(f"DATABASE_URL is not PostgreSQL's: {LOOKS_LIKE}.")
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # libpq repeats what it could not read, which may be the password.
        raise EmbeddedError(f"DATABASE_URL cannot be read: {LOOKS_LIKE}, with special characters as %XX.") from None
    if not parts.get("dbname"):
        raise EmbeddedError(f"DATABASE_URL names no database: {LOOKS_LIKE}.")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            _check_server(connection)
    except psycopg.Error as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].removeprefix("connection failed: ")
        raise EmbeddedError(f"The database of DATABASE_URL cannot be used: {reason}.") from None


def _check_server(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise EmbeddedError(f"The database of DATABASE_URL is PostgreSQL {version}: {OLDEST} or newer is needed.")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise EmbeddedError(f"The database of DATABASE_URL stores {encoding}: make it with ENCODING 'UTF8'.")
