"""What is shown of a report, and to whom."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.authentication import actor_of
from measures.api.briefs import ExplanationBrief, called
from measures.api.evidence.outputs import EvidenceBrief
from measures.api.fields import (
    DayField,
    DecimalField,
    InstantField,
    LabelField,
    PeriodField,
)
from measures.api.known_at import noted, passes
from measures.models import ProgressUpdate, ReportedValue, Review
from measures.operations.moments import day_of
from measures.queries import divergence
from measures.queries import progress as queries
from measures.rules import transitions, visibility
from measures.rules.roles import Actor
from measures.vocabulary import Health, MeasureStatus, ObservationStatus, Role, UpdateKind, UpdateState


class ReportedSourceOut(serializers.Serializer[ReportedValue]):
    title = serializers.CharField(source="source_title")
    publisher = serializers.CharField(source="source_publisher")
    url = serializers.CharField(source="source_url")
    published_on = DayField(source="source_published_on", allow_null=True)


class ReportedValueOut(serializers.ModelSerializer[ReportedValue]):
    kpi = serializers.CharField(source="kpi.code")
    unit = serializers.CharField(source="kpi.unit")
    period = PeriodField()
    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)
    source = ReportedSourceOut(source="*")
    status_label = LabelField(ObservationStatus, source="status")

    class Meta:
        model = ReportedValue
        fields = [
            "kpi",
            "period",
            "value",
            "low",
            "high",
            "unit",
            "status",
            "status_label",
            "approximate",
            "derived",
            "derivation",
            "note",
            "source",
        ]


class ActingAsOut(serializers.ModelSerializer[Review]):
    """The duty under which someone acts."""

    role = serializers.CharField(source="acting_role")
    role_label = LabelField(Role, source="acting_role")
    ministry = serializers.CharField(source="acting_ministry")

    class Meta:
        model = Review
        fields = ["role", "role_label", "ministry"]

    def get_attribute(self, row: Review) -> Review | None:
        return row if row.acting_role else None


class ReviewOut(serializers.ModelSerializer[Review]):
    """A turn: who took it, under which duty, and for which ministry when it was entered on its behalf."""

    actor = serializers.SerializerMethodField()
    acting_as = ActingAsOut(source="*", allow_null=True)
    on_behalf_of = serializers.SerializerMethodField()
    at = InstantField(source="recorded_at")

    class Meta:
        model = Review
        fields = ["round", "verb", "comment", "actor", "acting_as", "on_behalf_of", "at"]

    def get_on_behalf_of(self, row: Review) -> str | None:
        return row.update.ministry.code if row.acting_role == Role.COORDINATOR else None

    def get_actor(self, row: Review) -> str:
        return called(row.actor, self.context["request"])


class ActionOut(serializers.Serializer[Any]):
    """Something one may want to do: whether it is allowed to the caller now and, if not, why."""

    verb = serializers.ChoiceField(choices=[(verb, verb) for verb in transitions.VERBS])
    allowed = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class ExplanationOut(ExplanationBrief):
    def get_attribute(self, row: ProgressUpdate) -> ProgressUpdate | None:
        return row if row.explanation_cause else None


class UpdatesOut(serializers.ListSerializer[Any]):
    """Reports on one page, whose divergences are found together."""

    def to_representation(self, data: Iterable[ProgressUpdate]) -> list[Any]:
        rows = list(data)
        self.child.diverging = _diverging(rows)
        return [self.child.to_representation(row) for row in rows]


class UpdateOut(serializers.ModelSerializer[ProgressUpdate]):
    """A report. Who wrote and decided it, and the comments of its rounds, are shown to those who see its rounds."""

    measure = serializers.CharField(source="measure.code")
    cycle = serializers.CharField(source="cycle.code")
    ministry = serializers.CharField(source="ministry.code")
    on_behalf_of = serializers.CharField(source="on_behalf_of.code", allow_null=True, default=None)
    explanation = ExplanationOut(source="*", allow_null=True)
    observations = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()
    author = serializers.SerializerMethodField()
    drafted_at = InstantField()
    submitted_at = InstantField(allow_null=True)
    decided_at = InstantField(allow_null=True)
    decided_by = serializers.SerializerMethodField()
    reviews = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()
    kind_label = LabelField(UpdateKind, source="kind")
    state_label = LabelField(UpdateState, source="state")
    declared_status_label = LabelField(MeasureStatus, source="declared_status")
    declared_health_label = LabelField(Health, source="declared_health")

    # By update, the KPIs that it contradicts; None until it was asked.
    diverging: dict[int, frozenset[str]] | None = None

    class Meta:
        model = ProgressUpdate
        list_serializer_class = UpdatesOut
        fields = [
            "id",
            "version",
            "measure",
            "cycle",
            "kind",
            "kind_label",
            "state",
            "state_label",
            "round",
            "ministry",
            "narrative",
            "reason",
            "declared_status",
            "declared_status_label",
            "declared_health",
            "declared_health_label",
            "explanation",
            "observations",
            "evidence",
            "author",
            "on_behalf_of",
            "drafted_at",
            "submitted_at",
            "decided_at",
            "decided_by",
            "reviews",
            "actions",
        ]

    @extend_schema_field(ReportedValueOut(many=True))
    def get_observations(self, row: ProgressUpdate) -> list[dict[str, Any]]:
        return ReportedValueOut(sorted(row.observations.all(), key=lambda one: one.position), many=True).data

    @extend_schema_field(EvidenceBrief(many=True))
    def get_evidence(self, row: ProgressUpdate) -> list[dict[str, Any]]:
        return EvidenceBrief(row.evidence.all(), many=True).data

    def get_author(self, row: ProgressUpdate) -> str | None:
        return called(row.author, self.context["request"]) if self._inside(row) else None

    def get_decided_by(self, row: ProgressUpdate) -> str | None:
        seen = row.decided_by and self._inside(row)
        return called(row.decided_by, self.context["request"]) if seen else None

    @extend_schema_field(ReviewOut(many=True, allow_null=True))
    def get_reviews(self, row: ProgressUpdate) -> list[dict[str, Any]] | None:
        if not self._inside(row):
            return None
        reviews = sorted(row.reviews.all(), key=lambda one: one.recorded_at)
        return ReviewOut(reviews, many=True, context=self.context).data

    @extend_schema_field(ActionOut(many=True))
    def get_actions(self, row: ProgressUpdate) -> list[dict[str, Any]]:
        if noted(self.context["request"]):
            return []
        diverging = _diverging([row]) if self.diverging is None else self.diverging
        against = diverging.get(row.pk, frozenset())
        at = timezone.now()
        if (until := getattr(row, "unlocked_until", None)) and until > at:
            passes(self.context["request"])
        return queries.actions(row, self._actor(), against=against, at=at)

    def _actor(self) -> Actor:
        return actor_of(self.context["request"])

    def _inside(self, row: ProgressUpdate) -> bool:
        return visibility.sees_rounds_of(self._actor(), row.ministry.code)


def _diverging(rows: Iterable[ProgressUpdate]) -> dict[int, frozenset[str]]:
    return divergence.against([(row, list(row.observations.all())) for row in rows], on=day_of(timezone.now()))
