"""The gate before everything that reads the domain: who asks and what stands are known after one statement.

An answer follows from what the key of `_key` is made of. The events that its caller may see are counted BEFORE the
answer is built, and events are only ever added: an answer can hold more than its tag says, never less. So

- whoever has an answer with the tag of this moment has what would be built now, or what is newer than this request;
- an answer kept under the key of this moment was built when exactly these events were committed, or since;
- what was committed before a request was sent is counted for it, whoever committed it, so no older one is found.

What may come and go again (duties, scopes, the day, settings) is in the key as a value, and the answer is built with
the very values that are in its key, not with others read a moment later.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request
from rest_framework.exceptions import AuthenticationFailed

from measures.api import edge, leaks, limits
from measures.api.addresses import caller_of
from measures.api.authentication import Shown, credentials
from measures.api.edge import API
from measures.api.exports import Export
from measures.api.kept import Answers, Kept
from measures.api.release import release
from measures.operations import gate
from measures.operations.gate import Admitted
from measures.operations.moments import day_of
from measures.rules.limits import Quota
from measures.vocabulary import Scope

MOST_PARAMETERS = 100
# The headers of most answers, whose 304 can be given by whoever does not have the answer itself.
VARY = "Accept, Accept-Language, Acting-As, Authorization, Cookie"
ANY_JSON = ("", "*/*", "application/json", "application/json, text/plain, */*", "application/json, */*")
ANSWERS = Answers()
log = logging.getLogger(__name__)


class GateMiddleware:
    """Answers 304 or a kept answer without the view; what the view answers gets the tag of what stood before it.

    Sessions, bad credentials, and what was refused on the way go the way they would go without the gate.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        release()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = _view_of(request.path) if request.method in ("GET", "HEAD") else None
        admitted = _admitted(request) if view and _is_plain(request) else None
        if view is None or admitted is None:
            return self.get_response(request)
        # Not asked again by those who come after.
        spent = request.spent = admitted.spent  # type: ignore[attr-defined]
        if not (spent and spent.is_over) and (admitted.bearer is None or Scope.READ in admitted.scopes):
            tag = _tag(request, admitted)
            return _from_kept(request, tag) or self._from_view(_known(request, admitted), tag)
        return self.get_response(_known(request, admitted))

    def _from_view(self, request: HttpRequest, tag: str) -> HttpResponse:
        request.is_gated = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code != 200 or response.streaming:
            return response
        if response["Cache-Control"] != "no-store":
            # In which order they come depends on who looked at the request first.
            if set(response["Vary"].split(", ")) == set(VARY.split(", ")):
                response["Vary"] = VARY
            usual = "Link" not in response and all(response[name] == value for name, value in _usual(request).items())
            # An answer with other headers has another tag, so that its 304 is left to who knows them.
            response.setdefault("ETag", f'"{tag}"' if usual else f'"{_digest(tag)}"')
            kept = Kept(response.content, dict(response.headers), getattr(response, "always_whole", False))
            ANSWERS.keep(_key(request, tag), kept, most=settings.RESPONSE_CACHE_MB * 1024 * 1024)
        return edge.tagged(request, response)


def _known(request: HttpRequest, admitted: Admitted) -> HttpRequest:
    """Lets the view answer the very caller that the key is of."""
    request.actor = admitted.actor(request.request_id)  # type: ignore[attr-defined]
    request._shown = Shown(admitted.bearer.token()) if admitted.bearer else None  # type: ignore[attr-defined]
    return request


def _from_kept(request: HttpRequest, tag: str) -> HttpResponse | None:
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked and f'"{tag}"' in (known.removeprefix("W/") for known in parse_etags(asked)):
        unchanged = HttpResponseNotModified(headers=_usual(request))
        unchanged["ETag"] = f'"{tag}"'
        return unchanged
    kept = ANSWERS.get(_key(request, tag)) if settings.RESPONSE_CACHE_MB else None
    return edge.unless_unchanged(request, kept.response()) if kept else None


def _usual(request: HttpRequest) -> dict[str, str]:
    return {"Vary": VARY, "Cache-Control": "private, no-cache" if "HTTP_AUTHORIZATION" in request.META else "no-cache"}


def _is_plain(request: HttpRequest) -> bool:
    """Whether the request would come to its view, and with no session: all that others would refuse or look at."""
    return (
        settings.SESSION_COOKIE_NAME not in request.COOKIES
        # Who names a duty is few, and what is kept is kept for all of the caller's.
        and "HTTP_ACTING_AS" not in request.META
        and request.META.get("CONTENT_LENGTH") in (None, "", "0")
        and request.META.get("QUERY_STRING", "").count("&") < MOST_PARAMETERS
        and (request.is_secure() or not settings.SECURE_SSL_REDIRECT)
        and _is_for_us(request)
        and leaks.problem_of(request) is None
    )


def _is_for_us(request: HttpRequest) -> bool:
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


@lru_cache(maxsize=4096)
def _view_of(path: str) -> type | None:
    """The view that reads the domain at `path`, if there is one; files are streamed, and not kept."""
    if not path.startswith(API):
        return None
    try:
        view = getattr(resolve(path).func, "cls", None)
    except Resolver404:
        return None
    reads = getattr(view, "takes_known_at", False) and hasattr(view, "get") and "get" in view.http_method_names
    return view if reads and not issubclass(view, Export) else None


def _admitted(request: HttpRequest) -> Admitted | None:
    """None for a bad credential, or none where one is needed; and when the database does not answer, who then says so.

    The request is counted when, and only when, there is something to return.
    """
    at, address = timezone.now(), caller_of(request)
    header = request.META.get("HTTP_AUTHORIZATION", "")
    try:
        if header:
            public_id, secret = credentials(header.encode("latin-1"))
            policy, bar = limits.policy(limits.READ), Quota(limits.policy(limits.SIGN_IN), address)
            asked: dict[str, Any] = {"public_id": public_id, "secret": secret, "policy": policy, "bar": bar}
            return gate.bearer(**asked, at=at, on=day_of(at))
        if settings.PUBLIC_READING:
            quota = Quota(limits.policy(limits.ANONYMOUS), address)
            return gate.anyone(quota=quota, at=at)
    except (AuthenticationFailed, UnicodeEncodeError):
        return None
    except Error:
        log.exception("the gate could not ask the database")
    return None


def _tag(request: HttpRequest, admitted: Admitted) -> str:
    """What the answer follows from, as a word; nobody else can make it, so who shows it was given it with a 200."""
    accept = request.META.get("HTTP_ACCEPT", "")
    parts = (
        admitted.database,
        admitted.revision,
        day_of(timezone.now()).toordinal(),
        settings.PUBLIC_READING,
        admitted.person_id,
        admitted.duties,
        admitted.scopes,
        get_language_from_request(request),
        "" if accept in ANY_JSON else accept,
        request.path,
        request.META.get("QUERY_STRING", ""),
    )
    return _digest(repr(parts))


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="backslashreplace"), digest_size=16, key=release()).hexdigest()


def _key(request: HttpRequest, tag: str) -> tuple[str, ...]:
    """With where the request was sent, since the link to the next page is one to there."""
    return (tag, str(request.scheme), request.get_host())
