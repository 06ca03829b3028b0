"""Turns DATABASE_URL, a libpq URI, into Django's database settings, and says clearly what is wrong with it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
SESSION = "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=15000 -c lock_timeout=4000"


def settings_from(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `url`; other libpq parameters (sslmode, ...) pass through as OPTIONS.

    Raises ImproperlyConfigured when the URL is not one of PostgreSQL's or names no database. The session's time
    limits (5 s a statement) come after the URL's own `options`, which therefore win only where they differ.
    """
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    try:
        given = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}".strip()) from None
    if not given.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database: end it with /name.")
    entry: dict[str, Any] = {name: str(given.pop(key, "") or "") for key, name in NAMES.items()}
    given["options"] = f"{SESSION} {given.get('options', '')}".strip()
    return entry | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": given,
    }
