"""The service with one fault planted in it, the function that FAULT names: what the checks from outside must find."""

import json
import os
import random
import traceback
from collections.abc import Callable, Mapping
from typing import IO, Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils import timezone

from tracker.wsgi import application  # noqa: F401 what granian serves; it makes Django ready for what follows

# isort: split
from measures.api import leaks, parsers, problems, writes
from measures.api.progress import views
from measures.models import Event
from measures.operations import gate
from measures.queries import log
from measures.rules import limits
from tracker import urls


def keys_are_not_looked_up() -> None:
    def once(request: Any, act: Callable[..., Any], **options: Any) -> HttpResponse:
        return writes._rendered(act(timezone.now()))

    writes._once = once


def if_match_is_not_compared() -> None:
    views.require_version = lambda request, version: None


def nothing_is_tried_again() -> None:
    writes.TRIES = 1


def the_feed_is_in_the_order_of_numbers() -> None:
    """A transaction that ends later can have the lower number, and is passed by."""

    def feed(events: QuerySet[Event], *, after: int, limit: int, newest: int) -> tuple[list[Event], int]:
        found = list(events.filter(pk__gt=after).annotate(position=F("pk")).order_by("pk")[:limit])
        return found, found[-1].pk if found else after

    log.feed = feed


def the_gate_sees_no_change() -> None:
    gate._revision = lambda *counted: 1  # type: ignore[assignment]


def requests_are_counted_in_two_places() -> None:
    key = limits.Quota.key
    limits.Quota.key = lambda self, at: f"{key(self, at)} {random.randrange(2)}"  # type: ignore[method-assign]


def tokens_are_taken_anywhere() -> None:
    leaks.problem_in = lambda path, meta: None


def json_is_read_as_python_likes_it() -> None:
    def parse(self: Any, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        return json.loads(stream.read() or b"{}")

    parsers.StrictJSONParser.parse = parse  # type: ignore[method-assign]


def refusals_show_their_trace() -> None:
    handle = problems.handle

    def shown(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
        response = handle(exc, context)
        if response is not None:
            body = json.loads(response.content) | {"trace": "".join(traceback.format_exception(exc))}
            response.content = json.dumps(body).encode()
        return response

    problems.handle = shown


def unknown_addresses_get_a_page() -> None:
    urls.handler404 = lambda request, exception: HttpResponse("<html>Not Found</html>", status=404)


globals()[os.environ["FAULT"]]()
