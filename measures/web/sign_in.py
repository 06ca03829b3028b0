"""The page at /login: a user name and its password."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from measures.messages import lazy, say
from measures.models import Person
from measures.operations import sign_in as signing_in
from measures.rules.limits import Spent

BACKEND = "django.contrib.auth.backends.ModelBackend"


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


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; with a right password a session begins and leads to `next`, with a wrong one it is the form again."""
    form = PasswordForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, alert=wrong_password())
    at = timezone.now()
    attempt = signing_in.with_password(
        **form.cleaned_data, caller=caller_of(request), at=at, request_id=request_id_of(request)
    )
    if attempt.lock:
        return locked(_page(request, form, alert=locked_out(attempt.lock)), attempt.lock)
    if attempt.person is None:
        return _page(request, form, alert=wrong_password())
    enter(request, attempt.person, how=signing_in.PASSWORD, at=at)
    return HttpResponseRedirect(wanted(request))


def enter(request: HttpRequest, person: Person, *, how: str, at: datetime) -> None:
    """Begins the session of `person`, under a new key, and its event."""
    with transaction.atomic():
        login(request, person, backend=BACKEND)
        called = {"caller": caller_of(request), "request_id": request_id_of(request)}
        signing_in.begin(session=request.session, person=person, how=how, at=at, **called)


def wanted(request: HttpRequest) -> str:
    """Where `next` leads, if that is here."""
    given = request.POST.get("next") or request.GET.get("next", "")
    is_here = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if is_here and given.startswith("/") else settings.LOGIN_REDIRECT_URL


def caller_of(request: HttpRequest) -> str:
    """The keyed hash of the address, as it is counted under."""
    return str(getattr(request, "caller", ""))


def request_id_of(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def wrong_password() -> str:
    return say("The user name or the password is wrong.")


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


def _page(request: HttpRequest, form: forms.Form, *, alert: str = "") -> HttpResponse:
    words = {"title": say("Sign in"), "button": say("Sign in")}
    return render(request, "measures/login.html", {"form": form, "alert": alert, "words": words})
