"""Turns DATABASE_URL, a libpq URI, into Django's database settings: where it is, and how long work on it may take."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tracker.embedded.errors import EmbeddedError
from tracker.embedded.given import parts

NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
# A request that takes longer has lost its caller; the application gives up after 10 s, the proxy after 15 s.
REQUESTS = {
    "statement_timeout": "5s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "15s",
    # A list of reports joins nine tables; PostgreSQL would try them in every order, 50 ms at each request, and still
    # take the order in which we name them.
    "join_collapse_limit": "4",
}
# A migration may rewrite a large table. While it waits for a lock, requests wait behind it: less long than they would
# wait themselves, so that it fails and not they. A command that hangs in a transaction still ends.
COMMANDS = {"statement_timeout": "1h", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10min"}
RUN_COMMANDS = ("manage.py", "up.py")


def limits_for(program: Sequence[str]) -> dict[str, str]:
    """The time limits of sessions that `program` (a sys.argv) opens: a command's, or else a request's.

    The limits follow from the program, so that a bare `manage.py migrate` in production has them without being told;
    whatever else loads the settings is taken for a server of requests.
    """
    name, *arguments = program or [""]
    is_command = Path(name).name in RUN_COMMANDS and "runserver" not in arguments[:1]
    return COMMANDS if is_command else REQUESTS


def settings_from(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for `url`; other libpq parameters (sslmode, ...) pass through as OPTIONS.

    Raises ImproperlyConfigured when the URL is not one of PostgreSQL's or names no database. The URL's own `options`
    come after the time limits and win where they differ.
    """
    try:
        given = parts(url)
    except EmbeddedError as error:
        raise ImproperlyConfigured(str(error)) from None
    entry: dict[str, Any] = {name: str(given.pop(key, "") or "") for key, name in NAMES.items()}
    limits = " ".join(f"-c {name}={value}" for name, value in limits_for(sys.argv).items())
    given["options"] = f"{limits} {given.get('options', '')}".strip()
    return entry | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": given,
    }
