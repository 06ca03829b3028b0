"""The table of KPIs: one row each, with its current standing."""

from django.db.models import QuerySet

from measures.exports.observations import period_cells
from measures.exports.tables import Table
from measures.models import Kpi
from measures.rules import kpi as engine

COLUMNS = {
    "code": "code",
    "name": "name",
    "name_en": "name_en",
    "unit": "unit",
    "direction": "direction",
    "statistic": "statistic",
    "state": "standing__state",
    "rating": "standing__rating",
    "rule": "standing__rule",
    "data_state": "standing__data_state",
    "value": "standing__value",
    "low": "standing__low",
    "high": "standing__high",
    "baseline": "standing__baseline",
    "target": "standing__target",
    "progress": "standing__progress",
    "elapsed": "standing__elapsed",
    "required": "standing__required",
    "met": "standing__met",
    "lost": "standing__lost",
    "provisional": "standing__provisional",
    "approximate": "standing__approximate",
    "updated_at": "updated_at",
}
ROUNDED = tuple(list(COLUMNS).index(name) for name in ("progress", "elapsed", "required"))
PERIOD = ("value_period_type", "value_period", "value_fiscal_year", "value_first_day", "value_last_day")
PERIOD_COLUMNS = ("standing__period_type", "standing__period_start", "standing__period_end")


def table(kpis: QuerySet[Kpi]) -> Table:
    """`kpis` by code; computed figures are rounded to 6 places, as the API shows them."""
    rows = (
        kpis.select_related(None)
        .prefetch_related(None)
        .order_by("code")
        .values_list(*PERIOD_COLUMNS, *COLUMNS.values())
    )
    whole = ((*_rounded(row[3:]), *_period(row[:3])) for row in rows.iterator(chunk_size=500))
    return Table("kpis", (*COLUMNS, *PERIOD), whole)


def _rounded(row: tuple) -> tuple:
    return tuple(engine.shown(value) if at in ROUNDED and value is not None else value for at, value in enumerate(row))


def _period(columns: tuple) -> tuple:
    return period_cells(*columns) if columns[0] else (None,) * len(PERIOD)
