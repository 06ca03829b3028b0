"""The service itself, as it runs in production: granian, its own processes, the tests' database."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

START_SECONDS = 30
OURS, FAULTY = "tracker.wsgi:application", "tests.faulty:application"
# As ./dev up has it: a worker that was just started when all are told to stop may not hear of it.
GOODBYE = ("--workers-kill-timeout", "10")


@contextmanager
def service(*manners: str, log: Path | None = None, application: str = OURS, **environment: str) -> Iterator[str]:
    """The address of a granian that serves the tests' database; all that it prints goes to `log` if there is one."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    given = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tracker.settings", "DEFAULT_LANGUAGE": "en"}
    given |= {"LOG_KEY_DIR": str(settings.LOG_KEY_DIR), "EVIDENCE_DIR": str(settings.EVIDENCE_DIR)}
    with open(log or os.devnull, "wb") as kept:
        process = subprocess.Popen(
            [*command, *(manners or ("--workers", "1")), *GOODBYE, "--no-ws", application],
            env={**os.environ, **given, **environment},
            stdout=kept if log else None,
            stderr=kept if log else None,
        )
        base = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{base}/readyz", process)
            yield base
        finally:
            process.terminate()
            process.wait(60)


def database_url() -> str:
    """The URL of the tests' database, which pytest-django named after the real one."""
    settings = connection.settings_dict
    given = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    query = urlencode({key: settings[name] for key, name in given.items() if settings[name]})
    return f"postgresql:///{settings['NAME']}?{query}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 the test's own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"granian did not answer at {url}")
