"""What a reader chooses for all pages: the language and the theme, each kept in a cookie of the browser's."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from measures.api import problems
from measures.messages import say

A_YEAR = 31_536_000
THEMES = ("light", "dark", "system")
CHOICES = {
    "language": (settings.LANGUAGE_COOKIE_NAME, tuple(code for code, _ in settings.LANGUAGES)),
    "theme": ("theme", THEMES),
}


# Whoever made a browser send this changed how pages look in it and nothing else; a token would set a cookie for all.
@csrf_exempt
@require_POST
def choose(request: HttpRequest, what: str) -> HttpResponse:
    """Keeps the choice and leads back; the system's theme is no cookie at all."""
    if what not in CHOICES:
        raise Http404
    cookie, words = CHOICES[what]
    word = request.POST.get(what, "")
    if word not in words:
        return problems.answer(request, 400, "unknown-value", say("Choose one of: {words}.", words=", ".join(words)))
    response = redirect(_back(request))
    if word == "system":
        response.delete_cookie(cookie)
    else:
        response.set_cookie(cookie, word, max_age=A_YEAR, samesite="Lax", secure=settings.BEHIND_TLS, httponly=True)
    return response


def _back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if is_ours else "/"
