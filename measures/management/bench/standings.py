"""The standings of what was generated: computed by the operation that keeps them, a few hundred KPIs at a time."""

from datetime import date

from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.operations import standings

# Values held in memory at once.
VALUES_AT_ONCE, MEASURES_AT_ONCE = 50_000, 1_000


def add(plan: Plan, progress: Progress, *, on: date) -> None:
    """A standing for every KPI and every measure, as asked on the day `on`."""
    progress.expect(plan.kpis + plan.measures)
    batch: list[int] = []
    held = 0
    for kpi, values in enumerate(plan.lengths()):
        batch.append(kpi + 1)
        held += values
        if held >= VALUES_AT_ONCE or kpi + 1 == plan.kpis:
            standings.refresh(kpi_ids=batch, measure_ids=[], on=on)
            progress.add(len(batch))
            batch, held = [], 0
    for first in range(0, plan.measures, MEASURES_AT_ONCE):
        slots = range(first, min(first + MEASURES_AT_ONCE, plan.measures))
        standings.refresh(kpi_ids=[], measure_ids=[slot + 1 for slot in slots], on=on)
        progress.add(len(slots))
