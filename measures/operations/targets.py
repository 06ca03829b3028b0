"""Baselines and targets: set and revised by adding a row that supersedes the last, with a reason.

What makes a target later or easier is a proposal, which another coordinator decides on.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import Baseline, Kpi, Target, Verdict
from measures.operations import kpis, moments, registry, verdicts
from measures.queries import revisions, standings
from measures.rules import periods
from measures.rules import targets as rules
from measures.rules.roles import Actor
from measures.vocabulary import TargetKind, VerdictOutcome

SHOWN = ("kind", "value", "low", "high", "due_on", "stated_as", "basis", "effective_on", "proposed")


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
    old = Baseline.objects.filter(kpi=kpi, superseded_by=None).first()
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
    """A KPI's target, in place of the one it has, or proposed to be when it is later or easier.

    `columns` are Target's: kind, value or low and high, due_on, effective_on (today when left out), ...
    """
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    _refuse_numbers(columns)
    at = registry.moment(at, kpi)
    targets = Target.objects.filter(kpi=kpi)
    if revisions.waiting(targets).exists():
        raise WrongTurn("revision-pending", say("A revision waits for its verdict: decide on that one first."))
    target = Target(kpi=kpi, recorded_at=at, set_by_id=actor.person_id, **columns)
    target.effective_on = _effective_on(columns, at)
    target.supersedes = old = revisions.in_force(targets).first()
    target.proposed = old is not None and _needs_approval(old, target)
    target.save(force_insert=True)
    after = {name: getattr(target, name) for name in SHOWN} | {"supersedes": old.pk if old else None}
    verb = "propose" if target.proposed else "set_target"
    _done(verb, kpi, actor=actor, at=at, reason=target.reason, after=after | {"target": target.pk})
    return target


@transaction.atomic
def decide(*, kpi: Kpi, target_id: int, outcome: VerdictOutcome, comment: str, actor: Actor, at: datetime) -> Verdict:
    """Approves or rejects a proposed target, which someone else proposed; a rejection says why."""
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    target = Target.objects.select_related("verdict").get(kpi=kpi, pk=target_id)
    at = registry.moment(at, kpi)
    verdict = verdicts.give(target=target, outcome=outcome, comment=comment, actor=actor, at=at)
    after = {name: getattr(target, name) for name in SHOWN}
    after |= {"target": target.pk, "outcome": outcome, "supersedes": target.supersedes_id}
    _done(verdicts.VERBS[outcome], kpi, actor=actor, at=at, reason=comment, after=after)
    return verdict


def _needs_approval(old: Target, new: Target) -> bool:
    baseline = Baseline.objects.filter(kpi=new.kpi, superseded_by=None).first()
    return rules.needs_approval(
        standings.engine_target(old),
        standings.engine_target(new),
        baseline=standings.engine_baseline(baseline) if baseline else None,
        direction=new.kpi.direction,
    )


def _effective_on(columns: Mapping[str, Any], at: datetime) -> date:
    on: date = columns.get("effective_on") or moments.day_of(at)
    if on > moments.day_of(at):
        detail = say("A target is recorded once it holds: this day has not come.")
        raise BadInput([Problem("/effective_on", "in-the-future", detail)])
    return on


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
