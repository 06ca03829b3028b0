"""What each measure owed in each generated cycle, as opening the cycle and handing in the report would have left it."""

from measures.management.bench.history import remember
from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.rows import insert
from measures.models import Obligation, ObligationHistory
from measures.models.obligations import DAY
from measures.vocabulary import UpdateState

# Made when the cycle is opened, which is an hour before the first report can come.
MADE_AT = "bench_cycle.opened_at - interval '1 hour'"
# A report that was taken back is none; it counts from the day it was handed in.
SOURCE = f"""
    FROM measures_cycle cycle JOIN bench_cycle ON bench_cycle.cycle = (cycle.id - 1) / {{documents}}
        JOIN bench_slot ON bench_slot.document = (cycle.id - 1) % {{documents}}
        LEFT JOIN measures_progressupdate report ON report.cycle_id = cycle.id AND report.measure_id = slot + 1
            AND round > 0 AND report.state <> '{UpdateState.WITHDRAWN.value}'
    ORDER BY cycle.id, slot"""
IN_TIME = f"CASE WHEN {DAY.format(instant='submitted_at')} <= cycle.due_on THEN submitted_at END"


def add(plan: Plan, progress: Progress) -> None:
    """One for each measure and cycle of its document, and its past: owed, then met."""
    progress.expect(3 * plan.measures * (plan.closed + 1))
    columns = {
        "id": f"bench_cycle.cycle * {plan.measures} + slot + 1",
        "cycle_id": "cycle.id",
        "measure_id": "slot + 1",
        "ministry_id": "bench_slot.ministry_id",
        "due_on": "cycle.due_on",
        "reported_at": "submitted_at",
        "in_time_at": IN_TIME,
        "version": "CASE WHEN submitted_at IS NULL THEN 1 ELSE 2 END",
        "updated_at": f"coalesce(submitted_at, {MADE_AT})",
    }
    progress.add(insert(Obligation, columns, SOURCE.format(documents=plan.documents), at=plan.began_at))
    owed = {
        "id": "one.id * 2",
        "since": MADE_AT,
        "updated_at": MADE_AT,
        "version": "1",
        "reported_at": "NULL",
        "in_time_at": "NULL",
    }
    cycle_of = f"JOIN bench_cycle ON bench_cycle.cycle = (one.cycle_id - 1) / {plan.documents} ORDER BY one.id"
    progress.add(remember(Obligation, ObligationHistory, plan, owed, cycle_of))
    met = {"id": "one.id * 2 + 1", "since": "one.updated_at"}
    progress.add(remember(Obligation, ObligationHistory, plan, met, "WHERE one.version = 2 ORDER BY one.id"))
