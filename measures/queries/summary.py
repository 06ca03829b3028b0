"""The counts a dashboard shows, read from the current rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, Func, Q

from measures.models import Assignment, Kpi, KpiLink, Measure, Obligation
from measures.queries import obligations, revision, rollups
from measures.vocabulary import AssignmentRole, CycleState, MeasureStatus, Rating, StandingState


def summary(*, on: date, documents: Iterable[int] | None = None) -> dict[str, Any]:
    """Counts of measures and KPIs, and of what is owed in the open cycles on the day `on`; nine statements.

    Of all documents or of these (ids). The statements are as many however many rows there are.

    Each row is looked at as seldom as may be: in the past, every look is one into its history.
    """
    measures = Measure.objects.all()
    leads = Assignment.objects.filter(role=AssignmentRole.LEAD, valid_to=None)
    kpis = Kpi.objects.all()
    if documents is not None:
        measures = measures.filter(element__document__in=list(documents))
        leads = leads.filter(measure__in=measures)
        # By their ids, so that a KPI of several measures is still one row, and nothing has to be counted as distinct.
        kpis = kpis.filter(pk__in=KpiLink.objects.filter(measure__in=measures).values("kpi"))
    counted, rollup = _measures(measures, leads)
    return {
        "revision": revision.public(),
        "measures": counted,
        "rollup": rollup,
        "kpis": _kpis(kpis),
        "obligations": _obligations(measures if documents is not None else None, on),
    }


def _measures(measures: Any, leads: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The counts of measures one by one, and the rollup in which linked ones count once."""
    by_status = {status: Count("pk", filter=Q(status=status)) for status in MeasureStatus.values}
    totals = measures.aggregate(
        total=Count("pk"),
        divergent=Count("pk", filter=Q(standing__divergent=True)),
        unexplained=Count("pk", filter=Q(standing__divergent=True, standing__explained_by=None)),
        **by_status,
        **rollups.EACH,
    )
    viewpoints = measures.annotate(viewpoint=Func(F("element__viewpoints"), function="unnest"))
    counted = {
        "total": totals["total"],
        "by_status": {status: totals[status] for status in MeasureStatus.values},
        "by_ministry": _counts(leads, "ministry__code"),
        "by_section": _counts(measures.exclude(element__parent=None), "element__parent__code"),
        "by_viewpoint": _counts(viewpoints, "viewpoint"),
        "divergent": totals["divergent"],
        "unexplained": totals["unexplained"],
    }
    return counted, rollups.counts(measures, totals)


def _kpis(kpis: Any) -> dict[str, Any]:
    unratable = (StandingState.NOT_APPLICABLE, StandingState.UNRESOLVED)
    rated = Q(standing__rating__in=[Rating.A, Rating.B])
    totals = kpis.aggregate(
        total=Count("pk"),
        ratable=Count("pk", filter=~Q(standing__state__in=unratable)),
        rated=Count("pk", filter=rated),
        met=Count("pk", filter=Q(standing__met=True)),
        **{rating: Count("pk", filter=Q(standing__rating=rating)) for rating in Rating.values},
    )
    by_rating = {rating: totals.pop(rating) for rating in Rating.values}
    return totals | {"by_rating": by_rating}


def _obligations(measures: Any, on: date) -> dict[str, Any]:
    rows = Obligation.objects.filter(cycle__state=CycleState.OPEN)
    if measures is not None:
        rows = rows.filter(measure__in=measures)
    found = obligations.counts(rows, by="ministry__code", on=on)
    by_ministry = {code: obligations.told(figures, on=on) for code, figures in found.items()}
    return {**obligations.told(obligations.together(found.values()), on=on), "by_ministry": by_ministry}


def _counts(rows: Any, by: str) -> dict[str, int]:
    counted = rows.order_by().values(by).annotate(number=Count("*")).order_by(by)
    return {row[by]: row["number"] for row in counted}
