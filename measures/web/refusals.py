"""A refusal outside of the API as a page, for whoever reads pages; it says what the problem says."""

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from measures.api.edge import API
from measures.api.problems import MEDIA_TYPE
from measures.web.frame import frame
from measures.web.signed_in import written


class RefusalPages:
    """Turns problem+json into a page where a browser asked for a page; a program that asks there has the problem.

    Nothing is asked of the database, which may be what failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_problem = response.status_code >= 400 and response.get("Content-Type") == MEDIA_TYPE
        if not is_problem or request.path.startswith(API) or "text/html" not in request.META.get("HTTP_ACCEPT", ""):
            return response
        problem = orjson.loads(response.content)
        language = response.get("Content-Language") or translation.get_language_from_request(request)
        with translation.override(language):
            response.content = _page(request, problem).encode()
        response["Content-Type"] = "text/html; charset=utf-8"
        response["Content-Length"] = str(len(response.content))
        response["Content-Language"] = language
        patch_vary_headers(response, ("Accept", "Accept-Language", "Cookie"))
        return response


def _page(request: HttpRequest, problem: dict[str, object]) -> str:
    """Without a request in its context, and so without whoever is signed in; with what was written and not taken."""
    content = {**frame(request), "problem": problem, "is_bare": True, "texts": written(request)}
    return render_to_string("measures/refusal.html", content)
