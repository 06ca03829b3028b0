"""What surrounds every request: its id, the size of its body, and validators on what is read."""

import re
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from measures.api import problems
from measures.messages import say
from measures.operations.tokens import is_like_a_token

Answer = Callable[[HttpRequest], HttpResponse]
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
API = "/api/"
UPLOADS = {"/api/v1/evidence", "/api/v1/imports", "/api/v1/proposals"}
# The page whose form has a file; what it sends on is one of the above.
UPLOAD_PAGE = re.compile(r"/updates/[0-9]+/evidence")
FORM_BYTES = 64 * 1024
# Python refuses to read integers of more than 4,300 digits; no honest length has as many as this.
LONGEST_LENGTH = 20
# A year, in seconds, which caches take for ever.
FOR_EVER = 31_536_000


class RequestIdMiddleware:
    """Gives each request an id, the caller's own when it is a plain word, and returns it as X-Request-Id."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = request_id_of(request.META.get("HTTP_X_REQUEST_ID", ""))  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


def request_id_of(given: str) -> str:
    """The id that the caller gave, if it is taken, or a new one."""
    is_taken = given and GIVEN_ID.fullmatch(given) and not is_like_a_token(given)
    return given if is_taken else secrets.token_hex(8)


def is_upload(request: HttpRequest) -> bool:
    """Whether it is a form with a file, which has a limit of its own and is read by its own parser."""
    is_form = request.META.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
    return request.method == "POST" and request.path in UPLOADS and is_form


def most_bytes(request: HttpRequest) -> int:
    """How large the body of this request may be; a form is somewhat larger than its file."""
    has_file = is_upload(request) or UPLOAD_PAGE.fullmatch(request.path)
    return settings.MAX_FILE_BYTES + FORM_BYTES if has_file else int(settings.MAX_BODY_BYTES)


class BodySizeMiddleware:
    """Refuses a body that is larger than is taken, or compressed, before any of it is read.

    A chunked body, which Django would take for an empty one, is read here to learn its length.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._refusal(request) or self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
            detail = say("A compressed body is not taken: send it without Content-Encoding.")
            return problems.answer(request, 415, "unsupported-encoding", detail)
        # Not from request.headers, where a header called Content_Length would be the same one; it is slow to make.
        length = request.META.get("CONTENT_LENGTH") or _read_chunked(request)
        if not length:
            detail = say("The chunked body was empty or broke off: send it again, with a Content-Length.")
            return problems.answer(request, 411, "length-needed", detail)
        if not length.isascii() or not length.isdigit():
            return problems.answer(request, 400, "bad-length", say("The Content-Length header is not a number."))
        if len(length) > LONGEST_LENGTH or int(length) > most_bytes(request):
            detail = say("A body of at most {most} bytes is taken: send less at once.", most=most_bytes(request))
            return problems.answer(request, 413, "too-large", detail)
        return None


def _read_chunked(request: HttpRequest) -> str:
    """The length of a chunked body, which is put where Django looks for one that has a length; "0" without one.

    Blank when nothing came: the server does not tell an empty body from one that broke off.
    """
    if "HTTP_TRANSFER_ENCODING" not in request.META:
        return "0"
    data = request.META["wsgi.input"].read(settings.MAX_BODY_BYTES + 1)
    request._stream = BytesIO(data)  # type: ignore[attr-defined]
    request.META["CONTENT_LENGTH"] = str(len(data))
    return str(len(data) or "")


class ValidatorMiddleware:
    """Gives every API answer a strong ETag and says how long it may be kept; an unchanged one is answered 304."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(API):
            return response
        patch_vary_headers(response, ("Accept", "Accept-Language", "Acting-As", "Authorization", "Cookie"))
        shared = "Authorization" not in request.headers and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            response.setdefault("Cache-Control", "no-store")
            return response
        if hasattr(response, "is_final"):
            scope = "public" if shared else "private"
            response["Cache-Control"] = f"{scope}, max-age={FOR_EVER}, immutable" if response.is_final else "no-store"
        response.setdefault("Cache-Control", "no-cache" if shared else "private, no-cache")
        if response.streaming or hasattr(request, "is_gated"):
            return response
        return tagged(request, response)


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A 200 with its ETag, made of its text unless it has one, or the 304 that it comes to."""
    if "ETag" not in response:
        response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    return unless_unchanged(request, response)


def unless_unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The 200, or the 304 when the caller has it already."""
    if "HTTP_IF_NONE_MATCH" not in request.META or getattr(response, "always_whole", False):
        return response
    if not names(request.META["HTTP_IF_NONE_MATCH"], response["ETag"]):
        return response
    return HttpResponseNotModified(headers=dict(of_unchanged(response.headers)))


def names(asked: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag, or anything at all."""
    if asked == etag:
        return True
    known = parse_etags(asked)
    return "*" in known or etag in [tag.removeprefix("W/") for tag in known]


def of_unchanged(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers of a 200 that its 304 has too."""
    return [(name, headers[name]) for name in ("ETag", "Cache-Control", "Vary", "Link") if name in headers]
