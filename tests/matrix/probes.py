"""Every way to read: each address that answers GET, with each of its list's filters and each value that could tell."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django_filters import Filter

from tests import builders
from tests.matrix import bodies, routes
from tests.matrix.callers import Caller
from tests.matrix.policy import DOORS, Row
from tests.matrix.situations import SECRET, Situation

# What is asked of a filter that does not name its values; a new one without a value here fails the test.
VALUES = {
    "document": ["MEXT2019"],
    "section": ["R1-5-3"],
    "measure": [builders.SME],
    "ministry": ["jpo", "mext"],
    "cycle": ["FY2020", "FY2021"],
    "milestone": ["1"],
    "kpi": ["sme-patent-share"],
    "q": [SECRET, "中小企業"],
    "author": ["author.jpo", "editor.jpo", "officer.meti"],
    "year_from": ["2019"],
    "year_to": ["2019"],
    "subject": ["update", "measure", "evidence"],
    "actor": ["1"],
    "update": ["1"],
    "version": ["1"],
    "updated_since": ["2020-01-01T00:00:00+09:00"],
}
COMPARED = ("ETag", "Link", "Location", "Cache-Control", "Content-Type", "Content-Disposition", "Vary", "Allow")


def addresses() -> list[Row]:
    """A row for each address that is read; the OpenAPI document says nothing of anyone's reports."""
    found = [Row(route.address, "GET", "", "", "", "") for route in routes.routes() if "GET" in route.offered]
    return [row for row in found if DOORS.get(row.address) != "no credentials looked at"]


def paths(row: Row, situation: Situation) -> Iterator[str]:
    """The address as it is, with its total, page by page, and with every filter."""
    bare = bodies.path(row, situation).partition("?")[0]
    yield bare
    if row.address in routes.lists():
        yield f"{bare}?count=true"
        yield f"{bare}?limit=1&count=true"
    for name, one in _filters(row.address).items():
        for value in _values(name, one):
            yield f"{bare}?{urlencode({name: value, **({'count': 'true'} if row.address in routes.lists() else {})})}"


def _filters(address: str) -> dict[str, Filter]:
    view = next(route.view for route in routes.routes() if route.address == address)
    filterset = getattr(view, "filterset_class", None)
    return dict(filterset.base_filters) if filterset else {}


def _values(name: str, one: Filter) -> list[str]:
    choices = one.extra.get("choices", ())
    if callable(choices):
        choices = choices()[:1]
    return [str(value) for value, _ in choices] or VALUES[name]


class Reader:
    """Asks as one caller, and gives back all of an answer that does not change from one request to the next."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self._client = Client(enforce_csrf_checks=True)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        self._client.cookies.clear()
        same = {"HTTP_X_REQUEST_ID": "the-same-id", "HTTP_ACCEPT_LANGUAGE": "en"}
        environ = {**same, **self.caller.environ, **headers}
        content = b"" if body is None else json.dumps(body).encode()
        return self._client.generic(method, path, content, content_type="application/json", **environ)

    def read(self, path: str, **headers: str) -> tuple[Any, ...]:
        return answer(self.ask("GET", path, **headers))

    def pages(self, path: str) -> list[Any]:
        """The items of a list, one a page."""
        items, cursor = [], ""
        while cursor is not None:
            page = self.ask("GET", f"{path}?limit=1" + (f"&cursor={cursor}" if cursor else "")).json()
            items += page["items"]
            cursor = page["next"]
        return items


def answer(response: HttpResponse) -> tuple[Any, ...]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return (response.status_code, content.decode(errors="surrogateescape"), *[response.get(name) for name in COMPARED])
