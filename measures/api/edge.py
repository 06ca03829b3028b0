"""What surrounds every request: its id, the size of its body, and validators on what is read."""

import re
import secrets
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from measures.api import problems

Answer = Callable[[HttpRequest], HttpResponse]
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
API = "/api/"
# Python refuses to read integers of more than 4,300 digits; no honest length has as many as this.
LONGEST_LENGTH = 20


class RequestIdMiddleware:
    """Gives each request an id, the caller's own when it is a plain word, and returns it as X-Request-Id."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class BodySizeMiddleware:
    """Refuses a body that says it is larger than is taken, before any of it is read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if not length.isascii() or not length.isdigit():
            return problems.answer(request, 400, "bad-length", "The Content-Length header is not a number.")
        if len(length) > LONGEST_LENGTH or int(length) > settings.MAX_BODY_BYTES:
            detail = f"A body of at most {settings.MAX_BODY_BYTES} bytes is taken: send less at once."
            return problems.answer(request, 413, "too-large", detail)
        return self.get_response(request)


class ValidatorMiddleware:
    """Gives every API answer a strong ETag and says how long it may be kept; an unchanged one is answered 304."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(API):
            return response
        patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization", "Cookie"))
        shared = "Authorization" not in request.headers and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            response.setdefault("Cache-Control", "no-store")
            return response
        response.setdefault("Cache-Control", "no-cache" if shared else "private, no-cache")
        if response.streaming:
            return response
        response.setdefault("ETag", f'"{sha256(response.content).hexdigest()[:32]}"')
        return _unless_unchanged(request, response)


def _unless_unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    etag = response["ETag"]
    known = "*" in asked or etag in [tag.removeprefix("W/") for tag in asked]
    if not known or getattr(response, "always_whole", False):
        return response
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Vary", "Link"):
        if name in response:
            unchanged[name] = response[name]
    return unchanged
