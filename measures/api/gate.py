"""The gate before everything that reads the domain: who asks and what stands are known after one statement.

It is asked in front of Django (api.shell), and what is built behind it is kept by its middleware.

An answer follows from what the key of `_key` is made of. The events that its caller may see are counted BEFORE the
answer is built, and events are only ever added: an answer can hold more than its tag says, never less. So

- whoever has an answer with the tag of this moment has what would be built now, or what is newer than this request;
- an answer kept under the key of this moment was built when exactly these events were committed, or since;
- what was committed before a request was sent is counted for it, whoever committed it, so no older one is found.

What may come and go again (duties, scopes, the day, settings) is in the key as a value, and the answer is built with
the very values that are in its key, not with others read a moment later.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language_from_request
from rest_framework.exceptions import AuthenticationFailed

from measures.api import edge, leaks, limits
from measures.api.addresses import caller_of
from measures.api.authentication import Shown, credentials
from measures.api.bundle import BundleExport
from measures.api.edge import API
from measures.api.exports import Export
from measures.api.kept import Answers, Kept
from measures.api.release import release
from measures.operations import gate
from measures.operations.gate import Admitted
from measures.operations.moments import day_of
from measures.rules.limits import Quota
from measures.vocabulary import Scope

# The WSGI variables of a request: what the server says of it, and its headers as HTTP_....
Environ = dict[str, Any]
MOST_PARAMETERS = 100
# The headers of most answers, whose 304 can be given by whoever does not have the answer itself.
VARY = "Accept, Accept-Language, Acting-As, Authorization, Cookie"
ANY_JSON = ("", "*/*", "application/json", "application/json, text/plain, */*", "application/json, */*")
# A body that is refused, or read to its end; and a duty that is named: what is kept is kept for all of the caller's.
NOT_HERE = ("HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING", "HTTP_ACTING_AS")
# Streamed, and each download is noted, so that none is answered for another.
FILES = (Export, BundleExport)
ANSWERS = Answers()
# Where in the environ it stands what was found of the request; no header of a caller's can have that name.
FOUND = "measures.gate"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a request after the one statement: who asks, and the tag and key of an answer at this moment.

    `tag` is blank for who is refused anyway, and when nothing was counted: then the view answers everyone, and tags
    an answer by what is in it.
    """

    admitted: Admitted
    tag: str = ""
    key: tuple[str, ...] = ()


def found(environ: Environ) -> Found | None:
    """None for a request that is not for the gate, and goes on as if there was none: sessions, bad credentials, and
    all that others would refuse or look at. Any other is counted.
    """
    path, origin = environ["PATH_INFO"], _origin(environ)
    is_read = environ["REQUEST_METHOD"] in ("GET", "HEAD") and _view_of(path) is not None
    if not is_read or origin is None or not _is_plain(environ):
        return None
    at = timezone.now()
    admitted = _admitted(environ, at)
    if admitted is None:
        return None
    is_refused = (admitted.spent and admitted.spent.is_over) or (admitted.bearer and Scope.READ not in admitted.scopes)
    revision = admitted.revision
    if is_refused or revision is None:
        return Found(admitted)
    tag = _tag(environ, admitted, revision, at)
    # With where the request was sent, since the link to the next page is one to there.
    return Found(admitted, tag, (tag, *origin))


def usual(environ: Environ) -> dict[str, str]:
    return {"Vary": VARY, "Cache-Control": "private, no-cache" if "HTTP_AUTHORIZATION" in environ else "no-cache"}


class GateMiddleware:
    """Lets the view answer whom the gate found, and gives and keeps the answer with the tag of what stood before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found: Found | None = request.META.get(FOUND)
        if found is None:
            return self.get_response(request)
        _let_know(request, found.admitted)
        if not found.tag:
            return self.get_response(request)
        request.is_gated = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code != 200 or response.streaming:
            return response
        if response["Cache-Control"] != "no-store":
            _keep(request, response, found)
        return edge.tagged(request, response)


def _let_know(request: HttpRequest, admitted: Admitted) -> None:
    """Lets the view answer the very caller that the key is of, and nobody ask again, or whether the database lives."""
    request.spent = admitted.spent  # type: ignore[attr-defined]
    request.actor = admitted.actor(request.request_id)  # type: ignore[attr-defined]
    request._shown = Shown(admitted.bearer.token()) if admitted.bearer else None  # type: ignore[attr-defined]
    connections[DEFAULT_DB_ALIAS].health_check_done = True


def _keep(request: HttpRequest, response: HttpResponse, found: Found) -> None:
    # In which order they come depends on who looked at the request first.
    if set(response["Vary"].split(", ")) == set(VARY.split(", ")):
        response["Vary"] = VARY
    is_usual = "Link" not in response and all(response[name] == value for name, value in usual(request.META).items())
    # An answer with other headers has another tag, so that its 304 is left to who knows them.
    response.setdefault("ETag", f'"{found.tag}"' if is_usual else f'"{_digest(found.tag)}"')
    kept = Kept(response.content, dict(response.headers), getattr(response, "always_whole", False))
    ANSWERS.keep(found.key, kept, most=settings.RESPONSE_CACHE_MB * 1024 * 1024)


def _is_plain(environ: Environ) -> bool:
    """Whether the request would come to its view, and with no session: all that others would refuse or look at."""
    query, cookie = environ.get("QUERY_STRING", ""), environ.get("HTTP_COOKIE", "")
    return (
        not environ.get("SCRIPT_NAME")
        and not (cookie and (settings.SESSION_COOKIE_NAME in cookie or settings.LANGUAGE_COOKIE_NAME in cookie))
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
        and not any(name in environ for name in NOT_HERE)
        and query.isascii()
        and query.count("&") < MOST_PARAMETERS
        and leaks.problem_in(environ["PATH_INFO"], environ) is None
    )


def _origin(environ: Environ) -> tuple[str, str] | None:
    """Scheme and host that the request was sent to, in Django's words; None where it would refuse or redirect it."""
    scheme, secure = environ["wsgi.url_scheme"], settings.SECURE_PROXY_SSL_HEADER
    named: Environ = {name: environ[name] for name in ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT") if name in environ}
    if secure and secure[0] in environ:
        named[secure[0]] = environ[secure[0]]
    return _read(scheme, settings.SECURE_SSL_REDIRECT, secure, tuple(settings.ALLOWED_HOSTS), *named.items())


@lru_cache(maxsize=1024)
def _read(
    scheme: str, redirects: bool, secure: tuple[str, str] | None, hosts: tuple[str, ...], *named: tuple[str, str]
) -> tuple[str, str] | None:
    """From all that it follows from, since Django reads it anew at every request."""
    request = HttpRequest()
    request.META = dict(named)
    request._get_scheme = lambda: scheme  # type: ignore[attr-defined]
    try:
        return None if redirects and not request.is_secure() else (str(request.scheme), request.get_host())
    except DisallowedHost:
        return None


@lru_cache(maxsize=4096)
def _view_of(path: str) -> type | None:
    """The view that reads the domain at `path`, if there is one; files are streamed, and not kept."""
    if not path.startswith(API) or not path.isascii():
        return None
    try:
        view = getattr(resolve(path).func, "cls", None)
    except Resolver404:
        return None
    reads = getattr(view, "takes_known_at", False) and hasattr(view, "get") and "get" in view.http_method_names
    return view if reads and not issubclass(view, FILES) else None


def _admitted(environ: Environ, at: datetime) -> Admitted | None:
    """None for a bad credential, or none where one is needed; and when the database does not answer, who then says so.

    The request is counted when, and only when, there is something to return.
    """
    address = caller_of(environ)
    header = environ.get("HTTP_AUTHORIZATION", "")
    try:
        if header:
            public_id, secret = credentials(header.encode("latin-1"))
            policy, bar = limits.policy(limits.READ), Quota(limits.policy(limits.SIGN_IN), address)
            asked: dict[str, Any] = {"public_id": public_id, "secret": secret, "policy": policy, "bar": bar}
            return gate.bearer(**asked, at=at, on=day_of(at))
        if settings.PUBLIC_READING:
            return gate.anyone(quota=Quota(limits.policy(limits.ANONYMOUS), address), at=at)
    except (AuthenticationFailed, UnicodeEncodeError):
        return None
    except Error:
        log.exception("the gate could not ask the database")
    return None


def _tag(environ: Mapping[str, Any], admitted: Admitted, revision: int, at: datetime) -> str:
    """What the answer follows from, as a word; nobody else can make it, so who shows it was given it with a 200."""
    accept = environ.get("HTTP_ACCEPT", "")
    parts = (
        admitted.database,
        revision,
        day_of(at).toordinal(),
        settings.PUBLIC_READING,
        admitted.person_id,
        admitted.duties,
        admitted.scopes,
        _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""), settings.LANGUAGE_CODE),
        "" if accept in ANY_JSON else accept,
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
    )
    return _digest(repr(parts))


@lru_cache(maxsize=1024)
def _language(asked: str, otherwise: str) -> str:
    """The language of an answer; `otherwise` is the one of the settings, which Django looks up by itself."""
    request: Any = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": asked})
    return get_language_from_request(request)


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="backslashreplace"), digest_size=16, key=release()).hexdigest()
