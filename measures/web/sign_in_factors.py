"""The pages at /account/factor: setting up a second factor, its recovery codes, and taking it away."""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.utils import decrypt, encrypt
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from measures.api.authentication import FACTOR_PAGE, FACTOR_SHOWN, owes_factor
from measures.api.edge import API
from measures.errors import BadInput, WrongTurn
from measures.messages import lazy, say
from measures.models import Person
from measures.operations import sign_in_factors as factors
from measures.operations.moments import day_of
from measures.operations.sign_in_secrets import Adapter
from measures.queries import people
from measures.queries.sign_in import factor as factor_of
from measures.queries.sign_in import has_factor
from measures.rules.roles import Actor
from measures.rules.sign_in import owes_factor as asks_for_factor
from measures.web.sign_in import called, locked, locked_out, page, person_of, request_id_of, wanted, wrong_code

# The key that is shown, encrypted, until a code shows that it was taken.
OFFERED = "offered_factor"
# What is reached before a second factor that is owed: it, the way in and out, and what pages are made of.
BEFORE_IT = (FACTOR_PAGE, settings.LOGIN_URL, "/logout", "/choices/", settings.STATIC_URL, "/livez", "/readyz", API)
Page = Callable[[HttpRequest], HttpResponse]


class FirstCodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("Code that your device shows now"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class FactorFirstMiddleware:
    """Leads whoever owes a second factor to where it is set up, from every page; the API refuses by itself."""

    def __init__(self, get_response: Page) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_free(request) or not owes_factor(request, _actor(request, timezone.now())):
            return self.get_response(request)
        to = request.get_full_path() if request.method == "GET" else "/"
        return HttpResponseRedirect(f"{FACTOR_PAGE}?{urlencode({'next': to})}")

    def _is_free(self, request: HttpRequest) -> bool:
        """Whether nothing is asked, found out without asking the database where that can be."""
        return (
            not settings.SECOND_FACTOR_DUTIES
            or request.path.startswith(BEFORE_IT)
            or settings.SESSION_COOKIE_NAME not in request.COOKIES
            or not request.user.is_authenticated
            or bool(request.session.get(FACTOR_SHOWN))
        )


@never_cache
@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """What there is, or the key of a new one; a code of it sets it up and shows the recovery codes, once."""
    person = person_of(request)
    form = FirstCodeForm(request.POST or None)
    if has_factor(person.pk):
        return _held_page(request, person)
    if request.method != "POST":
        return _offer_page(request, person, form)
    given = form.cleaned_data["code"] if form.is_valid() else ""
    if OFFERED not in request.session:
        return _offer_page(request, person, form)
    try:
        codes = factors.set_up(
            person=person,
            secret=decrypt(request.session[OFFERED]),
            code=given,
            session_key=request.session.session_key,
            at=timezone.now(),
            request_id=request_id_of(request),
        )
    except BadInput as refusal:
        return _offer_page(request, person, form, alert=str(refusal.problems[0].detail))
    except WrongTurn:
        return _held_page(request, person)
    del request.session[OFFERED]
    request.session[FACTOR_SHOWN] = True
    return _codes_page(request, codes)


@never_cache
@login_required
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, for a code."""
    refused = _refused(request)
    if refused:
        return refused
    person = person_of(request)
    return _codes_page(
        request, factors.renew_codes(person=person, at=timezone.now(), request_id=request_id_of(request))
    )


@never_cache
@login_required
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Takes the second factor away, for a code, unless a duty asks for it."""
    person, at = person_of(request), timezone.now()
    if _is_asked_for(request, at):
        return _held_page(request, person, alert=say("Your duty asks for the second factor: it stays."), status=403)
    refused = _refused(request)
    if refused:
        return refused
    factors.remove(person=person, at=at, remover_id=person.pk, request_id=request_id_of(request))
    request.session[FACTOR_SHOWN] = False
    return HttpResponseRedirect("/account")


def _refused(request: HttpRequest) -> HttpResponse | None:
    """The page again, unless a right code came with the request."""
    person = person_of(request)
    given = request.POST.get("code", "")[:32]
    if not has_factor(person.pk):
        return HttpResponseRedirect(FACTOR_PAGE)
    attempt = factors.with_code(person=person, code=given, at=timezone.now(), **called(request))
    if attempt.lock:
        return locked(_held_page(request, person, alert=locked_out(attempt.lock)), attempt.lock)
    return None if attempt.person else _held_page(request, person, alert=wrong_code())


def _is_asked_for(request: HttpRequest, at: datetime) -> bool:
    duties = _actor(request, at).duties
    return asks_for_factor(duties, asked_of=settings.SECOND_FACTOR_DUTIES, has_shown=False)


def _actor(request: HttpRequest, at: datetime) -> Actor:
    return people.actor(person_id=person_of(request).pk, scopes=(), on=day_of(at), request_id=request_id_of(request))


def _offer_page(request: HttpRequest, person: Person, form: forms.Form, *, alert: str = "") -> HttpResponse:
    if OFFERED not in request.session:
        request.session[OFFERED] = encrypt(factors.new_secret())
    secret = decrypt(request.session[OFFERED])
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    content = {"form": form, "alert": alert, "is_owed": owes_factor(request, _actor(request, timezone.now()))}
    offered = {"picture": _picture(person, secret), "secret": grouped, "person": person}
    return page(request, "factor_offer", title=say("Set up a second factor"), **content, **offered)


def _held_page(request: HttpRequest, person: Person, *, alert: str = "", status: int = 200) -> HttpResponse:
    is_asked_for = _is_asked_for(request, timezone.now())
    content = {"held": factor_of(person.pk), "alert": alert, "is_asked_for": is_asked_for}
    if owes_factor(request, _actor(request, timezone.now())):
        content["alert"] = alert or say("Sign out and in again: your session began before the second factor.")
    response = page(request, "factor", title=say("Second factor"), **content)
    response.status_code = status
    return response


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    grouped = [f"{one[:4]} {one[4:]}" for one in codes]
    return page(request, "factor_codes", title=say("Recovery codes"), codes=grouped, to=wanted(request))


def _picture(person: Person, secret: str) -> str:
    """The key as a QR code: an SVG without styles, black on white also where the page is dark."""
    adapter = Adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(person, secret))
    opened, _, rest = drawn[drawn.index("<svg") :].partition(">")
    return f'{opened} aria-hidden="true"><rect width="100%" height="100%" fill="#ffffff"/>{rest}'
