"""The change feed: every event in the order of the log, from any position on."""

import re
import time
from threading import BoundedSemaphore
from typing import Any

import orjson
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api.authentication import actor_of
from measures.api.fields import InstantField
from measures.api.filters import ChoicesFilter, NumbersFilter, StrictFilterSet, SubjectsFilter
from measures.api.pagination import DEFAULT_LIMIT, MAX_LIMIT, limit_of
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Event
from measures.queries import log
from measures.vocabulary import Audience, EventSubject, EventVerb, Role

POSITION = re.compile(r"0|[1-9][0-9]{0,17}")
LARGEST_POSITION = 10**18 - 1
LONGEST_WAIT = 30
LOOK_SECONDS = 0.15
# Of a worker's eight threads; who comes when so many wait is answered at once, so that others are answered at all.
WAITING = BoundedSemaphore(4)


class SubjectOut(serializers.Serializer[Any]):
    type = serializers.CharField()
    code = serializers.CharField()


class ActingDutyOut(serializers.Serializer[Any]):
    """The duty under which someone acted."""

    role = serializers.ChoiceField(choices=Role)
    ministry = serializers.CharField()


class EventOut(serializers.Serializer[Any]):
    """A change; `before` and `after` are what it found and left, null when there was nothing."""

    position = serializers.IntegerField(
        help_text="1, 2, 3, ...: never changed, and without gaps but for what is hidden."
    )
    id = serializers.IntegerField()
    at = InstantField()
    actor = serializers.IntegerField(allow_null=True, help_text="A person's number; null for a command.")
    acting_as = ActingDutyOut(allow_null=True, help_text="Null where no duty was needed, as for a command.")
    verb = serializers.CharField()
    subject = SubjectOut()
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)
    request_id = serializers.CharField()
    audience = serializers.ChoiceField(choices=Audience)
    ministry = serializers.CharField(allow_null=True, help_text="Whose event it is, where the audience is a ministry.")
    leaf_hash = serializers.CharField(help_text="SHA-256, in hexadecimal: the event's leaf in the tree.")

    def to_representation(self, event: Event) -> dict[str, Any]:
        body = orjson.loads(event.body)
        return {
            "position": event.position,
            "id": event.pk,
            "at": self.fields["at"].to_representation(event.at),
            "actor": event.actor_id,
            "acting_as": body.get("acting_as"),
            "verb": event.verb,
            "subject": {"type": event.subject_type, "code": event.subject_code},
            "before": body.get("before"),
            "after": body.get("after"),
            "request_id": event.request_id,
            "audience": event.audience,
            "ministry": event.ministry.code if event.ministry else None,
            "leaf_hash": bytes(event.leaf_hash).hex(),
        }


class EventPageOut(serializers.Serializer[Any]):
    items = EventOut(many=True)
    next = serializers.IntegerField(help_text="Send it as `after` for what comes then, at once or at any later time.")
    newest = serializers.IntegerField(help_text="The last position of the log; below it, there is more to ask for.")


class EventFilter(StrictFilterSet):
    subject = SubjectsFilter(EventSubject)
    verb = ChoicesFilter(EventVerb, distinct=False)
    actor = NumbersFilter(field_name="actor_id")


class EventList(GenericAPIView):
    serializer_class = EventPageOut
    filterset_class = EventFilter
    pagination_class = None
    parameters = ("after", "limit", "wait")

    def get_queryset(self) -> QuerySet[Event]:
        if getattr(self, "swagger_fake_view", False):
            return Event.objects.none()
        return log.visible_to(actor_of(self.request))

    @extend_schema(
        responses=EventPageOut,
        parameters=[
            OpenApiParameter(
                "after",
                {"type": "integer", "minimum": 0, "maximum": LARGEST_POSITION, "default": 0},
                description="The position behind which to begin: `next` of the page before, 0 for the beginning.",
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                description="How many items a page holds.",
            ),
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
                description="How many seconds to wait for an event when there is none. Where many wait already, an "
                "empty page comes sooner.",
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """The change feed: each event once, in the order of the log

        Whoever keeps `next` and asks again with it as `after` misses nothing and sees nothing twice, whatever broke off
        in between. Events that are not the caller's to see, or filtered out, are passed by: `next` moves past them.
        """
        events = self.filter_queryset(self.get_queryset())
        after = _number(request, "after", LARGEST_POSITION)
        limit, seconds = limit_of(request), _number(request, "wait", LONGEST_WAIT)
        page = _page(events, after, limit)
        if seconds and not page["items"] and WAITING.acquire(blocking=False):
            try:
                page = _next_page(events, page, limit, seconds)
            finally:
                WAITING.release()
        return Response({**page, "items": EventOut(page["items"], many=True).data})


def _page(events: QuerySet[Event], after: int, limit: int) -> dict[str, Any]:
    newest = log.size()
    items, next_ = log.feed(events, after=after, limit=limit, newest=newest)
    return {"items": items, "next": next_, "newest": newest}


def _next_page(events: QuerySet[Event], page: dict[str, Any], limit: int, seconds: int) -> dict[str, Any]:
    """The first page behind the empty `page` that has items, or the last empty one when the time is over.

    It asks for the newest position only, one row, and holds no transaction meanwhile.
    """
    until = time.monotonic() + seconds
    while not page["items"] and (left := until - time.monotonic()) > 0:
        # Behind a page that was cut short there is more already.
        if page["next"] >= page["newest"]:
            time.sleep(min(LOOK_SECONDS, left))
        if page["next"] < page["newest"] or log.size() > page["newest"]:
            page = _page(events, page["next"], limit)
    return page


def _number(request: Request, name: str, most: int) -> int:
    given = request.query_params.get(name, "0")
    if POSITION.fullmatch(given) and int(given) <= most:
        return int(given)
    detail = say("{name} must be a whole number from {least} to {most}.", name=name, least=0, most=most)
    raise BadInput([Problem("", "invalid", detail, parameter=name)])
