"""The counts a dashboard shows, read from the current rows."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q, TextField, Value

from measures.models import Assignment, Cycle, KpiLink, KpiStanding, Measure, Obligation
from measures.queries import obligations, revision, rollups
from measures.vocabulary import AssignmentRole, CycleState, MeasureStatus, Rating, StandingState


class _Alike(NamedTuple):
    """Measures that have all in common by which measures are counted, and how many there are of them.

    Their viewpoints are a line each, since a text is grouped and handed over sooner than an array.
    """

    status: str
    divergent: bool | None
    explained: bool
    rating: str | None
    ratable: bool | None
    section: str | None
    viewpoints: str
    number: int


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
    groups = _groups(measures)
    total, ratable = sum(one.number for one in groups), sum(one.number for one in groups if one.ratable)
    counted = {
        "total": total,
        "by_status": dict.fromkeys(MeasureStatus.values, 0) | _tally(groups, lambda one: one.status),
        "by_ministry": _counts(leads, "ministry__code"),
        "by_section": _tally(groups, lambda one: one.section),
        "by_viewpoint": _tally(groups, lambda one: one.viewpoints),
        "divergent": sum(one.number for one in groups if one.divergent),
        "unexplained": sum(one.number for one in groups if one.divergent and not one.explained),
    }
    by_rating = _tally(groups, lambda one: one.rating)
    return counted, rollups.counts(measures, total=total, ratable=ratable, by_rating=by_rating)


def _groups(measures: Any) -> list[_Alike]:
    """All measures, as many groups as there are kinds of them; one statement."""
    told = measures.annotate(
        divergent=F("standing__divergent"),
        explained=ExpressionWrapper(Q(standing__explained_by__isnull=False), BooleanField()),
        rating=F("standing__rating"),
        ratable=ExpressionWrapper(Q(standing__ratable__gt=0), BooleanField()),
        section=F("element__parent__code"),
        viewpoints=Func(F("element__viewpoints"), Value("\n"), function="array_to_string", output_field=TextField()),
    )
    names = [name for name in _Alike._fields if name != "number"]
    return [_Alike(*row) for row in told.order_by().values_list(*names).annotate(number=Count("pk"))]


def _tally(groups: Iterable[_Alike], what: Callable[[_Alike], str | None]) -> dict[str, int]:
    """How many measures have each word, in the order of the words; those with several, in lines, count under each."""
    lines, found = Counter[str](), Counter[str]()
    for one in groups:
        lines[what(one) or ""] += one.number
    for words, number in lines.items():
        for word in filter(None, words.split("\n")):
            found[word] += number
    return dict(sorted(found.items()))


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
