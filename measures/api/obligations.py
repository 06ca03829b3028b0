"""Obligations: what each measure owes in a cycle; read by all, waived, unlocked and extended by the coordinator."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.api.fields import DayField, InstantField, LabelField, MomentField, ShareField
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet
from measures.api.known_at import day_asked, noted
from measures.api.registry import ReasonIn, coordinated, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version
from measures.models import Cycle, Measure, Ministry, Obligation
from measures.operations import obligations
from measures.queries import obligations as queries
from measures.rules import obligations as rules
from measures.rules.roles import Actor
from measures.vocabulary import ObligationState


class UnlockIn(ReasonIn):
    """Until when the report may be written in the closed cycle."""

    expires_at = MomentField()


class ExtendIn(ReasonIn):
    """The new last day that counts as on time."""

    due_on = DayField()


class OwedOut(serializers.Serializer[Any]):
    """How many obligations there are, and the shares of those that are owed, not waived by the day they were due."""

    total = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())
    owed = serializers.IntegerField()
    completeness = ShareField(
        allow_null=True, help_text="The share that was reported by the day the cycle was due; frozen then."
    )
    timeliness = ShareField(
        allow_null=True, help_text="The share that was reported by its own day, which may be an extended one."
    )
    is_frozen = serializers.BooleanField(help_text="Whether the last day has passed: no report changes a share.")


class ObligationActionOut(serializers.Serializer[Any]):
    """Something the coordinator may want to do: whether it is allowed to the caller now and, if not, why."""

    verb = serializers.ChoiceField(choices=[(verb, verb) for verb in rules.VERBS])
    allowed = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class ObligationOut(serializers.ModelSerializer[Obligation]):
    """What a measure owes; `reported_at` is the first submission of the report that stands, approved or not yet."""

    cycle = serializers.CharField(source="cycle.code")
    measure = serializers.CharField(source="measure.code")
    ministry = serializers.CharField(source="ministry.code")
    state = serializers.SerializerMethodField()
    state_label = serializers.SerializerMethodField()
    due_soon = serializers.SerializerMethodField()
    reported_at = InstantField(allow_null=True)
    in_time_at = InstantField(allow_null=True, help_text="The same as it stood at the end of the day it was due.")
    waived_at = InstantField(allow_null=True)
    unlocked_until = InstantField(allow_null=True)
    updated_at = InstantField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Obligation
        fields = [
            "id",
            "version",
            "cycle",
            "measure",
            "ministry",
            "due_on",
            "state",
            "state_label",
            "due_soon",
            "reported_at",
            "in_time_at",
            "waived_at",
            "waiver_reason",
            "unlocked_until",
            "unlock_reason",
            "updated_at",
            "actions",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=ObligationState))
    def get_state(self, row: Obligation) -> str:
        return rules.state(queries.owed_of(row), day_asked(self.context["request"]))

    @extend_schema_field(LabelField(ObligationState))
    def get_state_label(self, row: Obligation) -> str:
        return LabelField(ObligationState).to_representation(self.get_state(row))

    def get_due_soon(self, row: Obligation) -> bool:
        return rules.is_due_soon(queries.owed_of(row), day_asked(self.context["request"]))

    @extend_schema_field(ObligationActionOut(many=True))
    def get_actions(self, row: Obligation) -> list[dict[str, Any]]:
        request = self.context["request"]
        return [] if noted(request) else queries.actions(row, actor_of(request), on=day_asked(request))


class ObligationFilter(StrictFilterSet):
    cycle = CodesFilter(queryset=Cycle.objects.all())
    measure = CodesFilter(queryset=Measure.objects.all())
    ministry = CodesFilter(queryset=Ministry.objects.all())
    state = ChoicesFilter(ObligationState, method="standing_at")
    overdue = FlagFilter(method="owed_late")

    def standing_at(self, queryset: QuerySet[Obligation], name: str, value: Iterable[str]) -> QuerySet[Obligation]:
        return queryset.filter(queries.in_state(value, on=day_asked(self.request))) if value else queryset

    def owed_late(self, queryset: QuerySet[Obligation], name: str, value: bool) -> QuerySet[Obligation]:
        late = queries.in_state([ObligationState.OVERDUE], on=day_asked(self.request))
        return queryset.filter(late) if value else queryset.exclude(late)


class ObligationList(ListView):
    serializer_class = ObligationOut
    filterset_class = ObligationFilter
    keyset = ("due_on", "id")
    queryset = queries.related(Obligation.objects.all())


class ObligationDetail(DetailView):
    serializer_class = ObligationOut
    lookup_field = "pk"
    # The state follows from the day, and `actions` from the caller and the cycle, which the version does not count.
    always_whole = True
    queryset = queries.related(Obligation.objects.all())


class ObligationVerb(DetailView):
    """Something done to an obligation; the answer is the whole of it."""

    http_method_names = ["post", "options"]
    serializer_class = ObligationOut
    queryset = queries.related(Obligation.objects.all())
    takes: type[ReasonIn] = ReasonIn
    operation: Callable[..., Obligation]

    def post(self, request: Request, pk: int) -> HttpResponse:
        def act(at: datetime, actor: Actor) -> Answer:
            row = find(self.get_queryset(), "pk", pk)
            require_version(request, row.version)
            given = valid(self.takes(data=request.data))
            done = type(self).operation(obligation_id=pk, actor=actor, at=at, version=row.version, **given)
            return Answer(200, ObligationOut(done, context={"request": request}).data, version=done.version)

        return coordinated(request, act, subject=lambda: find(self.get_queryset(), "pk", pk))


@extend_schema(request=ReasonIn, responses=ObligationOut)
class ObligationWaive(ObligationVerb):
    """Let a report not be owed any more; what was missed on the day it was due stays missed."""

    operation = obligations.waive


@extend_schema(request=UnlockIn, responses=ObligationOut)
class ObligationUnlock(ObligationVerb):
    """Let the report of one measure be written in a closed cycle, for a time."""

    operation, takes = obligations.unlock, UnlockIn


@extend_schema(request=ExtendIn, responses=ObligationOut)
class ObligationExtend(ObligationVerb):
    """Let one measure report by a later day, before the first has passed."""

    operation, takes = obligations.extend, ExtendIn
