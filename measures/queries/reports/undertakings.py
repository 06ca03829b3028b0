"""The measures of a document as a report freezes them, and what was reported of them in its cycle."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from measures.models import (
    Assignment,
    Cycle,
    Decision,
    Document,
    KpiLink,
    Measure,
    MeasureLink,
    Milestone,
    ProgressUpdate,
    ReportedValue,
)
from measures.queries import progress, valid
from measures.queries.reports import indicators
from measures.vocabulary import AssignmentRole, UpdateState

NAMED = ("code", "kind", "title", "title_en", "theme", "due_on", "status", "status_since", "health")
STANDS = ("rating", "rule", "total", "ratable", "rated", "met", "divergent")
DECLARED = ("id", "kind", "narrative", "reason", "declared_status", "declared_health", "decided_at")
EXPLAINED = ("cause", "corrective_step", "owner", "due_on")
SHOWN = ("id", "kind", "title", "url", "name", "media_type", "size", "sha256", "released_on")
SOURCE = ("title", "publisher", "url", "published_on")
Rows = Mapping[int, list[dict[str, Any]]]


def measures(document: Document, cycle: Cycle, day: date) -> list[dict[str, Any]]:
    """The document's measures in its order, with who has them on `day`; seven statements."""
    rows = Measure.objects.filter(element__document=document).select_related("element__parent", "standing")
    rows = rows.order_by("element__order", "code")
    owners, last = _owners(rows, day), _last_reports(cycle)
    inner: dict[str, Rows] = {
        "kpis": _rows(KpiLink.objects.filter(measure__in=rows), "kpi__code", basis="basis", reason="reason"),
        "links": _rows(MeasureLink.objects.filter(measure__in=rows), "other__code", kind="kind", theme="theme"),
        "milestones": _milestones(rows),
        "decisions": _decisions(rows),
    }
    return [
        {
            **{name: getattr(row, name) for name in NAMED},
            **_quoted(row),
            **_owned(owners[row.pk]),
            **{name: found[row.pk] for name, found in inner.items()},
            "standing": {
                **{name: getattr(row.standing, name) for name in STANDS},
                "explained": row.standing.explained_by_id is not None,
            },
            "report": last.get(row.pk),
        }
        for row in rows
    ]


def reports(cycle: Cycle) -> list[dict[str, Any]]:
    """What was approved in the cycle, reports and corrections, by measure and in their order; three statements."""
    rows = list(
        _approved(cycle).select_related("measure", "ministry", "on_behalf_of").order_by("measure__code", "decided_at")
    )
    values, evidence = _values(rows), _evidence(rows)
    return [
        {
            **{name: getattr(row, name) for name in DECLARED},
            "measure": row.measure.code,
            "ministry": row.ministry.code,
            "on_behalf_of": row.on_behalf_of.code if row.on_behalf_of else None,
            "explanation": {name: getattr(row, f"explanation_{name}") for name in EXPLAINED}
            if row.explanation_cause
            else None,
            "observations": values[row.pk],
            "evidence": evidence[row.pk],
        }
        for row in rows
    ]


def _approved(cycle: Cycle) -> QuerySet[ProgressUpdate]:
    return ProgressUpdate.objects.filter(cycle=cycle, state=UpdateState.APPROVED)


def _last_reports(cycle: Cycle) -> dict[int, int]:
    """By measure, the report or correction that was approved last."""
    return dict(_approved(cycle).order_by("decided_at", "pk").values_list("measure_id", "pk"))


def _quoted(row: Measure) -> dict[str, Any]:
    element = row.element
    return {
        "element": element.code,
        "section": element.parent.code if element.parent else None,
        "section_title": element.parent.text if element.parent else "",
        "viewpoints": list(element.viewpoints),
        "lines": [element.first_line, element.last_line],
        "text": element.text,
        "text_en": element.text_en,
    }


def _owners(rows: QuerySet[Measure], day: date) -> Mapping[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    held = Assignment.objects.filter(valid.on_day(day), measure__in=rows).select_related("ministry", "element")
    for one in held.order_by("measure", "ministry__precedence", "ministry__code"):
        found[one.measure_id].append(one)
    return found


def _owned(owners: Iterable[Assignment]) -> dict[str, Any]:
    """`lead` is null where nobody leads on that day."""
    told = [(one.role, _owner(one)) for one in owners]
    return {
        "lead": next((one for role, one in told if role == AssignmentRole.LEAD), None),
        "supporting": [one for role, one in told if role == AssignmentRole.SUPPORT],
    }


def _owner(one: Assignment) -> dict[str, Any]:
    lines = [one.element.first_line, one.element.last_line] if one.element else None
    since = one.valid_from
    return {"ministry": one.ministry.code, "basis": one.basis, "reason": one.reason, "lines": lines, "since": since}


def _rows(links: Any, code: str, **columns: str) -> Rows:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for measure_id, *values in links.order_by("measure", code, "pk").values_list("measure_id", code, *columns.values()):
        found[measure_id].append(dict(zip(("code", *columns), values, strict=True)))
    return found


def _milestones(rows: QuerySet[Measure]) -> Rows:
    names = ("id", "title", "due_on", "basis", "reason", "done_on", "evidence")
    return _plain(Milestone.objects.filter(measure__in=rows).order_by("due_on", "pk"), names)


def _decisions(rows: QuerySet[Measure]) -> Rows:
    names = ("id", "outcome", "into__code", "reference", "decided_on", "reason")
    return _plain(Decision.objects.filter(measure__in=rows).order_by("pk"), names)


def _plain(found: Any, names: tuple[str, ...]) -> Rows:
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for measure_id, *values in found.values_list("measure_id", *names):
        told[measure_id].append({name.removesuffix("__code"): one for name, one in zip(names, values, strict=True)})
    return told


def _values(rows: Iterable[ProgressUpdate]) -> Rows:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in ReportedValue.objects.filter(update__in=rows).select_related("kpi").order_by("update", "position"):
        source = {name: getattr(one, f"source_{name}") for name in SOURCE}
        found[one.update_id].append({"kpi": one.kpi.code, **indicators.value_row(one), "source": source})
    return found


def _evidence(rows: Iterable[ProgressUpdate]) -> Rows:
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for one in progress.verified_or_not().filter(update__in=rows):
        told = {name: getattr(one, name) for name in SHOWN}
        found[one.update_id].append({**told, "verified": hasattr(one, "verification")})
    return found
