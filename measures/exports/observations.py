"""The table of observations: one row a value, with its unit, period, source and what it corrects."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from measures.exports.tables import Table
from measures.models import Observation
from measures.rules import periods

COLUMNS = {
    "id": "id",
    "kpi": "kpi__code",
    "kpi_name": "kpi__name",
    "value": "value",
    "low": "low",
    "high": "high",
    "unit": "kpi__unit",
    "status": "status",
    "approximate": "approximate",
    "derived": "derived",
    "derivation": "derivation",
    "note": "note",
    "source_title": "source__title",
    "source_publisher": "source__publisher",
    "source_url": "source__url",
    "source_published_on": "source__published_on",
    "recorded_at": "recorded_at",
    "corrects": "corrects",
    "reason": "reason",
    "update": "update",
}
PERIOD = ("period_type", "period", "fiscal_year", "first_day", "last_day")


def table(observations: QuerySet[Observation]) -> Table:
    """`observations` by KPI and period."""
    rows = (
        observations.select_related(None)
        .prefetch_related(None)
        .order_by("kpi__code", "period_start", "period_type", "id")
        .values_list("period_type", "period_start", "period_end", *COLUMNS.values())
    )
    whole = ((*row[3:6], *period_cells(*row[:3]), *row[6:]) for row in rows.iterator(chunk_size=500))
    names = tuple(COLUMNS)
    return Table("observations", (*names[:3], *PERIOD, *names[3:]), whole)


def period_cells(kind: str, start: Any, end: Any) -> tuple[Any, ...]:
    """A period's type, label, fiscal year (blank unless it is counted in fiscal years), first and last day."""
    period = periods.from_dates(kind, start, end)
    label = periods.label(period)
    fiscal = int(label[2:6]) if label.startswith("FY") else None
    return kind, label, fiscal, start, end - timedelta(days=1)
