"""How measures hang together: links made by the coordinator, and shown with each of the two measures."""

from datetime import datetime

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api.fields import CodeField, TextField
from measures.api.registry import BasisIn, coordinated, valid
from measures.api.views import find
from measures.api.writes import Answer
from measures.models import Measure, MeasureLink
from measures.operations import measures
from measures.rules.roles import Actor
from measures.vocabulary import MeasureLinkKind


class MeasureLinkIn(BasisIn):
    """How the measure hangs together with the `other`: it supersedes it, was split from it, is the same or overlaps."""

    other = CodeField(queryset=Measure.objects.all())
    kind = serializers.ChoiceField(choices=MeasureLinkKind)
    theme = TextField(allow_blank=True, default="", max_length=100)


class MeasureLinkOut(serializers.ModelSerializer[MeasureLink]):
    class Meta:
        model = MeasureLink
        fields = ["measure", "other", "kind", "theme", "basis", "reason"]

    measure = serializers.CharField(source="measure.code")
    other = serializers.CharField(source="other.code")


class MeasureLinks(APIView):
    """What hangs together with a measure."""

    http_method_names = ["post", "options"]

    @extend_schema(request=MeasureLinkIn, responses={201: MeasureLinkOut})
    def post(self, request: Request, code: str) -> HttpResponse:
        """Link the measure to another; what it supersedes is discontinued, unless it has ended already."""

        def found() -> Measure:
            return find(Measure.objects.all(), "code", code)

        def act(at: datetime, actor: Actor) -> Answer:
            given = valid(MeasureLinkIn(data=request.data))
            other, reason = given.pop("other"), given.pop("reason")
            made = measures.link(measure=found(), other=other, columns=given, reason=reason, actor=actor, at=at)
            return Answer(201, MeasureLinkOut(made).data, location=request.path.removesuffix("/links"))

        return coordinated(request, act, subject=found)
