"""A report as PDF: its pages are typeset in a child process, and are the same bytes for the same report."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from measures.exports.reports import pages

TYPESETTER = Path(__file__).with_name("typesetter.py")
# Within the ten seconds that a change has, if it is made in a transaction; commands have longer.
SECONDS = 8


class NotTypeset(Exception):
    """The PDF could not be made; says what the typesetter said."""


def write(said: Mapping[str, Any], *, sha256: str, seconds: int = SECONDS) -> bytes:
    """The PDF of a report whose canonical text has that sha256. Raises NotTypeset."""
    at = datetime.fromisoformat(said["known_at"])
    return typeset(pages.of(said, sha256=sha256), at=at, seconds=seconds)


def typeset(content: Mapping[str, Any], *, at: datetime, seconds: int = SECONDS) -> bytes:
    """What the template makes of the pages, dated `at`."""
    given = json.dumps({"at": int(at.timestamp()), "pages": content}).encode()
    # -I: neither the environment nor the folder we are in decides what is loaded.
    command = [sys.executable, "-I", str(TYPESETTER), str(seconds)]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=seconds, env={}, check=False)  # noqa: S603 a command of ours
    except subprocess.TimeoutExpired:
        raise NotTypeset(f"it took more than {seconds} seconds") from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotTypeset(done.stderr.decode(errors="replace")[-2000:] or f"it ended with {done.returncode}")
    return done.stdout
