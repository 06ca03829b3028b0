"""Every refusal as application/problem+json (RFC 9457), whoever refuses: our rules, the framework or the router."""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.core.exceptions import DisallowedHost, PermissionDenied, TooManyFieldsSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions as drf

from measures import errors
from measures.errors import Problem
from measures.messages import lazy, say

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:measure-tracker:problem:"
TITLES = {
    400: lazy("The request cannot be taken"),
    401: lazy("Credentials are needed"),
    403: lazy("Not permitted"),
    404: lazy("Not found"),
    405: lazy("Method not allowed"),
    406: lazy("Not acceptable"),
    409: lazy("Not now"),
    411: lazy("A length is needed"),
    412: lazy("Changed since it was read"),
    413: lazy("Too large"),
    415: lazy("Unsupported media type"),
    422: lazy("The Idempotency-Key was used for another request"),
    428: lazy("A precondition is needed"),
    429: lazy("Too many requests"),
    500: lazy("The service failed"),
    503: lazy("Not available now"),
}
STATUSES: dict[type[errors.Refusal], int] = {
    errors.NotVisible: 404,
    errors.WrongRole: 403,
    errors.Stale: 412,
    errors.BadInput: 400,
    errors.NotReady: 400,
    errors.WrongTurn: 409,
}
# PostgreSQL gave up on a lock or on a statement that took longer than it may.
GIVEN_UP = ("55P03", "57014")
CHALLENGE = 'Bearer realm="measure-tracker", Basic realm="measure-tracker"'
log = logging.getLogger(__name__)


class Precondition(errors.Refusal):
    """A header that guards against lost updates is missing (428)."""


class KeyReused(errors.Refusal):
    """The Idempotency-Key stands for another request already (422)."""


class TooLarge(errors.Refusal):
    """The body is larger or deeper than is taken (413)."""


class NoRoom(errors.Refusal):
    """The disk is full; nothing was kept (503)."""


class Busy(errors.Refusal):
    """Others held what this needed for too long; nothing was changed (503)."""


EDGE_STATUSES: dict[type[errors.Refusal], int] = {
    Precondition: 428,
    KeyReused: 422,
    TooLarge: 413,
    Busy: 503,
    NoRoom: 503,
}


def answer(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    *,
    problems: Iterable[Problem] = (),
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The one shape: type, title, status, detail, code, request_id and, where there are several items, errors."""
    body: dict[str, Any] = {
        "type": f"{TYPES}{code}",
        "title": str(TITLES.get(status, lazy("Refused"))),
        "status": status,
        "detail": str(detail),
        "code": code,
        "request_id": getattr(request, "request_id", ""),
    }
    if listed := [_item(problem) for problem in problems]:
        body["errors"] = listed
    response = HttpResponse(orjson.dumps(body | dict(extra or {})), status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    if status == 503:
        response["Retry-After"] = "1"
    return response


def handle(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: ours, the framework's and Django's refusals; anything else is the 500 handler's."""
    request = context["request"]
    if isinstance(exc, errors.Refusal):
        status = (EDGE_STATUSES | STATUSES)[type(exc)]
        extra = getattr(exc, "extra", None)
        return answer(request, status, exc.code, exc.detail, problems=exc.problems, extra=extra)
    if isinstance(exc, drf.ValidationError):
        refusal = errors.BadInput(_flat(exc.get_full_details(), ""))
        return answer(request, 400, refusal.code, refusal.detail, problems=refusal.problems)
    if isinstance(exc, Http404):
        return answer(request, 404, "not-found", str(exc) or say("There is nothing here."))
    if isinstance(exc, PermissionDenied):
        return answer(request, 403, "forbidden", str(exc) or say("This is not permitted."))
    if isinstance(exc, drf.APIException):
        return _of_framework(request, exc)
    return _too_slow(request, exc) if is_given_up(exc) else None


def is_given_up(exc: BaseException | None) -> bool:
    """Whether the database gave up on a lock or a statement that took too long."""
    return isinstance(exc, OperationalError) and getattr(exc.__cause__, "sqlstate", None) in GIVEN_UP


def _too_slow(request: HttpRequest, exc: BaseException) -> HttpResponse:
    log.error("a statement took too long, request %s", getattr(request, "request_id", ""), exc_info=exc)
    detail = say(
        "The database is too busy, or this is too much for one answer; nothing was changed. Ask again in a few"
        " seconds; if it stays so, ask for less at once: a smaller limit, more filters, or a file from /exports."
    )
    return answer(request, 503, "too-slow", detail)


def _of_framework(request: HttpRequest, exc: drf.APIException) -> HttpResponse:
    codes = {405: "method-not-allowed", 406: "not-acceptable", 415: "unsupported-media-type", 401: "unauthenticated"}
    code = codes.get(exc.status_code, str(exc.default_code).replace("_", "-"))
    view = request.parser_context["view"]
    detail = str(exc.detail)
    if isinstance(exc, drf.MethodNotAllowed):
        detail = say("This address takes {methods} only.", methods=", ".join(view.allowed_methods))
    elif isinstance(exc, drf.NotAcceptable):
        detail = say(
            "This address answers as {types}: name it in Accept, or leave Accept out.", types=_types(view, "renderer")
        )
    elif isinstance(exc, drf.UnsupportedMediaType):
        detail = say("Send the body as {types}, and say so in Content-Type.", types=_types(view, "parser"))
    response = answer(request, exc.status_code, code, detail)
    if isinstance(exc, drf.MethodNotAllowed):
        response["Allow"] = ", ".join(view.allowed_methods)
    return response


def _types(view: Any, kind: str) -> str:
    """The media types of a view's renderers or parsers, as a sentence names them."""
    return ", ".join(one.media_type for one in getattr(view, f"get_{kind}s")())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    detail = say("There is nothing at this address; /api/v1/openapi.json lists what there is.")
    if request.path.endswith("/") and request.path != "/":
        detail = say(
            "There is nothing at this address; try {address} without the slash at its end.",
            address=request.path.rstrip("/"),
        )
    return answer(request, 404, "not-found", detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if isinstance(exception, DisallowedHost):
        return answer(request, 400, "bad-host", say("This service does not answer for that host; see ALLOWED_HOSTS."))
    if isinstance(exception, TooManyFieldsSent):
        return answer(request, 400, "too-many-parameters", say("The address has too many parameters: send fewer."))
    return answer(request, 400, "bad-request", say("The request is malformed."))


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Django's handler403, and its answer when the CSRF token is missing."""
    detail = (
        say("A signed-in browser must send its CSRF token as X-CSRFToken.") if reason else say("This is not permitted.")
    )
    return answer(request, 403, "csrf" if reason else "forbidden", detail)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler500: what went wrong is in the log under the request's id, never in the answer."""
    # Django calls it while it handles the exception.
    error = sys.exc_info()[1]
    if error is not None and is_given_up(error):
        return _too_slow(request, error)
    detail = say("The service failed; nothing was changed. Tell its operators the request id.")
    return answer(request, 500, "failed", detail)


def _item(problem: Problem) -> dict[str, str]:
    where = {"parameter": problem.parameter} if problem.parameter else {"pointer": problem.pointer}
    return {**where, "code": problem.code, "detail": str(problem.detail)}


def _flat(details: Any, pointer: str) -> list[Problem]:
    """DRF's nested error details as a flat list with a JSON pointer each."""
    if isinstance(details, Mapping) and {"message", "code"} == set(details):
        return [Problem(pointer, str(details["code"]).replace("_", "-"), str(details["message"]))]
    if isinstance(details, Mapping):
        parts = [(key, "" if key == "non_field_errors" else f"/{escaped(str(key))}") for key in details]
        return [problem for key, part in parts for problem in _flat(details[key], pointer + part)]
    problems = []
    for position, item in enumerate(details):
        is_leaf = isinstance(item, Mapping) and {"message", "code"} == set(item)
        problems += _flat(item, pointer if is_leaf else f"{pointer}/{position}")
    return problems


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
