"""Decisions on measures: read by all, recorded by the coordinator."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.fields import CodeField, DayField, InstantField, LabelField, TextField
from measures.api.filters import ChoicesFilter, CodesFilter, StrictFilterSet
from measures.api.registry import ReasonIn, coordinated, valid
from measures.api.views import DetailView, ListView
from measures.api.writes import Answer
from measures.models import Decision, Measure
from measures.operations import decisions
from measures.rules.roles import Actor
from measures.vocabulary import DecisionOutcome


class DecisionIn(ReasonIn):
    """What was decided of a measure; `into` comes with `merge_into` alone, `reference` says where it can be read."""

    measure = CodeField(queryset=Measure.objects.all())
    outcome = serializers.ChoiceField(choices=DecisionOutcome)
    into = CodeField(queryset=Measure.objects.all(), allow_null=True, default=None)
    reference = TextField(max_length=500)
    decided_on = DayField()


class DecisionOut(serializers.ModelSerializer[Decision]):
    """A decision; `recorded_by` is the number of who recorded it."""

    measure = serializers.CharField(source="measure.code")
    outcome_label = LabelField(DecisionOutcome, source="outcome")
    into = serializers.CharField(source="into.code", allow_null=True, default=None)
    recorded_by = serializers.IntegerField(source="recorded_by_id")
    recorded_at = InstantField()

    class Meta:
        model = Decision
        fields = [
            "id",
            "measure",
            "outcome",
            "outcome_label",
            "into",
            "reference",
            "decided_on",
            "reason",
            "recorded_by",
            "recorded_at",
        ]


class DecisionFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all())
    outcome = ChoicesFilter(DecisionOutcome)


def _shown() -> QuerySet[Decision]:
    return Decision.objects.select_related("measure", "into")


class DecisionList(ListView):
    queryset = _shown()
    serializer_class = DecisionOut
    filterset_class = DecisionFilter
    keyset = ("id",)

    @extend_schema(request=DecisionIn, responses={201: DecisionOut})
    def post(self, request: Request) -> HttpResponse:
        """Record a decision, which concludes a study, continues it, or merges a measure into another."""

        def act(at: datetime, actor: Actor) -> Answer:
            made = decisions.decide(**valid(DecisionIn(data=request.data)), actor=actor, at=at)
            return Answer(201, DecisionOut(made).data, location=f"{request.path}/{made.pk}")

        return coordinated(request, act)


class DecisionDetail(DetailView):
    queryset = _shown()
    serializer_class = DecisionOut
    lookup_field = "pk"
