"""Milestones: deeds of measures with a day, and whether they were done."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.fields import CodeField, DayField, InstantField, TextField
from measures.api.filters import CodesFilter, FlagFilter, StrictFilterSet
from measures.api.registry import BasisIn, ReasonIn, coordinated, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version
from measures.models import Assignment, Measure, Milestone, Ministry
from measures.operations import milestones
from measures.queries import revisions
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, Basis


class MilestoneIn(BasisIn):
    measure = CodeField(queryset=Measure.objects.all())
    title = TextField(max_length=200)
    due_on = DayField()


class MilestoneChangesIn(ReasonIn):
    """What is left out stays; `done_on` and `evidence` come together."""

    title = TextField(required=False, max_length=200)
    due_on = DayField(required=False)
    basis = serializers.ChoiceField(required=False, choices=Basis)
    done_on = DayField(required=False, allow_null=True)
    evidence = TextField(required=False, allow_blank=True, max_length=2000)


class MilestoneOut(serializers.ModelSerializer[Milestone]):
    measure = serializers.CharField(source="measure.code")
    due_on_proposed = DayField(allow_null=True, help_text="A later day that waits for approval.")
    updated_at = InstantField()

    class Meta:
        model = Milestone
        fields = [
            "id",
            "measure",
            "title",
            "due_on",
            "due_on_proposed",
            "basis",
            "reason",
            "done_on",
            "evidence",
            "version",
            "updated_at",
        ]


class MilestoneFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all())
    ministry = CodesFilter(queryset=Ministry.objects.all(), method="led_by")
    done = FlagFilter(field_name="done_on", lookup_expr="isnull", exclude=True)

    def led_by(self, queryset: QuerySet[Milestone], name: str, value: Any) -> QuerySet[Milestone]:
        if not value:
            return queryset
        led = Assignment.objects.filter(role=AssignmentRole.LEAD, valid_to=None, ministry__in=value)
        return queryset.filter(measure__in=led.values("measure"))


def _shown() -> QuerySet[Milestone]:
    proposed = revisions.proposed_day(milestone=OuterRef("pk"))
    return Milestone.objects.select_related("measure").annotate(due_on_proposed=proposed)


class MilestoneList(ListView):
    queryset = _shown()
    serializer_class = MilestoneOut
    filterset_class = MilestoneFilter
    keyset = ("due_on", "id")

    @extend_schema(request=MilestoneIn, responses={201: MilestoneOut})
    def post(self, request: Request) -> HttpResponse:
        """Set a milestone of a measure."""

        def act(at: datetime, actor: Actor) -> Answer:
            given = valid(MilestoneIn(data=request.data))
            made = milestones.create(measure=given.pop("measure"), columns=given, actor=actor, at=at)
            where = f"{request.path}/{made.pk}"
            return Answer(201, MilestoneOut(_shown().get(pk=made.pk)).data, location=where, version=made.version)

        return coordinated(request, act)


class MilestoneDetail(DetailView):
    queryset = _shown()
    serializer_class = MilestoneOut
    lookup_field = "pk"

    @extend_schema(request=MilestoneChangesIn, responses=MilestoneOut)
    def patch(self, request: Request, pk: int) -> HttpResponse:
        """Change a milestone, or say when it was done and how that is shown; a later day is proposed."""

        def act(at: datetime, actor: Actor) -> Answer:
            version = find(self.get_queryset(), "pk", pk).version
            require_version(request, version)
            given = valid(MilestoneChangesIn(data=request.data))
            reason = given.pop("reason")
            done = milestones.edit(milestone_id=pk, changes=given, reason=reason, actor=actor, at=at, version=version)
            return Answer(200, MilestoneOut(_shown().get(pk=pk)).data, version=done.version)

        return coordinated(request, act, subject=lambda: find(Milestone.objects.all(), "pk", pk), needs_key=False)
