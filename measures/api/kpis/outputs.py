"""What is shown of KPIs and what they rest on."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from measures.api.briefs import KpiStandingBrief, SourceBrief
from measures.api.fields import DecimalField, InstantField, LabelField, PeriodField, ShortField, short
from measures.models import Baseline, Kpi, KpiLink, Observation, Target
from measures.operations.moments import day_of
from measures.queries import standings
from measures.vocabulary import (
    Basis,
    Direction,
    ObservationStatus,
    PeriodType,
    RevisionState,
    TargetKind,
    VerdictOutcome,
)


class KpiOut(serializers.ModelSerializer[Kpi]):
    """A KPI; `direction` is blank where nobody said which way it should move."""

    standing = KpiStandingBrief()
    measures = serializers.SerializerMethodField()
    updated_at = InstantField()
    direction_label = LabelField(Direction, source="direction")
    period_type_label = LabelField(PeriodType, source="period_type")

    class Meta:
        model = Kpi
        fields = [
            "code",
            "name",
            "name_en",
            "unit",
            "direction",
            "direction_label",
            "period_type",
            "period_type_label",
            "period_note",
            "decimals",
            "statistic",
            "definition",
            "notes",
            "measures",
            "standing",
            "updated_at",
        ]

    def get_measures(self, row: Kpi) -> list[str]:
        return sorted(link.measure.code for link in row.measure_links.all())


class KpiDetailOut(KpiOut):
    """A KPI with its standing against the target in force, and against the one it had first, from the baseline that it
    had first (null without any).
    """

    against_original = serializers.SerializerMethodField()

    class Meta(KpiOut.Meta):
        fields = [*KpiOut.Meta.fields, "against_original"]

    @extend_schema_field(KpiStandingBrief(allow_null=True))
    def get_against_original(self, row: Kpi) -> dict[str, Any] | None:
        if not Target.objects.filter(kpi=row).exists():
            return None
        # As of the day of the other one, so that nothing but target and baseline tells the two apart.
        on = day_of(row.standing.updated_at)
        return dict(KpiStandingBrief(standings.against_original([row.pk], on=on)[row.pk]).data)


class ObservationOut(serializers.ModelSerializer[Observation]):
    """A value as it was recorded; `corrects` names the observation it took the place of."""

    kpi = serializers.CharField(source="kpi.code")
    unit = serializers.CharField(source="kpi.unit")
    period = PeriodField()
    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)
    source = SourceBrief()
    further_sources = SourceBrief(many=True)
    recorded_at = InstantField()
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    update = serializers.IntegerField(source="update_id", allow_null=True)
    status_label = LabelField(ObservationStatus, source="status")

    class Meta:
        model = Observation
        fields = [
            "id",
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
            "further_sources",
            "recorded_at",
            "corrects",
            "reason",
            "update",
        ]


class BaselineBrief(serializers.ModelSerializer[Baseline]):
    """What a target is measured from: the baseline that holds or, of the original target, the original one."""

    period = PeriodField()
    value = DecimalField(allow_null=True)

    class Meta:
        model = Baseline
        fields = ["period", "value", "basis", "reason"]


class RevisionOut(serializers.Serializer[Any]):
    """How a revision stands. `set_by`, `approved_by` and `decided_by` are people's numbers: who recorded it, who
    approved it where that was needed, and who decided on it either way.
    """

    state = serializers.ChoiceField(choices=RevisionState)
    state_label = LabelField(RevisionState, source="state")
    recorded_at = InstantField()
    set_by = serializers.IntegerField(source="set_by_id", allow_null=True)
    approved_by = serializers.SerializerMethodField()
    decided_by = serializers.IntegerField(source="verdict.decided_by_id", allow_null=True, default=None)
    decided_at = InstantField(source="verdict.recorded_at", allow_null=True, default=None)
    comment = serializers.CharField(source="verdict.comment", allow_null=True, default=None)
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)

    @extend_schema_field({"type": ["integer", "null"]})
    def get_approved_by(self, row: Baseline | Target) -> int | None:
        verdict = getattr(row, "verdict", None)
        return verdict.decided_by_id if verdict and verdict.outcome == VerdictOutcome.APPROVED else None


REVISED = [
    *("state", "state_label", "recorded_at", "set_by", "approved_by", "decided_by", "decided_at", "comment"),
    "supersedes",
]


class BaselineOut(RevisionOut, serializers.ModelSerializer[Baseline]):
    """A baseline in the ledger; `resolved` is the number that the target in force comes to from it.

    `set_by`, `approved_by` and `decided_by` are people's numbers: who recorded it, who approved it where that was
    needed, and who decided on it either way.
    """

    period = PeriodField()
    value = DecimalField(allow_null=True)
    resolved = serializers.SerializerMethodField()
    basis_label = LabelField(Basis, source="basis")

    class Meta:
        model = Baseline
        fields = ["id", "period", "value", "resolved", "basis", "basis_label", "reason", *REVISED]

    @extend_schema_field(ShortField(allow_null=True))
    def get_resolved(self, row: Baseline) -> str | None:
        target = next(iter(row.kpi.targets_in_force), None)  # type: ignore[attr-defined]
        return short(standings.resolved(target, row)) if target else None


class TargetOut(RevisionOut, serializers.ModelSerializer[Target]):
    """A target; `value` reads by kind (number, rate of change, factor), `resolved` is the number it comes to.

    `effective_on` is the day from which it is said to hold. `set_by`, `approved_by` and `decided_by` are people's
    numbers: who recorded it, who approved it where that was needed, and who decided on it either way.
    """

    kpi = serializers.CharField(source="kpi.code")
    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)
    baseline = serializers.SerializerMethodField()
    resolved = serializers.SerializerMethodField()
    element = serializers.CharField(source="element.code", allow_null=True, default=None)
    kind_label = LabelField(TargetKind, source="kind")
    basis_label = LabelField(Basis, source="basis")

    class Meta:
        model = Target
        fields = [
            "id",
            "kpi",
            "kind",
            "kind_label",
            "value",
            "low",
            "high",
            "stated_as",
            "baseline",
            "due_on",
            "effective_on",
            "resolved",
            "basis",
            "basis_label",
            "reason",
            "source",
            "element",
            *REVISED,
        ]

    @extend_schema_field(BaselineBrief(allow_null=True))
    def get_baseline(self, row: Target) -> dict[str, Any] | None:
        baseline = self._baseline(row)
        return BaselineBrief(baseline).data if baseline else None

    @extend_schema_field(ShortField(allow_null=True))
    def get_resolved(self, row: Target) -> str | None:
        return short(standings.resolved(row, self._baseline(row)))

    def _baseline(self, row: Target) -> Baseline | None:
        is_first = row.state == RevisionState.ORIGINAL  # type: ignore[attr-defined]
        known = row.kpi.baselines_at_first if is_first else row.kpi.baselines_in_force  # type: ignore[attr-defined]
        return next(iter(known), None)


class KpiMeasureOut(serializers.ModelSerializer[KpiLink]):
    code = serializers.CharField(source="measure.code")
    title = serializers.CharField(source="measure.title")
    title_en = serializers.CharField(source="measure.title_en")
    status = serializers.CharField(source="measure.status")

    class Meta:
        model = KpiLink
        fields = ["code", "title", "title_en", "status", "basis", "reason"]
