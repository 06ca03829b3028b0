"""The counts a dashboard shows, read from the current rows."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q, TextField, Value

from measures.models import Assignment, Cycle, KpiLink, KpiStanding, Measure, Obligation
from measures.queries import obligations, revision, rollups
from measures.vocabulary import AssignmentRole, CycleState, MeasureStatus, Rating, StandingState

# By what measures are counted, and what it is; whoever has several viewpoints has a line of each.
KINDS: dict[str, Any] = {
    "in_status": F("status"),
    "is_divergent": F("standing__divergent"),
    "is_unexplained": ExpressionWrapper(Q(standing__divergent=True, standing__explained_by=None), BooleanField()),
    "rating": F("standing__rating"),
    "is_ratable": ExpressionWrapper(Q(standing__ratable__gt=0), BooleanField()),
    "section": F("element__parent__code"),
    "viewpoints": Func(F("element__viewpoints"), Value("\n"), function="array_to_string", output_field=TextField()),
}
KIND = "CASE 0 " + " ".join(f"WHEN grouping({kind}) THEN '{kind}'" for kind in KINDS) + " END"
WORD = f"coalesce({', '.join(f'{kind}::text' for kind in KINDS)})"
SETS = ", ".join(f"({kind})" for kind in KINDS)


def summary(*, on: date, documents: Iterable[int] | None = None) -> dict[str, Any]:
    """Counts of measures and KPIs, and of what is owed in the open cycles on the day `on`; nine statements.

    Of all documents or of these (ids). The statements are as many however many rows there are.

    Each row is looked at as seldom as may be: in the past, every look is one into its history.
    """
    measures = Measure.objects.all()
    leads = Assignment.objects.filter(role=AssignmentRole.LEAD, valid_to=None)
    # Every KPI has its standing from the moment on at which it is there itself.
    kpis = KpiStanding.objects.all()
    if documents is not None:
        measures = measures.filter(element__document__in=list(documents))
        leads = leads.filter(measure__in=measures)
        # By their ids, so that a KPI of several measures is still one row, and nothing has to be counted as distinct.
        kpis = kpis.filter(kpi__in=KpiLink.objects.filter(measure__in=measures).values("kpi"))
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
    found = _tallies(measures)
    total, ratable = sum(found["in_status"].values()), found["is_ratable"]["true"]
    by_viewpoint = Counter[str]()
    for lines, number in found["viewpoints"].items():
        for viewpoint in filter(None, lines.split("\n")):
            by_viewpoint[viewpoint] += number
    counted = {
        "total": total,
        "by_status": {status: found["in_status"][status] for status in MeasureStatus.values},
        "by_ministry": _counts(leads, "ministry__code"),
        "by_section": dict(sorted(found["section"].items())),
        "by_viewpoint": dict(sorted(by_viewpoint.items())),
        "divergent": found["is_divergent"]["true"],
        "unexplained": found["is_unexplained"]["true"],
    }
    return counted, rollups.counts(measures, total=total, ratable=ratable, by_rating=found["rating"])


def _tallies(measures: Any) -> dict[str, Counter[str]]:
    """How many measures have each word of each kind; one statement."""
    rows, parameters = measures.order_by().annotate(**KINDS).values(*KINDS).query.sql_with_params()
    found: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {KIND}, {WORD}, count(*) FROM ({rows}) AS measure GROUP BY GROUPING SETS ({SETS})",  # noqa: S608
            parameters,
        )
        for kind, word, number in cursor.fetchall():
            if word is not None:
                found[kind][word] = number
    return found


def _kpis(standings: Any) -> dict[str, Any]:
    unratable = (StandingState.NOT_APPLICABLE, StandingState.UNRESOLVED)
    totals = standings.aggregate(
        total=Count("pk"),
        ratable=Count("pk", filter=~Q(state__in=unratable)),
        rated=Count("pk", filter=Q(rating__in=[Rating.A, Rating.B])),
        met=Count("pk", filter=Q(met=True)),
        **{rating: Count("pk", filter=Q(rating=rating)) for rating in Rating.values},
    )
    by_rating = {rating: totals.pop(rating) for rating in Rating.values}
    return totals | {"by_rating": by_rating}


def _obligations(measures: Any, on: date) -> dict[str, Any]:
    # Of all that was ever owed only the part of these cycles is looked up, in the past too.
    rows = Obligation.objects.filter(
        cycle__in=list(Cycle.objects.filter(state=CycleState.OPEN).values_list("pk", flat=True))
    )
    if measures is not None:
        rows = rows.filter(measure__in=measures)
    found = obligations.counts(rows, by="ministry__code", on=on)
    by_ministry = {code: obligations.told(figures, on=on) for code, figures in found.items()}
    return {**obligations.told(obligations.together(found.values()), on=on), "by_ministry": by_ministry}


def _counts(rows: Any, by: str) -> dict[str, int]:
    counted = rows.order_by().values(by).annotate(number=Count("*")).order_by(by)
    return {row[by]: row["number"] for row in counted}
