"""The KPIs, the measures they speak of, and the ledger of their baselines and targets."""

from decimal import Decimal
from typing import Any

from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.rules import periods
from measures.rules.periods import Period
from measures.vocabulary import PeriodType

YEARS = {PeriodType.FISCAL_YEAR: periods.fiscal_year, PeriodType.CALENDAR_YEAR: periods.calendar_year}


def add(rows: Rows, material: Material) -> None:
    for series in material.kpi["series"]:
        _add_kpi(rows, material, series)
    _add_links(rows, material)
    for series in material.kpi["series"]:
        if series["target"]:
            _add_baseline(rows, material, series)
            _add_target(rows, material, series)


def code_of(series: dict[str, Any]) -> str:
    return str(series["id"]).replace("_", "-")


def period_type(material: Material, series: dict[str, Any]) -> PeriodType:
    """Told by the word that opens the series' period, e.g. "年度 (April-March)"."""
    return PeriodType(material.decisions["period_types"][series["period"].split()[0]])


def number(printed: int | Decimal) -> Decimal:
    return Decimal(str(printed))


def _add_kpi(rows: Rows, material: Material, series: dict[str, Any]) -> None:
    code = code_of(series)
    point = material.decisions["points"].get(code)
    rows.add(
        "kpi",
        {
            "code": code,
            "name": series["name_ja"],
            "name_en": series["name_en"],
            "unit": series["unit"],
            "direction": series["direction"] or "",
            "period_type": period_type(material, series),
            "period_note": point["note"] if point else series["period"],
            "decimals": _decimals(series),
            "statistic": series["publisher"],
            "definition": series["definition"],
            "notes": series["notes"],
            "version": 1,
            "updated_at": material.decisions["import"]["at"],
        },
        key=code,
    )


def _decimals(series: dict[str, Any]) -> int:
    """The most decimals printed in the series."""
    printed = [n for point in series["points"] for n in (point["value"], *point.get("range", ())) if n is not None]
    return max((-int(number(n).as_tuple().exponent) for n in printed), default=0)


def _add_links(rows: Rows, material: Material) -> None:
    decided = material.decisions["kpi_links"]
    added = {(one["kpi"], one["measure"]): one["reason"] for one in decided["added"]}
    for series in material.kpi["series"]:
        code = code_of(series)
        linked = [(measure, decided["reasons"][code]) for measure in series["linked_measures"]]
        linked += [(measure, reason) for (kpi, measure), reason in added.items() if kpi == code]
        for measure, reason in linked:
            rows.add(
                "kpilink",
                {
                    "measure": rows.pk("measure", measure),
                    "kpi": rows.pk("kpi", code),
                    "basis": decided["basis"],
                    "reason": reason,
                    "recorded_at": material.decisions["import"]["at"],
                },
                key=(measure, code),
            )


def _add_baseline(rows: Rows, material: Material, series: dict[str, Any]) -> None:
    given = series["target"]["baseline"]
    if given is None:
        return
    code = code_of(series)
    rows.add(
        "baseline",
        {
            "kpi": rows.pk("kpi", code),
            **columns(YEARS[period_type(material, series)](given["year"])),
            "value": None if given["value"] is None else number(given["value"]),
            **{name: material.decisions["baselines"][code][name] for name in ("basis", "reason")},
            "set_by": None,
            "proposed": False,
            "recorded_at": material.decisions["import"]["at"],
            "supersedes": None,
        },
        key=code,
    )


def _add_target(rows: Rows, material: Material, series: dict[str, Any]) -> None:
    code = code_of(series)
    decided = material.decisions["targets"][code]
    element = decided["element"]
    rows.add(
        "target",
        {
            "kpi": rows.pk("kpi", code),
            "kind": decided["kind"],
            "value": Decimal(decided["value"]),
            "low": None,
            "high": None,
            "due_on": decided["due_on"],
            "stated_as": decided["stated_as"],
            "element": rows.pk("element", element) if element else None,
            "source": series["target"]["source"],
            "basis": decided["basis"],
            "reason": decided["reason"],
            "effective_on": None,
            "set_by": None,
            "proposed": False,
            "recorded_at": material.decisions["import"]["at"],
            "supersedes": None,
        },
        key=code,
    )


def columns(period: Period) -> dict[str, Any]:
    return {"period_type": period.type, "period_start": period.start, "period_end": period.end}
