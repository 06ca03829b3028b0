"""The rounds of a report and what changed since, for those who see its rounds."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api.evidence.outputs import EvidenceBrief
from measures.api.fields import InstantField, LabelField, PeriodField, nearest
from measures.api.permissions import SignedIn
from measures.api.progress.outputs import ExplanationOut, ReportedValueOut, ReviewOut
from measures.api.views import DetailView
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import ProgressUpdate
from measures.queries import progress, rounds
from measures.rules import periods
from measures.vocabulary import ChangeKind, Health, MeasureStatus

SINCE = {"approval": rounds.since_approval, "return": rounds.since_return}


class SubmittedOut(serializers.ModelSerializer[ProgressUpdate]):
    """What a report said when it was submitted."""

    explanation = ExplanationOut(source="*", allow_null=True)
    declared_status_label = LabelField(MeasureStatus, source="declared_status")
    declared_health_label = LabelField(Health, source="declared_health")

    class Meta:
        model = ProgressUpdate
        fields = [
            "version",
            "narrative",
            "reason",
            "declared_status",
            "declared_status_label",
            "declared_health",
            "declared_health_label",
            "explanation",
        ]


class RoundOut(serializers.Serializer[rounds.Round]):
    """A round: what was submitted and when, with what evidence, and each turn with its comment, the submission first.

    Whether evidence was verified is said as it is known now.
    """

    round = serializers.IntegerField(source="number")
    submitted_at = InstantField(source="submitted.at")
    submitted = SubmittedOut(source="submitted.update")
    observations = ReportedValueOut(source="submitted.values", many=True)
    evidence = EvidenceBrief(source="submitted.evidence", many=True)
    reviews = ReviewOut(many=True)


class RoundsOut(serializers.Serializer[Any]):
    update = serializers.IntegerField()
    rounds = RoundOut(many=True)


class FieldChangeOut(serializers.Serializer[Any]):
    """A field by its JSON pointer in the report; null on the side where it says nothing."""

    pointer = serializers.ChoiceField(choices=[(name, name) for name in rounds.WORDS], source="key")
    change = serializers.ChoiceField(choices=ChangeKind, source="kind")
    change_label = LabelField(ChangeKind, source="kind")
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class ObservationChangeOut(serializers.Serializer[Any]):
    """The value of a KPI for a period; `parts` are the names of what changed in it."""

    kpi = serializers.SerializerMethodField()
    period = serializers.SerializerMethodField()
    change = serializers.ChoiceField(choices=ChangeKind, source="kind")
    change_label = LabelField(ChangeKind, source="kind")
    parts = serializers.ListField(child=serializers.CharField())
    before = ReportedValueOut(allow_null=True)
    after = ReportedValueOut(allow_null=True)

    def get_kpi(self, change: Any) -> str:
        return str(change.key[0])

    @extend_schema_field(PeriodField)
    def get_period(self, change: Any) -> dict[str, Any]:
        return periods.to_wire(change.key[1])


class EvidenceChangeOut(serializers.Serializer[Any]):
    """Evidence, the same where the address and the sha256 are; `parts` are the names of what changed in it."""

    change = serializers.ChoiceField(choices=ChangeKind, source="kind")
    change_label = LabelField(ChangeKind, source="kind")
    parts = serializers.ListField(child=serializers.CharField())
    before = EvidenceBrief(allow_null=True)
    after = EvidenceBrief(allow_null=True)


class DifferenceOut(serializers.Serializer[rounds.Difference]):
    """What changed since the report `update`, as it stood at the moment `at`."""

    update = serializers.IntegerField(source="base.update.id")
    cycle = serializers.CharField(source="base.update.cycle.code")
    round = serializers.IntegerField(source="base.update.round")
    at = InstantField(source="base.at")
    changes = FieldChangeOut(many=True)
    observations = ObservationChangeOut(many=True)
    evidence = EvidenceChangeOut(many=True)


class DifferencesOut(serializers.Serializer[Any]):
    """`since_approval` compares with the last approved report of the measure, `since_return` with this one when it was
    returned last; null where there is nothing to compare with, or it was not asked for.
    """

    update = serializers.IntegerField()
    version = serializers.IntegerField()
    since_approval = DifferenceOut(allow_null=True)
    since_return = DifferenceOut(allow_null=True)


class UpdateInside(DetailView):
    """One update among those whose rounds the caller sees: 404 to all others, however public it is."""

    permission_classes = [SignedIn]
    lookup_field = "pk"
    picks_fields = False
    parameters = ()

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        if getattr(self, "swagger_fake_view", False):
            return ProgressUpdate.objects.none()
        return progress.related(progress.inside(ProgressUpdate.objects.all(), self.actor))

    def answered(self, shown: dict[str, Any]) -> Response:
        """Without the update's ETag, whose version does not count the other reports of the measure."""
        return Response(self.get_serializer(shown).data)


class UpdateRounds(UpdateInside):
    serializer_class = RoundsOut

    @extend_schema(responses=RoundsOut)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every round of a report: what was submitted, and what came of it."""
        return super().get(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        update = self.get_object()
        return self.answered({"update": update.pk, "rounds": rounds.rounds(update)})


class UpdateDifference(UpdateInside):
    serializer_class = DifferencesOut
    parameters = ("since",)

    @extend_schema(
        responses=DifferencesOut,
        parameters=[
            OpenApiParameter("since", enum=list(SINCE), description="One of the two; both when it is left out.")
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What a report says otherwise than the last approved one, and than it did itself when it was returned."""
        return super().get(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        update, asked = self.get_object(), request.query_params.get("since")
        if asked not in (None, *SINCE):
            given = str(asked)[:64]
            detail = say("'{given}' is not a known value. {hint}", given=given, hint=nearest(given, SINCE))
            raise BadInput([Problem("", "invalid-choice", detail, parameter="since")])
        found = {f"since_{name}": since(update) if asked in (None, name) else None for name, since in SINCE.items()}
        return self.answered({"update": update.pk, "version": update.version, **found})
