"""Reading for imports: what a template shows of a ministry and a cycle, what a file may speak of, and past imports."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from measures.models import Cycle, Import, Kpi, KpiLink, Measure, Ministry, Obligation, Observation, ProgressUpdate
from measures.rules import periods
from measures.rules.imports import asked
from measures.rules.imports.reading import Known, KnownKpi
from measures.rules.periods import Period
from measures.rules.roles import Actor
from measures.vocabulary import UpdateState


@dataclass(frozen=True, slots=True)
class AskedKpi:
    """A KPI of a measure: the period and value it had last, if any, and the periods it is asked for."""

    code: str
    name: str
    unit: str
    period_type: str
    last_period: Period | None
    last_value: str
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class AskedMeasure:
    code: str
    title: str
    due_on: date
    status: str
    kpis: tuple[AskedKpi, ...]


def asked_of(ministry: Ministry, cycle: Cycle, *, on: date) -> list[AskedMeasure]:
    """What `ministry` owes in `cycle` and has no approved report of yet, by measure; three statements.

    Asked are the periods that are over on the day `on` and when the cycle closes.
    """
    approved = ProgressUpdate.objects.filter(cycle=cycle, measure=OuterRef("measure"), state=UpdateState.APPROVED)
    owed = Obligation.objects.filter(~Exists(approved), cycle=cycle, ministry=ministry, waived_at=None)
    rows = list(owed.select_related("measure").order_by("measure__code"))
    kpis = _kpis([row.measure for row in rows], on=min(on, cycle.closes_on + timedelta(days=1)))
    return [
        AskedMeasure(row.measure.code, row.measure.title, row.due_on, row.measure.status, tuple(kpis[row.measure_id]))
        for row in rows
    ]


def known_in(cycle: Cycle) -> Known:
    """What a file for `cycle` may speak of: the measures of its document, and every KPI; two statements."""
    measures = Measure.objects.filter(element__document=cycle.document_id)
    kpis = Kpi.objects.values_list("code", "unit", "period_type")
    return Known(
        measures=frozenset(measures.values_list("code", flat=True)),
        kpis={code: KnownKpi(unit, period_type) for code, unit, period_type in kpis},
    )


def visible_to(actor: Actor) -> QuerySet[Import]:
    """The actor's own, and nobody else's."""
    return Import.objects.filter(owner=actor.person_id or 0).select_related("cycle", "ministry")


def snapshot(one: Import) -> dict[str, Any]:
    """All that an event says of an import: the file, and how it went; not what stands in it."""
    names = ("name", "size", "sha256", "state", "changes")
    return {
        "id": one.pk,
        "cycle": one.cycle.code,
        "ministry": one.ministry.code,
        **{name: getattr(one, name) for name in names},
        "problems": len(one.problems),
    }


def _kpis(measures: Collection[Measure], *, on: date) -> dict[int, list[AskedKpi]]:
    """By measure (id), its KPIs by code."""
    links = list(KpiLink.objects.filter(measure__in=measures).select_related("kpi").order_by("kpi__code"))
    newest: dict[int, Observation] = {}
    current = Observation.objects.filter(kpi__in={link.kpi_id for link in links}, corrected_by=None)
    for one in current.order_by("period_end", "period_start"):
        newest[one.kpi_id] = one
    found: dict[int, list[AskedKpi]] = defaultdict(list)
    for link in links:
        found[link.measure_id].append(_asked(link, newest.get(link.kpi_id), on=on))
    return found


def _asked(link: KpiLink, last: Observation | None, *, on: date) -> AskedKpi:
    kpi = link.kpi
    period = periods.from_dates(last.period_type, last.period_start, last.period_end) if last else None
    return AskedKpi(
        code=kpi.code,
        name=kpi.name,
        unit=kpi.unit,
        period_type=kpi.period_type,
        last_period=period,
        last_value=_shown(last) if last else "",
        periods=tuple(asked.unreported(period, kpi.period_type, on=on)),
    )


def _shown(one: Observation) -> str:
    """As it was published: 16.1, 約38000, or 10～20."""
    numbers = [format(number, "f") for number in (one.value, one.low, one.high) if number is not None]
    return ("約" if one.approximate else "") + "～".join(numbers)
