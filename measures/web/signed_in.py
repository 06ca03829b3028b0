"""The pages of whoever is signed in: who that is, the duty they act under, and what they wrote after they were not."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from measures.messages import say
from measures.operations.moments import day_of
from measures.queries import people
from measures.rules.roles import Actor, DutyHeld, under
from measures.vocabulary import Role, Scope, label
from measures.web.asking import RefusedError
from measures.web.pages import refused
from measures.web.sign_in import page as plain_page
from measures.web.sign_in import person_of, request_id_of
from measures.web.telling import Telling

View = Callable[..., HttpResponse]
# Names one of the person's duties, to act under that one alone; a cookie of the browser's, checked at each request.
COOKIE = "acting_as"
# What a form says beside what people wrote in it.
NOT_WRITTEN = ("csrfmiddlewaretoken", "key", "version", "do")
# Where people write passwords and codes.
SECRET = ("/login", "/account")
# Whatever is shorter is sooner written again than copied.
LONG = 12


def signed_in(view: View) -> View:
    """Makes a page of `view` that is for someone who is signed in; it asks and sends as they, under their duty.

    Who is not is led to signing in. What the API refuses is refused here, as it would be there.
    """

    @never_cache
    @gzip_page
    @wraps(view)
    def page(request: HttpRequest, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sent_away(request)
        request.acting_as = _acting_as(request)  # type: ignore[attr-defined]
        try:
            return view(request, **named)
        except RefusedError as error:
            return refused(request, error.answer)

    return page


def shown(request: HttpRequest, template: str, content: dict[str, Any], telling: Telling | None = None) -> HttpResponse:
    """The page, which is of now; with the status of what was refused, if something was, and the words for it."""
    about = {"is_timeless": True, "told": telling, "key": secrets.token_hex(16), "acting_as": _choice(request)}
    return render(request, f"measures/{template}.html", {**about, **content}, status=telling.status if telling else 200)


def written(request: HttpRequest) -> list[str]:
    """What somebody wrote into a form that was read and not taken; never what is secret."""
    if request.method != "POST" or not hasattr(request, "_post") or request.path.startswith(SECRET):
        return []
    return [str(text) for name, text in request.POST.items() if name not in NOT_WRITTEN and len(str(text)) > LONG]


def led(address: str) -> HttpResponse:
    """Where one goes after something was done; by GET, so that going back or reloading does it no second time."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def actor(request: HttpRequest) -> Actor:
    """Who the API takes the caller for: every scope, the duty that was chosen or all of them; one statement."""
    on, request_id = day_of(timezone.now()), request_id_of(request)
    whole = people.actor(person_id=person_of(request).pk, scopes=Scope.values, on=on, request_id=request_id)
    chosen = next((duty for duty in whole.duties if str(duty) == getattr(request, "acting_as", "")), None)
    return whole if chosen is None else under(whole, chosen) or whole


def duties(request: HttpRequest) -> frozenset[DutyHeld]:
    """Those that the person holds today; one statement a page, however often it is asked."""
    held: frozenset[DutyHeld] | None = getattr(request, "duties_held", None)
    if held is None:
        person = person_of(request)
        held = people.actor(person_id=person.pk, scopes=(), on=day_of(timezone.now()), request_id="").duties
        request.duties_held = held  # type: ignore[attr-defined]
    return held


@signed_in
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Keeps under which duty one acts; all of them together when the form names none that is held."""
    given, to = request.POST.get(COOKIE, ""), request.POST.get("next", "")
    response = led(to if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "/desk")
    if given in {str(duty) for duty in duties(request)}:
        response.set_cookie(COOKIE, given, samesite="Lax", secure=settings.BEHIND_TLS, httponly=True)
    else:
        response.delete_cookie(COOKIE)
    return response


def _sent_away(request: HttpRequest) -> HttpResponse:
    """To signing in; what was written is shown first, since nothing else has it."""
    to = f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"
    if request.method != "POST":
        return redirect(to)
    texts = written(request)
    response = plain_page(request, "session_ended", title=say("Your session has ended"), to=to, texts=texts)
    response.status_code = 401
    return response


def _acting_as(request: HttpRequest) -> str:
    """The duty that was chosen, while it is held; blank for all of them."""
    given = request.COOKIES.get(COOKIE, "")
    return given if given and given in {str(duty) for duty in duties(request)} else ""


def _choice(request: HttpRequest) -> dict[str, Any]:
    """What a person with several duties can act as."""
    held = sorted(duties(request), key=str)
    now = getattr(request, "acting_as", "")
    options = [{"code": str(one), "title": _called(one), "is_on": str(one) == now} for one in held]
    return {"options": options if len(held) > 1 else [], "all": say("All my duties")}


def _called(duty: DutyHeld) -> str:
    return f"{label(Role, duty.role, get_language() or '')} ({duty.ministry})"
