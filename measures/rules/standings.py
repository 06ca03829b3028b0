"""How the engine's answers are kept: the columns of a KPI's standing, and the rollup of a measure's KPIs."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from measures.rules import divergence, kpi, periods
from measures.vocabulary import Rating, TargetKind

# The rule in force before any other was adopted.
RULE = "abn-1"
WORST_FIRST = (Rating.B, Rating.A, Rating.N, Rating.F)
PLACES = 12
TARGET_FIELD = {TargetKind.RELATIVE: "ratio", TargetKind.MULTIPLE: "factor"}


def engine_target(
    *, kind: str, due_on: Any, value: Decimal | None, low: Decimal | None, high: Decimal | None
) -> kpi.Target:
    """The engine's target from a stored one, whose `value` reads by kind."""
    if kind == TargetKind.RANGE:
        return kpi.Target(kind=kind, due_on=due_on, low=low, high=high)
    return kpi.Target(kind=kind, due_on=due_on, **{TARGET_FIELD.get(TargetKind(kind), "value"): value})


def kpi_columns(standing: kpi.Standing) -> dict[str, Any]:
    """The columns of KpiStanding; quotients are kept to 12 places, which is more than is ever shown."""
    return {
        "state": standing.state,
        "rating": standing.rating,
        "rule": standing.rule,
        "data_state": standing.data_state,
        "value": standing.value,
        "low": standing.low,
        "high": standing.high,
        **_period("period", standing.period),
        "progress": _kept(standing.progress),
        "elapsed": _kept(standing.elapsed),
        "required": _kept(standing.required),
        "target": standing.target,
        "target_low": standing.target_low,
        "target_high": standing.target_high,
        "baseline": standing.baseline,
        "met": standing.met,
        **_period("met_on", standing.met_on),
        "lost": standing.lost,
        "provisional": standing.provisional,
        "approximate": standing.approximate,
        "indeterminate": standing.indeterminate,
    }


def measure_columns(standings: Iterable[Mapping[str, Any]], *, health: str, rule: str = RULE) -> dict[str, Any]:
    """The columns of MeasureStanding from those of its KPIs' standings and its declared health.

    A KPI is ratable when its target has a number and rated when it got A or B; `rating` is the worst that was given.
    """
    rows = list(standings)
    ratings = [row["rating"] for row in rows if row["rating"] is not None]
    rating = next((one for one in WORST_FIRST if one in ratings), None)
    return {
        "rating": rating,
        "rule": rule,
        "total": len(rows),
        "ratable": sum(_ratable(row) for row in rows),
        "rated": sum(one in (Rating.A, Rating.B) for one in ratings),
        "met": sum(row["met"] is True for row in rows),
        "divergent": bool(divergence.against(health, {nth: row["state"] for nth, row in enumerate(rows)})),
    }


def _ratable(row: Mapping[str, Any]) -> bool:
    return row["state"] not in divergence.UNRATABLE


def _kept(number: Decimal | None) -> Decimal | None:
    return None if number is None else kpi.shown(number, PLACES).normalize() + 0


def _period(prefix: str, period: periods.Period | None) -> dict[str, Any]:
    if period is None:
        return {f"{prefix}_type": None, f"{prefix}_start": None, f"{prefix}_end": None}
    return {f"{prefix}_type": period.type, f"{prefix}_start": period.start, f"{prefix}_end": period.end}
