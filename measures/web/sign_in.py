"""The pages at /login and /login/code, and the way out: a password, a code where the account has one, a session."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from measures.api.addresses import address_of, caller_of
from measures.api.authentication import FACTOR_SHOWN
from measures.errors import NotVisible
from measures.messages import lazy, say
from measures.models import Person, SignIn
from measures.operations import sign_in as passwords
from measures.operations import sign_in_factors as factors
from measures.operations import sign_in_sessions as sessions
from measures.queries.sign_in import has_factor
from measures.rules.limits import Spent
from measures.web import sign_in_provider as provider

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Who gave a right password is kept so many seconds in the session while the code is asked for.
PENDING, PENDING_SECONDS = "sign_in", 300
CODE_PAGE = f"{settings.LOGIN_URL}/code"


class PasswordForm(forms.Form):
    username = forms.CharField(
        label=lazy("User name"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    # Longer ones would only be work for the hash.
    password = forms.CharField(
        label=lazy("Password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=lazy("Code of your device, or a recovery code"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


@dataclass(frozen=True, slots=True)
class Pending:
    """Who gave a right password, until when (seconds since 1970) it counts, and where they wanted to go."""

    person_id: int
    how: str
    until: float
    next: str
    # Changes with the password.
    auth_hash: str


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; a right password leads on, a wrong one to the form again."""
    form = PasswordForm(request.POST or None)
    if request.method != "POST":
        return _password_page(request, form)
    if not form.is_valid():
        return _password_page(request, form, alert=_wrong_password())
    at = timezone.now()
    attempt = passwords.with_password(**form.cleaned_data, at=at, **called(request))
    if attempt.lock:
        return locked(_password_page(request, form, alert=locked_out(attempt.lock)), attempt.lock)
    if attempt.person is None:
        return _password_page(request, form, alert=_wrong_password())
    return go_on(request, attempt.person, how=passwords.PASSWORD, at=at, to=wanted(request))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks who gave a right password for a code; without one, or too late, it leads back to the beginning."""
    at = timezone.now()
    pending = Pending(**request.session[PENDING]) if PENDING in request.session else None
    person = _still(pending, at) if pending else None
    if pending is None or person is None:
        request.session.pop(PENDING, None)
        return HttpResponseRedirect(settings.LOGIN_URL)
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return _code_page(request, form)
    given = form.cleaned_data["code"] if form.is_valid() else ""
    attempt = factors.with_code(person=person, code=given, at=at, **called(request))
    if attempt.lock:
        return locked(_code_page(request, form, alert=locked_out(attempt.lock)), attempt.lock)
    if attempt.person is None:
        return _code_page(request, form, alert=wrong_code())
    enter(request, person, how=pending.how, at=at, has_shown=True)
    return HttpResponseRedirect(pending.next)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    begun = SignIn.objects.filter(pk=request.session.session_key or "").select_related("person").first()
    if begun and request.user.is_authenticated:
        ended = {"public_id": begun.public_id, "why": "signed-out", "request_id": request_id_of(request)}
        # Someone else may end it at this moment.
        with suppress(NotVisible):
            sessions.end(person=begun.person, at=timezone.now(), **ended)
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)


def go_on(request: HttpRequest, person: Person, *, how: str, at: datetime, to: str) -> HttpResponse:
    """Lets someone in who proved who they are, or asks for the code of the account's second factor first."""
    if not has_factor(person.pk):
        enter(request, person, how=how, at=at, has_shown=False)
        return HttpResponseRedirect(to)
    until = at.timestamp() + PENDING_SECONDS
    pending = Pending(person.pk, how, until, to, person.get_session_auth_hash())
    request.session.cycle_key()
    request.session[PENDING] = asdict(pending)
    return HttpResponseRedirect(CODE_PAGE)


def enter(request: HttpRequest, person: Person, *, how: str, at: datetime, has_shown: bool) -> None:
    """Begins the session of `person`, under a new key, and its event; `has_shown` a second factor or not."""
    with transaction.atomic():
        login(request, person, backend=BACKEND)
        request.session.pop(PENDING, None)
        request.session[FACTOR_SHOWN] = has_shown
        sessions.begin(
            session=request.session,
            person=person,
            how=how,
            address=address_of(request.META),
            agent=request.META.get("HTTP_USER_AGENT", ""),
            at=at,
            **called(request),
        )


def called(request: HttpRequest) -> dict[str, Any]:
    """What the log is told of a request: its id, and a keyed hash of the address it came from."""
    return {"caller": caller_of(request.META), "request_id": request_id_of(request)}


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; LookupError when nobody is, which the view has made sure of."""
    if not isinstance(request.user, Person):
        raise LookupError("nobody is signed in")
    return request.user


def request_id_of(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def wanted(request: HttpRequest) -> str:
    """Where `next` leads, if that is here."""
    given = request.POST.get("next") or request.GET.get("next", "")
    is_here = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if is_here and given.startswith("/") else settings.LOGIN_REDIRECT_URL


def page(request: HttpRequest, template: str, *, title: str, **content: Any) -> HttpResponse:
    """A page about signing in, which has no past to be shown."""
    return render(request, f"measures/{template}.html", {"title": title, "is_timeless": True, **content})


def wrong_code() -> str:
    return say("The code is wrong, or was used already.")


def locked_out(lock: Spent) -> str:
    return say(
        "Too often was a wrong password or code given for this user name: come back in {left} s, at {when}.",
        left=lock.seconds_left,
        when=timezone.localtime(lock.back_at).isoformat(timespec="seconds"),
    )


def locked(response: HttpResponse, lock: Spent) -> HttpResponse:
    """The page as the answer of an account that takes nothing at the moment."""
    response.status_code = 429
    response["Retry-After"] = str(lock.seconds_left)
    return response


def _still(pending: Pending, at: datetime) -> Person | None:
    """The person whose right password still counts."""
    person = Person.objects.filter(pk=pending.person_id, is_active=True).first()
    if person is None or at.timestamp() > pending.until:
        return None
    return person if constant_time_compare(person.get_session_auth_hash(), pending.auth_hash) else None


def _wrong_password() -> str:
    return say("The user name or the password is wrong.")


def _password_page(request: HttpRequest, form: forms.Form, *, alert: str = "") -> HttpResponse:
    content = {"form": form, "alert": alert, "button": say("Sign in"), "to": wanted(request)}
    return page(request, "login", title=say("Sign in"), provider=provider.name(), **content)


def _code_page(request: HttpRequest, form: forms.Form, *, alert: str = "") -> HttpResponse:
    content = {"form": form, "alert": alert, "button": say("Sign in")}
    return page(request, "login", title=say("Second step"), **content)
