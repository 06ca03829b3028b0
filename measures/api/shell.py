"""What stands in front of Django: 304 and kept answers, given before there is a request object.

With Django's request, its chain of middleware and its response, and psycopg's cursor, a 304 took three times the
processor. Nothing is decided here that a view or a middleware decides: what is not answered goes to Django, with what
was found.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from measures.api import edge, gate, limits
from measures.api.gate import ANSWERS, Environ, Found
from measures.api.release import release

# Status line, headers, body.
Reply = tuple[str, list[tuple[str, str]], bytes]
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"


class Shell:
    """A WSGI application around Django's. Every answer has the headers that it would have from there."""

    def __init__(self, django: Callable[..., Iterable[bytes]]) -> None:
        self.django = django
        release()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        reply = answer(environ)
        if reply is None:
            return self.django(environ, start_response)
        status, headers, body = reply
        start_response(status, headers)
        return [body]


def answer(environ: Environ) -> Reply | None:
    """None for what Django has to answer, with what was found of the request in its environ."""
    found = gate.found(environ)
    reply = (_unchanged(environ, found) or _kept(environ, found)) if found and found.tag else None
    if reply is None or found is None:
        environ[gate.FOUND] = found
        return None
    headers = reply[1]
    if found.admitted.spent:
        headers += limits.told(found.admitted.spent)
    headers.append(("X-Request-Id", edge.request_id_of(environ.get("HTTP_X_REQUEST_ID", ""))))
    return reply


def _unchanged(environ: Environ, found: Found) -> Reply | None:
    """304 for whoever shows the tag of this moment."""
    asked, etag = environ.get("HTTP_IF_NONE_MATCH"), f'"{found.tag}"'
    # A star is anything that there is, which only who has the answer knows.
    if not asked or asked.strip() == "*" or not edge.names(asked, etag):
        return None
    return NOT_MODIFIED, edge.of_unchanged({"ETag": etag, **gate.usual(environ)}), b""


def _kept(environ: Environ, found: Found) -> Reply | None:
    kept = ANSWERS.get(found.key) if settings.RESPONSE_CACHE_MB else None
    if kept is None:
        return None
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None and not kept.is_whole and edge.names(asked, kept.etag):
        return NOT_MODIFIED, edge.of_unchanged(kept.headers), b""
    return OK, list(kept.headers.items()), kept.body
