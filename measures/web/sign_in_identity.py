"""The pages at /login/identity: to the identity provider, and back with what it says of somebody."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from measures.messages import say
from measures.operations import sign_in as passwords
from measures.operations import sign_in_identities as identities
from measures.web import sign_in_provider as provider
from measures.web.sign_in import called, enter, go_on, page, wanted
from measures.web.sign_in_provider import UntrustedError


@never_cache
@require_GET
def there(request: HttpRequest) -> HttpResponse:
    """Leads to the provider. By GET, since a policy that lets forms be sent only here stops one that is led away."""
    _configured()
    try:
        return provider.led_there(request, to=wanted(request))
    except provider.BROKEN:
        return _refused(request, say("The identity provider does not answer: try again later."), status=503)


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Lets in whom the provider shows to be one of our people; for anyone else nothing is made."""
    _configured()
    state = provider.begun(request)
    if state is None:
        return _refused(request, say("This answer was used, is too old, or belongs to another browser: begin again."))
    if "code" not in request.GET:
        return _refused(request, say("The identity provider did not sign you in."))
    at = timezone.now()
    try:
        shown = provider.shown_by(request, state)
    except UntrustedError:
        passwords.record_failure(None, None, how=identities.IDENTITY, at=at, **called(request))
        return _refused(request, say("The answer of the identity provider cannot be trusted: begin again."))
    who: dict[str, Any] = {"issuer": shown.issuer, "subject": shown.subject, "email": shown.email}
    person = identities.find(**who, at=at, **called(request))
    if person is None:
        detail = say(
            "No open account here belongs to your identity '{subject}': ask an administrator to link it.",
            subject=shown.subject,
        )
        return _refused(request, detail, status=403)
    to = state.get("next") or settings.LOGIN_REDIRECT_URL
    if not shown.with_factor:
        return go_on(request, person, how=identities.IDENTITY, at=at, to=to)
    enter(request, person, how=identities.IDENTITY, at=at, has_shown=True)
    return HttpResponseRedirect(to)


def _configured() -> None:
    if not provider.name():
        raise Http404


def _refused(request: HttpRequest, detail: str, *, status: int = 400) -> HttpResponse:
    response = page(request, "identity", title=say("Not signed in"), alert=detail)
    response.status_code = status
    return response
