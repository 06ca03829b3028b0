"""`known_at`: the moment from whose knowledge an answer is drawn, on every read of domain data."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from measures.api.filters import InstantField
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.queries import as_of
from measures.rules.days import day_of

PARAMETER = "known_at"
# No transaction runs for as long, so nothing can be recorded before this any more.
SETTLED = timedelta(seconds=15)


class KnownAt:
    """A view whose GET takes `known_at`; one that shows nothing of the domain sets `takes_known_at` to False.

    What `passes` by the clock alone is not kept by anybody.
    """

    takes_known_at = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        moment = moment_of(request) if self.takes_known_at else None
        with as_of.known_at(moment):
            response = super().get(request, *args, **kwargs)  # type: ignore[misc]
        if getattr(request._request, "is_passing", False):
            response.is_final = False
        return marked(response, moment)


def moment_of(request: Request) -> datetime | None:
    """The instant in `known_at`, noted on the request for those who render; BadInput when it is naive or to come."""
    given = request.query_params
    moment = moment_in(given[PARAMETER]) if PARAMETER in given else None
    request._request.known_at = moment
    return moment


def moment_in(text: str) -> datetime:
    """The instant that `text` names; BadInput when it is none, naive or to come."""
    try:
        moment: datetime | None = InstantField().clean(text)
    except ValidationError as error:
        raise _refused("invalid", " ".join(error.messages)) from None
    if moment is None or moment > timezone.now():
        raise _refused("in-the-future", say("Nothing is known yet of a moment to come: send an earlier one."))
    return moment


def noted(request: Request | HttpRequest) -> datetime | None:
    """The moment that this request asks about, None for now."""
    return getattr(getattr(request, "_request", request), PARAMETER, None)


def day_asked(request: Request | HttpRequest) -> date:
    """The day of which this request asks: today, or that of the moment it asks about."""
    return day_of(noted(request) or timezone.now())


def marked(response: HttpResponse, moment: datetime | None) -> HttpResponse:
    """Says whether the answer is final; the edge says then how long it may be kept."""
    if moment is not None:
        response.is_final = timezone.now() - moment > SETTLED
    return response


def passes(request: Request) -> None:
    """Says that the answer holds something that ends at an instant, without an event."""
    request._request.is_passing = True


def parameter() -> dict[str, Any]:
    """What the OpenAPI document says of it."""
    return {
        "name": PARAMETER,
        "in": "query",
        "required": False,
        "description": "An instant with its offset, not in the future: the answer as it could have been given then. "
        "Past answers name people by their ids and have no `actions`; one that is more than 15 seconds old is final.",
        "schema": {"type": "string", "format": "date-time", "examples": ["2026-11-23T15:04:05+09:00"]},
    }


def _refused(code: str, detail: str) -> BadInput:
    return BadInput([Problem("", code, detail, parameter=PARAMETER)])
