"""The pictures of a report: each KPI over time, and the measures of each ministry by their status; from frozen rows."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation

from measures.exports.charts import Bar, Category, Chart, Stack, draw_series, draw_stack
from measures.exports.charts.plot import Size
from measures.exports.reports import words
from measures.queries.series import Figure, Goal, Series, Value
from measures.rules import periods
from measures.vocabulary import MeasureStatus, ObservationStatus, RevisionState, StandingState, TargetKind

Said = Mapping[str, Any]
# As wide as the text, and low enough for a measure to have several on its page.
SIZE = Size(width=720, height=130, letters=14, parts=3)


def of_kpi(kpi: Said) -> dict[str, str] | None:
    """The KPI over time; None while it has no value."""
    if not kpi["observations"]:
        return None
    with translation.override("ja"):
        return _shown(draw_series(_series(kpi), name="kpi", size=SIZE))


def of_measures(said: Said) -> dict[str, str]:
    """How many measures of each lead ministry are at which status."""
    names = {one["code"]: one["name"] for one in said["ministries"]}
    counted: dict[str, Counter[str]] = {code: Counter() for code in names}
    for measure in said["measures"]:
        lead = measure["lead"]["ministry"] if measure["lead"] else ""
        counted.setdefault(lead, Counter())[measure["status"]] += 1
    bars = tuple(Bar(words.text(names.get(code, words.NOTHING)), counts) for code, counts in counted.items() if counts)
    categories = tuple(Category(status.value, str(status.label)) for status in MeasureStatus)
    with translation.override("ja"):
        return _shown(draw_stack(Stack("主担当府省別の施策の状況", "施策", categories, bars), name="measures"))


def _shown(chart: Chart) -> dict[str, str]:
    return {"svg": chart.svg, "said": chart.description}


def _series(kpi: Said) -> Series:
    standing, baseline, target = kpi["standing"], kpi["baseline"], kpi["target"]
    return Series(
        code=kpi["code"],
        name=words.text(kpi["name"]),
        unit=words.text(kpi["unit"]),
        decimals=kpi["decimals"],
        values=tuple(_value(one) for one in kpi["observations"]),
        baseline=(periods.from_wire(baseline["period"]), _number(baseline["value"])) if baseline else None,
        goals=(_goal(target),) if target else (),
        state=StandingState(standing["state"]),
        required=_number(standing["required"]),
        latest=_period(standing["period"]),
        met_on=_period(standing["met_on"]),
        lost=standing["lost"],
    )


def _value(one: Said) -> Value:
    return Value(
        period=periods.from_wire(one["period"]),
        figure=Figure(*(_number(one[name]) for name in ("value", "low", "high"))),
        provisional=one["status"] == ObservationStatus.PROVISIONAL,
        approximate=one["approximate"],
        derived=one["derived"],
    )


def _goal(target: Said) -> Goal:
    is_range = target["kind"] == TargetKind.RANGE
    low, high = (_number(target[name]) if is_range else None for name in ("low", "high"))
    figure = Figure(None if is_range else _number(target["resolved"]), low, high)
    return Goal(RevisionState.CURRENT, date.fromisoformat(target["due_on"]), figure)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _period(wire: Any) -> periods.Period | None:
    return periods.from_wire(wire) if wire else None
