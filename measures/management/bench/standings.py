"""The standings of what was generated: when it was imported, and now, dated at the last change.

The queries compute them that the operation uses. What they were in between is left out: that would be a computation for
each of a million changes.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from measures.management.bench.history import remember
from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.rows import copy
from measures.models import Kpi, KpiStanding, KpiStandingHistory, Measure, MeasureStanding, MeasureStandingHistory
from measures.operations.moments import day_of
from measures.queries import as_of, standings

# KPIs or measures whose standings are computed at once.
AT_ONCE = 1_000
Columns = dict[int, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The standings of the rows of `owner`; `compute` gives the columns for ids and the day of asking."""

    owner: type[models.Model]
    model: type[models.Model]
    history: type[models.Model]
    compute: Callable[[Collection[int], date], Columns]

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.attname)

    def add(self, ids: Collection[int], *, began: datetime, on: date) -> None:
        """The standings of `ids` as they are now, and the first ones of those that changed since."""
        changed = self.owner._default_manager.filter(pk__in=ids, updated_at__gt=began)
        last = dict(changed.values_list("pk", "updated_at"))
        with as_of.known_at(began):
            first = self.compute(list(last), day_of(began))
        past = {"gone": False, "since": began, "updated_at": began}
        copy(self.history, ({"id": pk, "row_id": pk, **past, **row} for pk, row in first.items()), at=began)
        now = self.compute(ids, on).items()
        copy(self.model, ({self.key: pk, "updated_at": last.get(pk, began), **row} for pk, row in now), at=began)

    def remember(self, plan: Plan, number: int) -> None:
        """The present ones as states of the past; the first ones have the ids up to `number`."""
        now = {"id": f"{number} + one.{self.key}", "since": "one.updated_at"}
        remember(self.model, self.history, plan, now, f"ORDER BY one.{self.key}")


KPIS = Kind(
    owner=Kpi,
    model=KpiStanding,
    history=KpiStandingHistory,
    compute=lambda ids, day: standings.kpi_columns(ids, on=day),
)
MEASURES = Kind(
    owner=Measure,
    model=MeasureStanding,
    history=MeasureStandingHistory,
    compute=lambda ids, day: standings.measure_columns(ids),
)


def add(plan: Plan, progress: Progress, *, on: date) -> None:
    """A standing for every KPI and every measure, as asked on the day `on`, with its past; needs triggers off."""
    progress.expect(plan.kpis + plan.measures)
    # A measure's past standing is read from those of its KPIs.
    for kind, number in ((KPIS, plan.kpis), (MEASURES, plan.measures)):
        for first in range(0, number, AT_ONCE):
            ids = range(first + 1, min(first + AT_ONCE, number) + 1)
            kind.add(ids, began=plan.began_at, on=on)
            progress.add(len(ids))
        kind.remember(plan, number)
