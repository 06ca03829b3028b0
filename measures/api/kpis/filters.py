"""How KPIs and observations are picked."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django_filters import CharFilter

from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet, YearFilter
from measures.models import Kpi, Measure, Observation, Target
from measures.models.search import Fold
from measures.vocabulary import Direction, ObservationStatus, PeriodType, Rating, StandingState


class KpiFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all(), field_name="measure_links__measure")
    direction = ChoicesFilter(Direction)
    state = ChoicesFilter(StandingState, field_name="standing__state")
    rating = ChoicesFilter(Rating, field_name="standing__rating")
    has_target = FlagFilter(method="with_target")
    q = CharFilter(method="saying")

    def with_target(self, queryset: QuerySet[Kpi], name: str, value: bool) -> QuerySet[Kpi]:
        targeted = Target.objects.values("kpi")
        return queryset.filter(pk__in=targeted) if value else queryset.exclude(pk__in=targeted)

    def saying(self, queryset: QuerySet[Kpi], name: str, value: str) -> QuerySet[Kpi]:
        return queryset.filter(folded__contains=Fold(Value(value)))


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
