"""What the engine needs to know of KPIs and measures, read in a handful of statements however many there are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from measures.models import Baseline, Kpi, KpiLink, Measure, Observation, Target
from measures.rules import kpi, periods, standings
from measures.vocabulary import ObservationStatus

# What the rollup of a measure reads of each KPI's standing.
MEMBER = ("state", "rating", "met")
# What the engine reads of an observation.
OBSERVED = (
    "kpi",
    *("period_type", "period_start", "period_end"),
    *("value", "low", "high"),
    "status",
    "approximate",
)


def kpi_columns(kpi_ids: Collection[int], *, on: date) -> dict[int, dict[str, Any]]:
    """KpiStanding's columns for each KPI, computed from the facts as now known; five statements."""
    observations = _observations(kpi_ids)
    baselines = {row.kpi_id: row for row in Baseline.objects.filter(kpi__in=kpi_ids, superseded_by=None)}
    targets = {row.kpi_id: row for row in Target.objects.filter(kpi__in=kpi_ids, superseded_by=None)}
    return {
        pk: standings.kpi_columns(
            kpi.standing(
                observations=observations[pk],
                baseline=_baseline(baselines.get(pk)),
                target=_target(targets.get(pk)),
                direction=direction,
                on=on,
                rule=standings.RULE,
            )
        )
        for pk, direction in Kpi.objects.filter(pk__in=kpi_ids).order_by("pk").values_list("pk", "direction")
    }


def measure_columns(measure_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """MeasureStanding's columns for each measure, from the standings its KPIs have now; two statements."""
    members: dict[int, list[dict[str, Any]]] = defaultdict(list)
    links = KpiLink.objects.filter(measure__in=measure_ids).order_by("measure", "kpi")
    standing = [f"kpi__standing__{name}" for name in MEMBER]
    for measure_id, *values in links.values_list("measure_id", *standing):
        members[measure_id].append(dict(zip(MEMBER, values, strict=True)))
    return {
        pk: standings.measure_columns(members[pk], health=health)
        for pk, health in Measure.objects.filter(pk__in=measure_ids).order_by("pk").values_list("pk", "health")
    }


def resolved(target: Target, baseline: Baseline | None) -> Any:
    """The target's number in the KPI's unit, or None while it has none."""
    return kpi.resolve(_target(target), _baseline(baseline))  # type: ignore[arg-type]


def _observations(kpi_ids: Collection[int]) -> dict[int, list[kpi.Observation]]:
    found: dict[int, list[kpi.Observation]] = defaultdict(list)
    known = Observation.objects.filter(kpi__in=kpi_ids, corrected_by=None).order_by("kpi", "period_start")
    # As plain values: most of the time of a rebuild went into making rows of models.
    for kpi_id, kind, start, end, value, low, high, status, approximate in known.values_list(*OBSERVED).iterator():
        found[kpi_id].append(
            kpi.Observation(
                period=periods.from_dates(kind, start, end),
                value=value,
                low=low,
                high=high,
                provisional=status == ObservationStatus.PROVISIONAL,
                approximate=approximate,
            )
        )
    return found


def _baseline(row: Baseline | None) -> kpi.Baseline | None:
    if row is None:
        return None
    return kpi.Baseline(periods.from_dates(row.period_type, row.period_start, row.period_end), row.value)


def _target(row: Target | None) -> kpi.Target | None:
    if row is None:
        return None
    return standings.engine_target(kind=row.kind, due_on=row.due_on, value=row.value, low=row.low, high=row.high)
