"""Keeping the standings true: refreshed in the transaction of every change, rebuilt from scratch on demand."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction

from measures.models import Kpi, KpiStanding, Measure, MeasureStanding
from measures.operations import moments
from measures.queries import standings

AT_ONCE = 500


def refresh(*, kpi_ids: Collection[int], measure_ids: Collection[int], at: datetime) -> None:
    """Computes the standings of these KPIs and measures anew, as of the day of `at`; call it with their rows locked."""
    if kpi_ids:
        _store(KpiStanding, "kpi", standings.kpi_columns(kpi_ids, on=moments.day_of(at)), at)
    if measure_ids:
        _store(MeasureStanding, "measure", standings.measure_columns(measure_ids), at)


@transaction.atomic
def rebuild(*, at: datetime) -> list[str]:
    """Computes every standing from scratch and stores it; returns a line for each figure that was not right."""
    before = _all()
    for kpi_ids in _some(Kpi):
        refresh(kpi_ids=kpi_ids, measure_ids=[], at=at)
    for measure_ids in _some(Measure):
        refresh(kpi_ids=[], measure_ids=measure_ids, at=at)
    return [
        f"{code}: {name} was {before.get(code, {}).get(name)!r}, is {value!r}"
        for code, row in _all().items()
        for name, value in row.items()
        if before.get(code, {}).get(name) != value
    ]


def _store(model: type[models.Model], owner: str, rows: dict[int, dict[str, Any]], at: datetime) -> None:
    model._default_manager.bulk_create(
        [model(**{f"{owner}_id": pk, **columns, "updated_at": at}) for pk, columns in rows.items()],
        update_conflicts=True,
        unique_fields=[owner],
        update_fields=[*next(iter(rows.values())), "updated_at"],
        batch_size=1000,
    )


def _some(model: type[models.Model]) -> Iterator[list[int]]:
    """All ids, so many at a time that the values of as many KPIs fit into memory."""
    ids = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))


def _all() -> dict[str, dict[str, Any]]:
    kpis = {f"kpi {row.pop('kpi__code')}": row for row in KpiStanding.objects.values("kpi__code", *_names(KpiStanding))}
    measures = MeasureStanding.objects.values("measure__code", *_names(MeasureStanding))
    return kpis | {f"measure {row.pop('measure__code')}": row for row in measures}


def _names(model: type[models.Model]) -> list[str]:
    columns = (field.name for field in model._meta.concrete_fields if not field.primary_key)
    return [name for name in columns if name != "updated_at"]
