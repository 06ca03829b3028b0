"""What every page is: read only, of one moment, compressed, and a refusal of the API's where that refuses."""

import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from measures.api import known_at, problems
from measures.api.filters import unknown
from measures.errors import BadInput
from measures.messages import say
from measures.web.asking import RefusedError

# What a browser's field for date and time sends: the time of whoever reads the page, who reads it in Japan.
WITHOUT_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?")
Content = Callable[..., dict[str, Any]]


def page(template: str, takes: Collection[str] | None = ()) -> Callable[[Content], Callable[..., HttpResponse]]:
    """Makes a view of a function that gives the template's content; it asks by asking.ask, which knows the moment.

    `takes` are the parameters that it has a use for, None when all go to a list of the API's, which knows its own.
    """

    def made(content: Content) -> Callable[..., HttpResponse]:
        @gzip_page
        @require_safe
        @wraps(content)
        def view(request: HttpRequest, **named: str) -> HttpResponse:
            try:
                request.known_at = _moment(request)  # type: ignore[attr-defined]
                _refuse_strange(request, takes)
                response = render(request, template, content(request, **named))
            except BadInput as refusal:
                return problems.answer(request, 400, refusal.code, refusal.detail, problems=refusal.problems)
            except RefusedError as error:
                return refused(request, error.answer)
            response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ("Cookie", "Accept-Language"))
            return response

        return view

    return made


def _moment(request: HttpRequest) -> Any:
    """The instant that the page is of, None for now; without an offset it is one in Japan. Raises BadInput."""
    given = request.GET.getlist(known_at.PARAMETER)
    text = (given or [""])[-1].strip()
    if WITHOUT_OFFSET.fullmatch(text):
        text = f"{text if 'T' in text else text + 'T00:00'}+09:00"
    moment = known_at.moment_in(text) if text else None
    request.moment_asked = text  # type: ignore[attr-defined]
    return moment


def _refuse_strange(request: HttpRequest, takes: Collection[str] | None) -> None:
    """Raises BadInput with each parameter that nobody here has a use for."""
    if takes is not None and (problems := unknown(request.GET, {*takes, known_at.PARAMETER})):
        raise BadInput(problems)


def refused(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The refusal, but for one who has only to sign in, who is led there."""
    if answer.status_code == 401:
        return redirect(f"/login?{urlencode({'next': request.get_full_path()})}")
    if answer.status_code == 404:
        return problems.answer(request, 404, "not-found", say("There is nothing here that you may see."))
    return answer
