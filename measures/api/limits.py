"""How often a caller is answered: whose quota a request is counted under, and what the answer says of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from measures.api import problems
from measures.api.addresses import caller_of
from measures.api.authentication import Shown, shown_by
from measures.api.edge import API
from measures.messages import say
from measures.operations import limits
from measures.rules.limits import Policy, Quota, Spent

ANONYMOUS, READ, WRITE, SIGN_IN = "anonymous", "read", "write", "sign-in"
# Load balancers ask these all the time, and must hear even when the database does not answer.
UNCOUNTED = ("/livez", "/readyz")


class LimitMiddleware:
    """Counts each request that reaches a view, before anyone else looks at it; one too many is answered 429.

    An address that leads nowhere costs nothing and is not counted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        spent: Spent | None = getattr(request, "spent", None)
        if spent is None:
            return response
        if spent.quota.policy.name == SIGN_IN and response.status_code == 302:
            # The password was right: a whole office behind one address can begin its morning.
            spent = limits.give_back(spent)
        for name, value in told(spent):
            response[name] = value
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if request.path in UNCOUNTED:
            return None
        # The gate may have counted it already.
        if not hasattr(request, "spent"):
            request.spent = _spend(request, timezone.now())  # type: ignore[attr-defined]
        spent: Spent | None = request.spent  # type: ignore[attr-defined]
        return _refused(request, spent) if spent and spent.is_over else None


def told(spent: Spent) -> list[tuple[str, str]]:
    """The headers that say what is left, names and values."""
    policy = spent.quota.policy
    return [
        ("RateLimit-Policy", f'"{policy.name}";q={policy.most};w={policy.seconds}'),
        ("RateLimit", f'"{policy.name}";r={spent.left};t={spent.seconds_left}'),
    ]


def policy(name: str) -> Policy:
    """The policy as it is set."""
    return Policy(name, *settings.LIMITS[name])


def _spend(request: HttpRequest, at: datetime) -> Spent | None:
    address = caller_of(request.META)
    guesses = Quota(policy(SIGN_IN), address)
    shown = shown_by(request) if request.path.startswith(API) else None
    is_guess = bool(shown and shown.is_guess) or (request.method == "POST" and _takes_guesses(request.path))
    if is_guess and not guesses.policy.is_off:
        return limits.spend(quota=guesses, at=at)
    person_id = _person_id(request, shown)
    if person_id is None:
        quota = Quota(policy(ANONYMOUS), address)
    else:
        quota = Quota(policy(READ if request.method in ("GET", "HEAD", "OPTIONS") else WRITE), f"person {person_id}")
    return limits.spend(quota=quota, at=at, bar=guesses if shown else None)


def _takes_guesses(path: str) -> bool:
    """Whether it is a page that takes passwords or codes."""
    return path == settings.LOGIN_URL or path.startswith(f"{settings.LOGIN_URL}/")


def _person_id(request: HttpRequest, shown: Shown | None) -> int | None:
    if shown:
        return shown.token.person_id if shown.token else None
    # Without its cookie nobody is signed in, and nothing needs to be looked up.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user.pk if request.user.is_authenticated else None


def _refused(request: HttpRequest, spent: Spent) -> HttpResponse:
    policy = spent.quota.policy
    given = {
        "most": policy.most,
        "seconds": policy.seconds,
        "left": spent.seconds_left,
        "when": timezone.localtime(spent.back_at).isoformat(timespec="seconds"),
    }
    if policy.name == SIGN_IN:
        detail = say(
            "{most} wrong credentials came from your address within {seconds} s: come back in {left} s, at {when}.",
            **given,
        )
    else:
        detail = say(
            "{most} requests in {seconds} s are answered, and these were more: come back in {left} s, at {when}.",
            **given,
        )
    response = problems.answer(request, 429, "rate-limited", detail)
    response["Retry-After"] = str(spent.seconds_left)
    return response
