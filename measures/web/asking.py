"""How a page asks the API: within the process, as its caller, so that no figure can differ from the API's."""

from collections.abc import Iterable
from copy import copy
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve

from measures.api.edge import API
from measures.api.known_at import PARAMETER

BASE = f"{API}v1"
# As many rows as the API gives at once.
MOST = 500
Given = Iterable[tuple[str, str]]


class RefusedError(Exception):
    """The API refused; `answer` says why, as it would have to anyone else."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def ask(request: HttpRequest, path: str, given: Given = (), **parameters: str) -> dict[str, Any]:
    """What GET of `path` below /api/v1 answers to the caller of the page, of the moment that the page is of.

    `given` are parameters that may stand several times. Raises RefusedError with whatever is no 200.
    """
    query = _query([*given, *parameters.items()], moment_asked(request))
    inner = _of(request, f"{BASE}{path}", query)
    view, arguments, named = resolve(inner.path_info)
    answer = view(inner, *arguments, **named)
    if hasattr(answer, "render"):
        answer.render()
    if answer.status_code != 200:
        raise RefusedError(answer)
    return dict(orjson.loads(answer.content))


def every(request: HttpRequest, path: str, given: Given = (), **parameters: str) -> list[dict[str, Any]]:
    """All rows of a list that the domain keeps short, however many pages of the API they take."""
    rows, cursor = [], None
    while True:
        page = ask(request, path, given, limit=str(MOST), **parameters, **({"cursor": cursor} if cursor else {}))
        rows += page["items"]
        cursor = page["next"]
        if cursor is None:
            return rows


def asked(request: HttpRequest) -> list[tuple[str, str]]:
    """What the page is asked for beside its moment; a field of a form that was left empty asks nothing."""
    pairs = [(name, value.strip()) for name, values in request.GET.lists() for value in values]
    return [pair for pair in pairs if pair[1] and pair[0] != PARAMETER]


def moment_asked(request: HttpRequest) -> str:
    """The moment that the page is of, as an address has it; blank for now."""
    return getattr(request, "moment_asked", "")


def address(path: str, given: Given, *, moment: str) -> str:
    """`path` with these parameters and the moment, if there is one."""
    query = _query(given, moment)
    return f"{path}?{query}" if query else path


def _query(given: Given, moment: str) -> str:
    return urlencode([*given, *([(PARAMETER, moment)] if moment else [])])


def _of(request: HttpRequest, path: str, query: str) -> HttpRequest:
    """A GET of the same caller, in the same language, with the same request id."""
    asked = copy(request)
    asked.method, asked.path, asked.path_info = "GET", path, path
    asked.META = {**request.META, "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    asked.META["HTTP_ACCEPT"] = "application/json"
    asked.GET = QueryDict(query)
    return asked
