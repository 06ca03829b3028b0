"""The KPIs of a document as a report freezes them: what each is measured from and aims at, its values, its standing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from measures.models import Baseline, Document, Kpi, KpiLink, KpiStanding, Observation, Target
from measures.queries import revisions, standings
from measures.rules import kpi as engine
from measures.rules import periods

NAMED = ("code", "name", "name_en", "unit", "direction", "period_type", "period_note", "decimals", "statistic")
SAID = (
    *("state", "rating", "rule", "data_state", "value", "low", "high", "baseline"),
    *("met", "lost", "provisional", "approximate", "indeterminate"),
)
# Quotients are kept to more places than are ever shown.
ROUNDED = ("progress", "elapsed", "required", "target", "target_low", "target_high")
OBSERVED = ("value", "low", "high", "status", "approximate", "derived", "derivation", "note", "reason", "recorded_at")
SOURCE = ("title", "publisher", "url", "published_on", "tier")
AIMED = ("kind", "value", "low", "high", "due_on", "stated_as", "source", "basis", "reason", "effective_on")


def kpis(document: Document) -> list[dict[str, Any]]:
    """Every KPI that is linked to a measure of the document, by its code; five statements."""
    links = KpiLink.objects.filter(measure__element__document=document)
    rows = list(Kpi.objects.filter(pk__in=links.values("kpi")).select_related("standing").order_by("code"))
    ids = [row.pk for row in rows]
    baselines = {one.kpi_id: one for one in revisions.in_force(Baseline.objects.filter(kpi__in=ids))}
    targets = {one.kpi_id: one for one in revisions.in_force(Target.objects.filter(kpi__in=ids))}
    observed, measures = _observed(ids), _measures(links)
    return [
        {
            **{name: getattr(row, name) for name in NAMED},
            "definition": row.definition,
            "notes": list(row.notes),
            "measures": measures[row.pk],
            "baseline": _baseline(baselines.get(row.pk)),
            "target": _target(targets.get(row.pk), baselines.get(row.pk)),
            "standing": _standing(row.standing),
            "observations": observed[row.pk],
        }
        for row in rows
    ]


def value_row(row: Any) -> dict[str, Any]:
    """A number or a range for a period, and how sure it is, of an observation or of what was reported."""
    return {"period": _period(row, "period"), **{name: getattr(row, name) for name in OBSERVED if hasattr(row, name)}}


def _observed(ids: Iterable[int]) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    known = Observation.objects.filter(kpi__in=ids, corrected_by=None).select_related("source")
    for row in known.order_by("kpi", "period_start", "period_type"):
        source = {name: getattr(row.source, name) for name in SOURCE}
        found[row.kpi_id].append({**value_row(row), "id": row.pk, "corrects": row.corrects_id, "source": source})
    return found


def _measures(links: Any) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for kpi_id, code, basis, reason in links.order_by("measure__code").values_list(
        "kpi_id", "measure__code", "basis", "reason"
    ):
        found[kpi_id].append({"code": code, "basis": basis, "reason": reason})
    return found


def _baseline(row: Baseline | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"period": _period(row, "period"), "value": row.value, "basis": row.basis, "reason": row.reason}


def _target(row: Target | None, baseline: Baseline | None) -> dict[str, Any] | None:
    if row is None:
        return None
    number = standings.resolved(row, baseline)
    return {**{name: getattr(row, name) for name in AIMED}, "resolved": _short(number)}


def _standing(row: KpiStanding) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in SAID},
        **{name: _short(getattr(row, name)) for name in ROUNDED},
        "period": _period(row, "period"),
        "met_on": _period(row, "met_on"),
    }


def _short(number: Decimal | None) -> Decimal | None:
    """Rounded to 6 places, without the zeros that computing leaves behind."""
    return None if number is None else engine.shown(number).normalize() + 0


def _period(row: Any, columns: str) -> dict[str, Any] | None:
    kind = getattr(row, f"{columns}_type")
    if not kind:
        return None
    start, end = getattr(row, f"{columns}_start"), getattr(row, f"{columns}_end")
    return dict(periods.to_wire(periods.from_dates(kind, start, end)))
