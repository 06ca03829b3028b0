"""The ledger of the days by which measures and milestones are due: what moved, who said so, what awaits approval."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api.cycles import CommentIn
from measures.api.fields import InstantField, LabelField
from measures.api.filters import ChoicesFilter, CodesFilter, NumbersFilter, StrictFilterSet
from measures.api.registry import coordinated, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer
from measures.models import Deadline, Measure
from measures.operations import deadlines
from measures.queries import revisions
from measures.rules.roles import Actor
from measures.vocabulary import RevisionState, VerdictOutcome


class DeadlineOut(serializers.ModelSerializer[Deadline]):
    """A day that moved from `was` to `due_on`, or is to: that of a measure, or of the milestone of it that is named.

    `set_by` and `decided_by` are people's numbers.
    """

    measure = serializers.CharField(source="measure.code")
    milestone = serializers.IntegerField(source="milestone_id", allow_null=True)
    state = serializers.ChoiceField(choices=RevisionState)
    state_label = LabelField(RevisionState, source="state")
    set_by = serializers.IntegerField(source="set_by_id")
    recorded_at = InstantField()
    decided_by = serializers.IntegerField(source="verdict.decided_by_id", allow_null=True, default=None)
    decided_at = InstantField(source="verdict.recorded_at", allow_null=True, default=None)
    comment = serializers.CharField(source="verdict.comment", allow_null=True, default=None)

    class Meta:
        model = Deadline
        fields = [
            "id",
            "measure",
            "milestone",
            "was",
            "due_on",
            "state",
            "state_label",
            "reason",
            "set_by",
            "recorded_at",
            "decided_by",
            "decided_at",
            "comment",
        ]


class DeadlineFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all())
    milestone = NumbersFilter()
    state = ChoicesFilter(RevisionState)


def _shown() -> QuerySet[Deadline]:
    return revisions.with_states(Deadline.objects.select_related("measure", "verdict"))


class DeadlineList(ListView):
    queryset = _shown()
    serializer_class = DeadlineOut
    filterset_class = DeadlineFilter
    keyset = ("id",)


class DeadlineDetail(DetailView):
    queryset = _shown()
    serializer_class = DeadlineOut
    lookup_field = "pk"


class DeadlineVerdict(APIView):
    """A decision on a later day that is proposed."""

    http_method_names = ["post", "options"]
    outcome: VerdictOutcome

    @extend_schema(request=CommentIn, responses=DeadlineOut)
    def post(self, request: Request, pk: int) -> HttpResponse:
        def act(at: datetime, actor: Actor) -> Answer:
            comment = valid(CommentIn(data=request.data))["comment"]
            deadlines.decide(deadline_id=pk, outcome=self.outcome, comment=comment, actor=actor, at=at)
            return Answer(200, DeadlineOut(_shown().get(pk=pk)).data)

        return coordinated(request, act, subject=lambda: find(Deadline.objects.all(), "pk", pk))


class DeadlineApprove(DeadlineVerdict):
    """Approve a later day, which holds from now on; someone else proposed it."""

    outcome = VerdictOutcome.APPROVED


class DeadlineReject(DeadlineVerdict):
    """Reject a later day, and say why; someone else proposed it."""

    outcome = VerdictOutcome.REJECTED
