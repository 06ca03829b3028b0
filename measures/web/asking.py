"""How a page asks the API, and does what it does: within the process, as its caller.

So no figure can differ from the API's, and nothing is allowed in one and refused in the other.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve

from measures.api.edge import API
from measures.api.known_at import PARAMETER

BASE = f"{API}v1"
# As many rows as the API gives at once.
MOST = 500
Given = Iterable[tuple[str, str]]
# What a browser says of its own request for the page, and not of what the page asks.
ITS_OWN = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IDEMPOTENCY_KEY", "HTTP_ACTING_AS")


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
    return _answered(inner)


def send(
    request: HttpRequest,
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    version: str = "",
    key: str = "",
) -> dict[str, Any]:
    """What a write at `path` below /api/v1 answers to the caller of the page; empty where it answers nothing.

    `version` is the one that it was made from, as a number, `key` what makes it once only. The CSRF token of the
    page's form is checked before any page, and so here too. Raises RefusedError with whatever is no 2xx.
    """
    inner = _of(request, f"{BASE}{path}", "", method=method, data=b"" if body is None else orjson.dumps(body))
    for name, value in (("HTTP_IF_MATCH", version and f'"v{version}"'), ("HTTP_IDEMPOTENCY_KEY", key)):
        if value:
            inner.META[name] = value
    return _answered(inner)


def send_file(
    request: HttpRequest, path: str, fields: Mapping[str, str], file: UploadedFile | None, *, key: str
) -> dict[str, Any]:
    """As `send`, of a form with a file, which goes on piece by piece, as it lies on the disk."""
    boundary = secrets.token_hex(16)
    head = "".join(_part(boundary, f'name="{name}"') + f"{value}\r\n" for name, value in fields.items())
    if file:
        head += _part(boundary, f'name="file"; filename="{_plain(file.name or "")}"')
    tail = f"\r\n--{boundary}--\r\n"
    size = len(head.encode()) + (file.size or 0 if file else 0) + len(tail)
    inner = _of(request, f"{BASE}{path}", "", method="POST")
    del inner._body
    chunks = file.chunks() if file else iter(())
    pieces: Any = Pieces([head.encode()], chunks, [tail.encode()])
    inner._stream = pieces
    inner.META |= {"CONTENT_TYPE": f"multipart/form-data; boundary={boundary}", "CONTENT_LENGTH": str(size)}
    inner.META["HTTP_IDEMPOTENCY_KEY"] = key
    return _answered(inner)


class Pieces:
    """What comes in pieces, read as one stream."""

    def __init__(self, *pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = (piece for some in pieces for piece in some)
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all that is left for -1; empty at the end."""
        while size < 0 or len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        end = len(self._held) if size < 0 else size
        found, self._held = self._held[:end], self._held[end:]
        return found


def _part(boundary: str, named: str) -> str:
    return f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n\r\n"


def _plain(name: str) -> str:
    """A file's name that ends no header and no word in it."""
    return "".join(letter for letter in name if letter.isprintable()).replace('"', "'").replace("\\", "/")


def _answered(inner: HttpRequest) -> dict[str, Any]:
    view, arguments, named = resolve(inner.path_info)
    answer = view(inner, *arguments, **named)
    if hasattr(answer, "render"):
        answer.render()
    if not 200 <= answer.status_code < 300:
        raise RefusedError(answer)
    return dict(orjson.loads(answer.content)) if answer.content else {}


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


def _of(request: HttpRequest, path: str, query: str, *, method: str = "GET", data: bytes = b"") -> HttpRequest:
    """A request of the same caller, under the same duty, in the same language, with the same request id."""
    asked = copy(request)
    asked.method, asked.path, asked.path_info = method, path, path
    asked.META = {name: value for name, value in request.META.items() if name not in ITS_OWN}
    asked.META |= {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    asked.META |= {"HTTP_ACCEPT": "application/json", "CONTENT_TYPE": "application/json"}
    asked.META["CONTENT_LENGTH"] = str(len(data))
    if duty := getattr(request, "acting_as", ""):
        asked.META["HTTP_ACTING_AS"] = duty
    asked.GET = QueryDict(query)
    # The form of the page was read already, and is none of this request's.
    asked._body, asked._stream, asked._read_started = data, BytesIO(data), False  # type: ignore[attr-defined]
    # Made of META when it is first asked for, which may have been that of the page.
    asked.__dict__.pop("headers", None)
    return asked
