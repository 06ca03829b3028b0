"""The page at /account: where one is signed in, since when, and an end to it."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from measures.errors import NotVisible
from measures.messages import say
from measures.models import SignIn
from measures.operations import sign_in_sessions as sessions
from measures.queries import sign_in
from measures.web.sign_in import page, person_of, request_id_of

ACCOUNT_PAGE = "/account"
# The first that is found names it: most browsers also call themselves by the names of others.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("Linux", "Linux")),
)


class UseMiddleware:
    """Notes that the session of a signed-in browser is used, at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            sessions.note_use(session_key=request.session.session_key or "", at=timezone.now())
        return self.get_response(request)


@never_cache
@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """The person's sessions, the second factor and the identity, with the way to change them."""
    person = person_of(request)
    rows = [
        {"session": one, "device": device(one.agent), "is_this": one.pk == request.session.session_key}
        for one in sign_in.sessions(person.pk, at=timezone.now())
    ]
    held, identities = sign_in.factor(person.pk), sign_in.identities(person.pk)
    return page(request, "account", title=say("Your account"), rows=rows, held=held, identities=identities)


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Ends the session that the form names, or all but this one when it names none."""
    person, at = person_of(request), timezone.now()
    public_id, request_id = request.POST.get("session", ""), request_id_of(request)
    if not public_id:
        keep = request.session.session_key
        sessions.end_all(person=person, at=at, ender_id=person.pk, request_id=request_id, keep=keep)
        return HttpResponseRedirect(ACCOUNT_PAGE)
    own = SignIn.objects.filter(pk=request.session.session_key or "").values_list("public_id", flat=True).first()
    try:
        sessions.end(person=person, public_id=public_id.replace("\x00", ""), at=at, request_id=request_id)
    except NotVisible:
        # It has ended already, which is what was wanted.
        return HttpResponseRedirect(ACCOUNT_PAGE)
    if public_id != own:
        return HttpResponseRedirect(ACCOUNT_PAGE)
    request.session.flush()
    return HttpResponseRedirect(settings.LOGIN_URL)


def device(agent: str) -> str:
    """What a browser says of itself in a few words: Firefox, Windows."""
    found = [
        next((name for mark, name in names if re.search(rf"\b{mark}", agent)), "") for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or say("An unknown browser")
