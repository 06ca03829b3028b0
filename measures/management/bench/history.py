"""The past of what was generated: each state that the triggers would have kept, dated when it was recorded."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from measures.management.bench import cycles
from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.rows import copy, insert, literal
from measures.models import (
    Assignment,
    AssignmentHistory,
    CycleHistory,
    Kpi,
    KpiHistory,
    Measure,
    MeasureHistory,
    Milestone,
    MilestoneHistory,
    ProgressUpdate,
    ProgressUpdateHistory,
    ReportedValue,
    ReportedValueHistory,
)
from measures.vocabulary import CycleState, Health, MeasureStatus, UpdateState

FILLED = (
    AssignmentHistory,
    CycleHistory,
    KpiHistory,
    MeasureHistory,
    MilestoneHistory,
    ProgressUpdateHistory,
    ReportedValueHistory,
)
_UNDECIDED = {"decided_at": "NULL", "decided_by_id": "NULL"}
_UNSENT = _UNDECIDED | {"round": "0", "submitted_at": "NULL", "submitted_by_id": "NULL"}
# The steps of a report: since when, of which reports, and what was different then.
STAGES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("one.drafted_at", "true", _UNSENT | {"state": f"'{UpdateState.DRAFT.value}'", "version": "1"}),
    ("one.submitted_at", "round > 0", _UNDECIDED | {"state": f"'{UpdateState.SUBMITTED.value}'", "version": "2"}),
    ("one.updated_at", "version = 3", {}),
)


def add(plan: Plan, progress: Progress) -> None:
    """Of all but the standings, which come when the rest is in place."""
    for model, history in ((Assignment, AssignmentHistory), (Milestone, MilestoneHistory)):
        progress.add(remember(model, history, plan, {"id": "one.id", "since": "one.updated_at"}))
    progress.add(copy(CycleHistory, _cycles(plan), at=plan.began_at))
    _add_changes(plan, progress)
    for cycle in range(plan.closed + 1):
        first, last = plan.updates_of(cycle)
        # Step by step, as they would have come.
        for place, (since, these, then) in enumerate(STAGES):
            changes = then | {"id": f"one.id * {len(STAGES)} + {place}", "since": since, "updated_at": since}
            source = f"WHERE one.id BETWEEN {first} AND {last} AND {these} ORDER BY one.id"
            progress.add(remember(ProgressUpdate, ProgressUpdateHistory, plan, changes, source))
        drafted = {"id": "one.id", "since": "u.drafted_at"}
        source = f"JOIN measures_progressupdate u ON u.id = update_id WHERE u.id BETWEEN {first} AND {last}"
        progress.add(remember(ReportedValue, ReportedValueHistory, plan, drafted, f"{source} ORDER BY one.id"))


def remember(
    model: type[models.Model], history: type[models.Model], plan: Plan, changes: Mapping[str, str], source: str = ""
) -> int:
    """Adds the rows of `model` to its history, with `changes` (expressions by attribute) for what was different then;
    `source` goes on after the table, which is called `one`.
    """
    columns = {field.attname: f'one."{field.column}"' for field in model._meta.concrete_fields if not field.primary_key}
    key = {"row_id": f'one."{model._meta.pk.column}"', "gone": "false"}
    return insert(history, {**columns, **key, **changes}, f"FROM {model._meta.db_table} one {source}", at=plan.began_at)


def _add_changes(plan: Plan, progress: Progress) -> None:
    """KPIs and measures: as they were imported, and at every moment that renewed them."""
    first = {"id": "one.id", "since": literal(plan.began_at), "updated_at": literal(plan.began_at), "version": "1"}
    not_started, not_assessed = literal(MeasureStatus.NOT_STARTED.value), literal(Health.NOT_ASSESSED.value)
    begun = first | {"status": not_started, "status_since": "NULL", "health": not_assessed}
    progress.add(remember(Kpi, KpiHistory, plan, first) + remember(Measure, MeasureHistory, plan, begun))
    renewed = {"since": "change.at", "updated_at": "change.at", "version": "change.version"}
    source = "JOIN bench_kpi_change change ON kpi_id = one.id ORDER BY change.id"
    progress.add(remember(Kpi, KpiHistory, plan, renewed | {"id": f"{plan.kpis} + change.id"}, source))
    turned = {
        "id": f"{plan.measures} + change.id",
        "status": f"coalesce(bench_turn.status, {not_started})",
        "status_since": "bench_turn.status_since",
        "health": f"coalesce(bench_turn.health, {not_assessed})",
    }
    source = (
        "JOIN bench_measure_change change ON change.measure_id = one.id"
        " LEFT JOIN bench_turn ON bench_turn.id = turn ORDER BY change.id"
    )
    progress.add(remember(Measure, MeasureHistory, plan, renewed | turned, source))


def _cycles(plan: Plan) -> Iterator[dict[str, Any]]:
    states = list(CycleState)
    for cycle in range(plan.closed + 1):
        for document in range(plan.documents):
            for place, state in enumerate(states if cycle < plan.closed else states[:2]):
                row = cycles.turned(plan, cycle, document, state)
                pk = row.pop("id")
                yield {**row, "id": pk * len(states) + place, "row_id": pk, "since": row["updated_at"], "gone": False}
