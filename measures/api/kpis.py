"""KPIs with their standing, and what each rests on: observations, targets, measures."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import CharFilter
from rest_framework import serializers

from measures.api.briefs import KpiStandingBrief, SourceBrief
from measures.api.fields import DecimalField, InstantField, PeriodField, short
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet, YearFilter
from measures.api.views import DetailView, ListView, find
from measures.models import Baseline, Kpi, KpiLink, Measure, Observation, Target
from measures.queries import standings
from measures.vocabulary import Direction, ObservationStatus, PeriodType, Rating, StandingState


class KpiOut(serializers.ModelSerializer[Kpi]):
    """A KPI; `direction` is blank where nobody said which way it should move."""

    standing = KpiStandingBrief()
    measures = serializers.SerializerMethodField()
    updated_at = InstantField()

    class Meta:
        model = Kpi
        fields = [
            "code",
            "name",
            "name_en",
            "unit",
            "direction",
            "period_type",
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


class BaselineOut(serializers.ModelSerializer[Baseline]):
    period = PeriodField()
    value = DecimalField(allow_null=True)

    class Meta:
        model = Baseline
        fields = ["period", "value", "basis", "reason"]


class TargetOut(serializers.ModelSerializer[Target]):
    """A target; `value` reads by kind (number, rate of change, factor), `resolved` is the number it comes to."""

    kpi = serializers.CharField(source="kpi.code")
    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)
    baseline = serializers.SerializerMethodField()
    resolved = serializers.SerializerMethodField()
    recorded_at = InstantField()
    element = serializers.CharField(source="element.code", allow_null=True, default=None)
    approved_by = serializers.IntegerField(source="approved_by_id", allow_null=True)
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)

    class Meta:
        model = Target
        fields = [
            "id",
            "kpi",
            "kind",
            "value",
            "low",
            "high",
            "stated_as",
            "baseline",
            "due_on",
            "resolved",
            "basis",
            "reason",
            "source",
            "element",
            "recorded_at",
            "approved_by",
            "supersedes",
        ]

    def get_baseline(self, row: Target) -> dict[str, Any] | None:
        baseline = self._baseline(row)
        return BaselineOut(baseline).data if baseline else None

    def get_resolved(self, row: Target) -> str | None:
        return short(standings.resolved(row, self._baseline(row)))

    def _baseline(self, row: Target) -> Baseline | None:
        return next((one for one in row.kpi.baselines.all() if not hasattr(one, "superseded_by")), None)


class KpiMeasureOut(serializers.ModelSerializer[KpiLink]):
    code = serializers.CharField(source="measure.code")
    title = serializers.CharField(source="measure.title")
    title_en = serializers.CharField(source="measure.title_en")
    status = serializers.CharField(source="measure.status")

    class Meta:
        model = KpiLink
        fields = ["code", "title", "title_en", "status", "basis", "reason"]


class KpiFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all(), field_name="measure_links__measure")
    direction = ChoicesFilter(Direction)
    state = ChoicesFilter(StandingState, field_name="standing__state")
    rating = ChoicesFilter(Rating, field_name="standing__rating")
    has_target = FlagFilter(method="with_target")
    q = CharFilter(method="saying")

    def with_target(self, queryset: QuerySet[Kpi], name: str, value: bool) -> QuerySet[Kpi]:
        targeted = Target.objects.filter(superseded_by=None).values("kpi")
        return queryset.filter(pk__in=targeted) if value else queryset.exclude(pk__in=targeted)

    def saying(self, queryset: QuerySet[Kpi], name: str, value: str) -> QuerySet[Kpi]:
        return queryset.filter(
            Q(code__icontains=value)
            | Q(name__icontains=value)
            | Q(name_en__icontains=value)
            | Q(definition__icontains=value)
        )


class ObservationFilter(StrictFilterSet):
    """`year_from` and `year_to` are the years a period is named by: 2019 is FY2019, CY2019 and October 2019."""

    kpi = CodesFilter(queryset=Kpi.objects.all())
    measure = CodesFilter(queryset=Measure.objects.all(), field_name="kpi__measure_links__measure")
    period_type = ChoicesFilter(PeriodType)
    year_from = YearFilter(method="from_year")
    year_to = YearFilter(method="to_year")
    status = ChoicesFilter(ObservationStatus)

    def from_year(self, queryset: QuerySet[Observation], name: str, value: Any) -> QuerySet[Observation]:
        return queryset.filter(
            _fiscal() & Q(period_start__gte=f"{int(value):04}-04-01")
            | ~_fiscal() & Q(period_start__gte=f"{int(value):04}-01-01")
        )

    def to_year(self, queryset: QuerySet[Observation], name: str, value: Any) -> QuerySet[Observation]:
        year = int(value) + 1
        return queryset.filter(
            _fiscal() & Q(period_start__lt=f"{year:04}-04-01") | ~_fiscal() & Q(period_start__lt=f"{year:04}-01-01")
        )


def _fiscal() -> Q:
    return Q(period_type__in=[PeriodType.FISCAL_YEAR, PeriodType.HALF_YEAR, PeriodType.QUARTER])


def observed() -> QuerySet[Observation]:
    """Observations with all that an answer shows of them; two statements."""
    return Observation.objects.select_related("kpi", "source").prefetch_related("further_sources")


class KpiList(ListView):
    queryset = Kpi.objects.select_related("standing").prefetch_related("measure_links__measure")
    serializer_class = KpiOut
    filterset_class = KpiFilter


class KpiDetail(DetailView):
    queryset = KpiList.queryset
    serializer_class = KpiOut


class KpiPart(ListView):
    """A list that belongs to one KPI."""

    def kpi(self) -> Kpi:
        return find(Kpi.objects.all(), "code", self.kwargs["code"])


class KpiObservationList(KpiPart):
    serializer_class = ObservationOut
    keyset = ("period_start", "period_type", "id")

    class Filter(ObservationFilter):
        kpi = None
        measure = None

    filterset_class = Filter

    def get_queryset(self) -> QuerySet[Observation]:
        if getattr(self, "swagger_fake_view", False):
            return Observation.objects.none()
        return observed().filter(kpi=self.kpi())


class ObservationList(ListView):
    serializer_class = ObservationOut
    filterset_class = ObservationFilter
    keyset = ("kpi__code", "period_start", "period_type", "id")

    def get_queryset(self) -> QuerySet[Observation]:
        return observed()


class KpiTargetList(KpiPart):
    serializer_class = TargetOut
    keyset = ("id",)

    def get_queryset(self) -> QuerySet[Target]:
        if getattr(self, "swagger_fake_view", False):
            return Target.objects.none()
        rows = Target.objects.filter(kpi=self.kpi())
        return rows.select_related("kpi", "element").prefetch_related("kpi__baselines__superseded_by")


class KpiMeasureList(KpiPart):
    serializer_class = KpiMeasureOut
    keyset = ("measure__code",)

    def get_queryset(self) -> QuerySet[KpiLink]:
        if getattr(self, "swagger_fake_view", False):
            return KpiLink.objects.none()
        return KpiLink.objects.filter(kpi=self.kpi()).select_related("measure")
