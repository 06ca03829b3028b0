"""Baselines and targets: set and revised by adding a row that supersedes the last, with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Baseline, Kpi, Target
from measures.operations import kpis, registry
from measures.rules import periods
from measures.rules.roles import Actor
from measures.vocabulary import TargetKind

Ledger = TypeVar("Ledger", Baseline, Target)


@transaction.atomic
def set_baseline(
    *, kpi: Kpi, period: periods.Period, columns: Mapping[str, Any], actor: Actor, at: datetime
) -> Baseline:
    """A KPI's baseline, in place of the one it has; `columns`: value (None while unresolved), basis, reason."""
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    if period.type != kpi.period_type:
        detail = say(
            "'{code}' is counted by '{period_type}', not by '{type}'.",
            code=kpi.code,
            period_type=kpi.period_type,
            type=period.type,
        )
        raise BadInput([Problem("/period/type", "wrong-period-type", detail)])
    at = registry.moment(at, kpi)
    old = _current(Baseline, kpi)
    baseline = Baseline.objects.create(
        kpi=kpi,
        period_type=period.type,
        period_start=period.start,
        period_end=period.end,
        recorded_at=at,
        supersedes=old,
        **columns,
    )
    after = {"period": periods.to_wire(period), "value": baseline.value, "basis": baseline.basis}
    _done("set_baseline", kpi, actor=actor, at=at, reason=baseline.reason, after=after)
    return baseline


@transaction.atomic
def set_target(*, kpi: Kpi, columns: Mapping[str, Any], actor: Actor, at: datetime) -> Target:
    """A KPI's target, in place of the one it has; `columns` are Target's: kind, value or low and high, due_on, ..."""
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    _refuse_numbers(columns)
    at = registry.moment(at, kpi)
    old = _current(Target, kpi)
    target = Target.objects.create(kpi=kpi, recorded_at=at, supersedes=old, **columns)
    shown = ("kind", "value", "low", "high", "due_on", "stated_as", "basis")
    after = {name: getattr(target, name) for name in shown} | {"supersedes": old.pk if old else None}
    _done("set_target", kpi, actor=actor, at=at, reason=target.reason, after=after)
    return target


def _current(ledger: type[Ledger], kpi: Kpi) -> Ledger | None:
    return ledger._default_manager.filter(kpi=kpi, superseded_by=None).first()


def _refuse_numbers(columns: Mapping[str, Any]) -> None:
    low, high = columns.get("low"), columns.get("high")
    if columns["kind"] != TargetKind.RANGE:
        fits = columns.get("value") is not None and low is None and high is None
        hint = say("A target of this kind has a value, and neither low nor high.")
    else:
        fits = columns.get("value") is None and low is not None and high is not None and low <= high
        hint = say("A range has low and high, low at most high, and no value.")
    if not fits:
        raise BadInput([Problem("/value", "value-or-range", hint)])


def _done(verb: str, kpi: Kpi, *, actor: Actor, at: datetime, reason: str, after: Mapping[str, Any]) -> None:
    registry.renew(kpi, at)
    kpis.renew_measures_of(kpi, at)
    registry.record(verb, ("kpi", kpi.code), actor=actor, at=at, reason=reason, after=after)
