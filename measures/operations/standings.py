"""Keeping the standings true: refreshed in the transaction of every change, rebuilt from scratch on demand."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from measures import audit
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
    """Computes every standing from scratch and stores it; returns a line for each figure that was not right.

    What is mended is shown to everyone: it has a public event and new versions, as any change of a figure, or else who
    asks whether something changed would be told no.
    """
    before = _all()
    for kpi_ids in _some(Kpi):
        refresh(kpi_ids=kpi_ids, measure_ids=[], at=at)
    for measure_ids in _some(Measure):
        refresh(kpi_ids=[], measure_ids=measure_ids, at=at)
    differing = [
        (owner, name, before.get(owner, {}).get(name), value)
        for owner, row in _all().items()
        for name, value in row.items()
        if before.get(owner, {}).get(name) != value
    ]
    if differing:
        _renew({owner for owner, *_ in differing}, at)
    return [f"{kind} {code}: {name} was {was!r}, is {value!r}" for (kind, code), name, was, value in differing]


def _renew(owners: set[tuple[str, str]], at: datetime) -> None:
    mended = {kind: sorted(code for one, code in owners if one == kind) for kind in ("kpi", "measure")}
    for model, codes in ((Kpi, mended["kpi"]), (Measure, mended["measure"])):
        later = Greatest(F("updated_at") + moments.TICK, at)
        model._default_manager.filter(code__in=codes).update(version=F("version") + 1, updated_at=later)
    audit.record(at=at, actor_id=None, verb="rebuild", subject=("standing", "all"), after=mended)


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


def _all() -> dict[tuple[str, str], dict[str, Any]]:
    kpis = KpiStanding.objects.values("kpi__code", *_names(KpiStanding))
    measures = MeasureStanding.objects.values("measure__code", *_names(MeasureStanding))
    return {("kpi", row.pop("kpi__code")): row for row in kpis} | {
        ("measure", row.pop("measure__code")): row for row in measures
    }


def _names(model: type[models.Model]) -> list[str]:
    columns = (field.name for field in model._meta.concrete_fields if not field.primary_key)
    return [name for name in columns if name != "updated_at"]
