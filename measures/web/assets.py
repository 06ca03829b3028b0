"""Addresses of static files that name their content, so that a browser keeps each for a year and never a stale one."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class NamedByContent(StaticFilesStorage):
    """`{% static %}` gives /static/NAME?v=DIGEST; the files lie where they are, and nothing has to be collected."""

    def url(self, name: str | None, force: bool = False) -> str:
        return f"{super().url(name)}?v={_digest(name or '')}"


@cache
def _digest(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError(f"there is no static file {name}")
    return sha256(Path(found).read_bytes()).hexdigest()[:12]
