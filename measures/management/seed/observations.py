"""The published values, one a period, each with where it was read."""

from datetime import date
from typing import Any

from measures.management.seed import kpis
from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.rules import periods
from measures.rules.periods import Period
from measures.vocabulary import ObservationStatus, PeriodType


def add_sources(rows: Rows, material: Material) -> None:
    days = material.decisions["published_on"]["days"]
    for code, given in material.kpi["sources"].items():
        rows.add(
            "source",
            {
                "code": code,
                "title": given["title"],
                "publisher": given["publisher"],
                "url": given["seen_at"].split(" ; ")[0],
                "published_on": days[code][0] if code in days else None,
                "tier": given["tier"],
            },
            key=code,
        )


def add(rows: Rows, material: Material, *, before: date | None) -> None:
    """Adds the values whose period begins before the day `before`, or all of them."""
    for series in material.kpi["series"]:
        for point in series["points"]:
            period = _period(material, series, point)
            # A value without a year, or without the day its series counts on, belongs to no period.
            if period and (before is None or period.start < before):
                _add_observation(rows, material, series, point, period)


def _period(material: Material, series: dict[str, Any], point: dict[str, Any]) -> Period | None:
    if point["year"] is None:
        return None
    kind = kpis.period_type(material, series)
    if kind != PeriodType.POINT:
        return kpis.YEARS[kind](point["year"])
    decided = material.decisions["points"][kpis.code_of(series)]
    if "month_and_day" in decided:
        return periods.point(date.fromisoformat(f"{point['year']}-{decided['month_and_day']}"))
    day = decided["days"].get(str(point["year"]))
    return periods.point(date.fromisoformat(day)) if day else None


def _add_observation(
    rows: Rows, material: Material, series: dict[str, Any], point: dict[str, Any], period: Period
) -> None:
    first, *others = point["sources"]
    provisional = first in material.decisions["observations"]["provisional_sources"]
    low, high = (kpis.number(end) for end in point["range"]) if "range" in point else (None, None)
    pk = rows.add(
        "observation",
        {
            "kpi": rows.pk("kpi", kpis.code_of(series)),
            **kpis.columns(period),
            "value": None if point["value"] is None else kpis.number(point["value"]),
            "low": low,
            "high": high,
            "status": ObservationStatus.PROVISIONAL if provisional else ObservationStatus.FINAL,
            "approximate": point.get("approximate", False),
            "derived": point["confidence"] == "derived",
            "derivation": point.get("derivation", ""),
            "note": _note(point),
            "source": rows.pk("source", first),
            "update": None,
            "corrects": None,
            "reason": "",
            "recorded_at": material.decisions["import"]["at"],
        },
        key=(kpis.code_of(series), period.start.isoformat()),
    )
    for other in others:
        rows.add("observationsource", {"observation": pk, "source": rows.pk("source", other)})


def _note(point: dict[str, Any]) -> str:
    parts = ", ".join(f"{name} {count}" for name, count in point.get("breakdown", {}).items())
    return "; ".join(filter(None, [(point["note"] or "").strip(" ;"), f"breakdown: {parts}" if parts else ""]))
