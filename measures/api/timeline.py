"""The timeline of a measure."""

from typing import Any

import orjson
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api.events import SubjectOut
from measures.api.fields import InstantField, LabelField
from measures.api.views import ListView, find
from measures.models import Event, Measure
from measures.queries import timeline
from measures.vocabulary import Audience, EventSubject, EventVerb


class TimelineOut(serializers.ModelSerializer[Event]):
    """One step of the story; `after` is what it left, null when nothing was left.

    Of a cycle it is the cycle alone, without what all the other measures owe.
    """

    at = InstantField()
    actor = serializers.IntegerField(
        source="actor_id", allow_null=True, help_text="A person's number; null for a command."
    )
    verb_label = LabelField(EventVerb, source="verb")
    subject = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    audience = serializers.ChoiceField(choices=Audience)

    class Meta:
        model = Event
        fields = ["id", "at", "actor", "verb", "verb_label", "subject", "after", "audience"]

    @extend_schema_field(SubjectOut)
    def get_subject(self, event: Event) -> dict[str, str]:
        return {"type": event.subject_type, "code": event.subject_code}

    def get_after(self, event: Event) -> dict[str, Any] | None:
        after: dict[str, Any] | None = orjson.loads(event.body)["after"]
        if after and event.subject_type == EventSubject.CYCLE:
            after.pop("obligations", None)
        return after


class MeasureTimeline(ListView):
    serializer_class = TimelineOut
    keyset = ("at", "id")

    def get_queryset(self) -> QuerySet[Event]:
        if getattr(self, "swagger_fake_view", False):
            return Event.objects.none()
        measures = Measure.objects.select_related("element__document")
        return timeline.events(find(measures, "code", self.kwargs["code"]), self.actor)

    @extend_schema(responses=TimelineOut(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The story of a measure: what happened to it, what it owed, its reports, milestones and KPIs, in order."""
        return super().get(request, *args, **kwargs)
