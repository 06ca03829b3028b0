"""What keeps a token out of addresses, logs and reports of errors."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
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
        problem = problem_of(request)
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


def problem_of(request: HttpRequest) -> Problem | None:
    """Where the request shows a token that it should not."""
    return _in_address(request) or _in_header(request)


def _in_address(request: HttpRequest) -> Problem | None:
    query = request.META.get("QUERY_STRING", "")
    # Most addresses have none of the words, and need not be taken apart.
    is_suspect = "%" in query or SUSPECT.search(query) or not query.isascii()
    named = next((name for name in request.GET if name.lower() in PARAMETERS), None) if is_suspect else None
    if named is not None:
        return Problem("", "token-in-url", _how(), parameter=named)
    if is_like_a_token(request.path) or is_like_a_token(unquote(query)):
        return Problem("", "token-in-url", _how())
    return None


def _in_header(request: HttpRequest) -> Problem | None:
    for name, value in request.META.items():
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
