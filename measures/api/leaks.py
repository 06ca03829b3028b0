"""What keeps a token out of addresses, logs and reports of errors."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.debug import SafeExceptionReporterFilter

from measures.api import problems
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.operations.tokens import is_like_a_token

PARAMETERS = {"token", "access_token", "auth_token", "api_key", "apikey", "api-key", "authorization", "bearer"}
SUSPECT = re.compile("token|key|auth|bearer", re.IGNORECASE)
# A browser names the page it comes from by itself, and RequestIdMiddleware takes no token for an id.
PASSED = {"HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_REFERER", "HTTP_X_REQUEST_ID"}


class LeakMiddleware:
    """Refuses a token in the address or in a header that is not for it, before anyone can log, keep or repeat it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        problem = problem_in(request.path, request.META)
        if problem is None:
            return self.get_response(request)
        refusal = BadInput([problem])
        return problems.answer(request, 400, refusal.code, refusal.detail, problems=refusal.problems)


class NoLocals(SafeExceptionReporterFilter):
    """A report of an error shows where it happened, never the values at hand there, in DEBUG neither."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> list[tuple[str, Any]]:
        return []


def problem_in(path: str, meta: Mapping[str, Any]) -> Problem | None:
    """Where a request to `path` with the WSGI variables `meta` shows a token that it should not."""
    return _in_address(path, meta.get("QUERY_STRING", "")) or _in_header(meta)


def _in_address(path: str, query: str) -> Problem | None:
    # Most addresses have none of the words, and need not be taken apart.
    is_suspect = "%" in query or SUSPECT.search(query) or not query.isascii()
    given = QueryDict(query.encode("latin-1")) if is_suspect else ()
    named = next((name for name in given if name.lower() in PARAMETERS), None)
    if named is not None:
        return Problem("", "token-in-url", _how(), parameter=named)
    if is_like_a_token(path) or is_like_a_token(unquote(query) if is_suspect else query):
        return Problem("", "token-in-url", _how())
    return None


def _in_header(meta: Mapping[str, Any]) -> Problem | None:
    for name, value in meta.items():
        if name.startswith("HTTP_") and name not in PASSED and is_like_a_token(value):
            header = name.removeprefix("HTTP_").replace("_", "-").title()
            return Problem("", "token-in-header", _how(), parameter=header)
    return None


def _how() -> str:
    return say(
        "A token is not taken here, where it may be kept or logged: send it in the header 'Authorization: Bearer"
        " <id>.<secret>', or by HTTP Basic with the id as user name and the secret as password. If this was a real"
        " one, revoke it and issue another."
    )
