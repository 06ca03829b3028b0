"""Keeping the standings true: refreshed in the transaction of every change, rebuilt from scratch on demand."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from measures import audit
from measures.errors import NotVisible, WrongTurn
from measures.messages import say
from measures.models import Kpi, KpiStanding, Measure, MeasureStanding, RuleChange
from measures.operations import moments, registry
from measures.queries import standings
from measures.rules.kpi import RULES
from measures.rules.roles import Actor
from measures.vocabulary import DataState

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
    differing = _recomputed(at)
    if differing:
        mended = _renew({owner for owner, *_ in differing}, at)
        audit.record(at=at, actor_id=None, verb="rebuild", subject=("standing", "all"), after=mended)
    return [f"{kind} {code}: {name} was {was!r}, is {value!r}" for (kind, code), name, was, value in differing]


@transaction.atomic
def note_missed(*, at: datetime) -> list[str]:
    """Says of each KPI whose next value was not due yet, once its day has come, that it was not reported; their codes.

    A few hundred at a time. A stored standing knows no day but that of the KPI's last change: this is the one figure
    that time alone changes.
    """
    today = moments.day_of(at)
    rows = Kpi.objects.order_by("pk").select_for_update(of=("self",), no_key=True)
    # Asked again once they are ours: a value may have come, or another worker have noted it.
    held = list(rows.filter(pk__in=_fallen_due(Kpi.objects.all(), today))[:AT_ONCE])
    ours = _fallen_due(Kpi.objects.filter(pk__in=[row.pk for row in held]), today)
    missed = [row for row in held if row.pk in ours]
    at = registry.moment(at, *missed)
    refresh(kpi_ids=ours, measure_ids=[], at=at)
    for row in missed:
        registry.renew(row, at)
        after = {"data_state": DataState.NOT_REPORTED}
        audit.record(at=at, actor_id=None, verb="miss", subject=("kpi", row.code), after=after)
    return [row.code for row in missed]


def _fallen_due(kpis: models.QuerySet[Kpi], on: date) -> set[int]:
    """Those of `kpis` that are said to have no value due, and have one due on the day `on`."""
    ids = list(kpis.filter(standing__data_state=DataState.NOT_DUE).values_list("pk", flat=True))
    columns = standings.kpi_columns(ids, on=on) if ids else {}
    return {pk for pk, row in columns.items() if row["data_state"] == DataState.NOT_REPORTED}


@transaction.atomic
def adopt(*, rule: str, reason: str, actor: Actor, at: datetime) -> RuleChange:
    """Rates everything by another rule from now on; what was asked of before stays as it was answered."""
    registry.permit_coordinator(actor)
    if rule not in RULES:
        raise NotVisible("not-found", say("There is no rule '{code}'.", code=rule))
    # Whoever changes a figure holds its KPI or its measure: with all of them held nobody computes by the old rule.
    last = [_last(model) for model in (Kpi, Measure)]
    old = standings.rule_in_force()
    if rule == old:
        raise WrongTurn("in-force", say("The rule '{code}' is in force already.", code=rule))
    at = moments.after(at, *last)
    change = RuleChange.objects.create(rule=rule, reason=reason, set_by_id=actor.signed_in_id, recorded_at=at)
    _renew({owner for owner, *_ in _recomputed(at)}, at)
    before, after = {"rule": old}, {"rule": rule}
    subject = ("standing", "all")
    registry.record("adopt", subject, actor=actor, at=at, reason=reason, before=before, after=after)
    return change


def _last(model: type[models.Model]) -> datetime | None:
    """Locks every row, and says when the last one changed."""
    rows = model._default_manager.order_by("pk").select_for_update(no_key=True)
    return max(rows.values_list("updated_at", flat=True), default=None)


def _recomputed(at: datetime) -> list[tuple[tuple[str, str], str, Any, Any]]:
    """Computes every standing anew; what differed, as (whose, which figure, what it was, what it is)."""
    before = _all()
    for kpi_ids in _some(Kpi):
        refresh(kpi_ids=kpi_ids, measure_ids=[], at=at)
    for measure_ids in _some(Measure):
        refresh(kpi_ids=[], measure_ids=measure_ids, at=at)
    return [
        (owner, name, before.get(owner, {}).get(name), value)
        for owner, row in _all().items()
        for name, value in row.items()
        if before.get(owner, {}).get(name) != value
    ]


def _renew(owners: set[tuple[str, str]], at: datetime) -> dict[str, list[str]]:
    """Gives KPIs and measures their next versions; returns their codes."""
    renewed = {kind: sorted(code for one, code in owners if one == kind) for kind in ("kpi", "measure")}
    for model, codes in ((Kpi, renewed["kpi"]), (Measure, renewed["measure"])):
        later = Greatest(F("updated_at") + moments.TICK, at)
        model._default_manager.filter(code__in=codes).update(version=F("version") + 1, updated_at=later)
    return renewed


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
