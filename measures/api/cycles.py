"""Reporting cycles: read by all, planned, opened, closed and reopened by the coordinator."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.fields import CodeField, DayField, InstantField, LabelField, PeriodField, StrictSerializer, TextField
from measures.api.filters import ChoicesFilter, CodesFilter, StrictFilterSet
from measures.api.known_at import day_asked
from measures.api.obligations import OwedOut
from measures.api.registry import ReasonIn
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version, write
from measures.errors import WrongRole
from measures.messages import lazy
from measures.models import Cycle, Document, Obligation
from measures.operations import cycles
from measures.queries import obligations as queries
from measures.queries.obligations import Figures
from measures.rules import registry
from measures.rules.days import day_of
from measures.rules.roles import Actor
from measures.vocabulary import CycleState

# A code is part of an address.
CODE = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class CycleIn(StrictSerializer):
    code = TextField(max_length=32, validators=[RegexValidator(CODE, lazy("Send letters, digits and . _ - only."))])
    document = CodeField(queryset=Document.objects.all())
    period = PeriodField()
    opens_on = DayField()
    due_on = DayField()
    closes_on = DayField()


class CommentIn(StrictSerializer):
    comment = TextField(default="", allow_blank=True, max_length=4000)


class CycleOut(serializers.ModelSerializer[Cycle]):
    document = serializers.CharField(source="document.code")
    period = PeriodField()
    updated_at = InstantField()
    state_label = LabelField(CycleState, source="state")
    obligations = serializers.SerializerMethodField()

    class Meta:
        model = Cycle
        fields = [
            "code",
            "document",
            "state",
            "state_label",
            "period",
            "opens_on",
            "due_on",
            "closes_on",
            "obligations",
            "is_demo",
            "version",
            "updated_at",
        ]

    @extend_schema_field(OwedOut)
    def get_obligations(self, row: Cycle) -> dict[str, Any]:
        """One statement for all cycles of the answer."""
        request = self.context.get("request")
        on = day_asked(request) if request else day_of(timezone.now())
        if self.counted is None:
            shown = self.parent.instance if self.parent else [row]
            self.counted = queries.counts(Obligation.objects.filter(cycle__in=shown), by="cycle", on=on)
        figures = self.counted.get(row.pk) or queries.together([])
        return OwedOut(queries.told(figures, on=on)).data

    counted: dict[int, Figures] | None = None


class CycleFilter(StrictFilterSet):
    document = CodesFilter(queryset=Document.objects.all())
    state = ChoicesFilter(CycleState)


class CycleList(ListView):
    queryset = Cycle.objects.select_related("document")
    serializer_class = CycleOut
    filterset_class = CycleFilter
    keyset = ("period_start", "code")

    @extend_schema(request=CycleIn, responses={201: CycleOut})
    def post(self, request: Request) -> HttpResponse:
        """Plan a cycle."""

        def act(at: datetime) -> Answer:
            _gate(self.actor)
            given = CycleIn(data=request.data)
            given.is_valid(raise_exception=True)
            cycle = cycles.plan(**given.validated_data, actor=self.actor, at=at)
            return Answer(201, CycleOut(cycle).data, location=f"{request.path}/{cycle.code}", version=cycle.version)

        return write(request, act)


class CycleDetail(DetailView):
    # What is owed changes without the cycle, and by the day alone.
    always_whole = True
    queryset = Cycle.objects.select_related("document")
    serializer_class = CycleOut


class CycleVerb(DetailView):
    """A turn of a cycle; `takes` is what is said with it."""

    http_method_names = ["post", "options"]
    queryset = Cycle.objects.select_related("document")
    serializer_class = CycleOut
    operation: Callable[..., Cycle]
    takes: type[StrictSerializer] = ReasonIn

    def post(self, request: Request, code: str) -> HttpResponse:
        def act(at: datetime) -> Answer:
            cycle = find(self.get_queryset(), "code", code)
            _gate(self.actor)
            require_version(request, cycle.version)
            given = self.takes(data=request.data)
            given.is_valid(raise_exception=True)
            turn = type(self).operation
            turned = turn(code=code, actor=self.actor, at=at, version=cycle.version, **given.validated_data)
            return Answer(200, CycleOut(turned).data, version=turned.version)

        return write(request, act)


@extend_schema(request=CommentIn, responses=CycleOut)
class CycleOpen(CycleVerb):
    """Open a planned cycle: each measure that has not ended owes a report from then on."""

    operation, takes = cycles.open_, CommentIn


@extend_schema(request=ReasonIn, responses=CycleOut)
class CycleClose(CycleVerb):
    """Close an open cycle."""

    operation = cycles.close


@extend_schema(request=ReasonIn, responses=CycleOut)
class CycleReopen(CycleVerb):
    """Take reports again in a closed cycle; what is owed, and by when, stays as it was."""

    operation = cycles.reopen


def _gate(actor: Actor) -> None:
    if problem := registry.cannot_coordinate(actor):
        raise WrongRole(problem.code, problem.detail)
