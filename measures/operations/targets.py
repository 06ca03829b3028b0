"""Baselines and targets: set and revised by adding a row that supersedes the last, with a reason.

What makes a target later or easier, a baseline among it, is a proposal, which another coordinator decides on.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Baseline, Kpi, Target, Verdict
from measures.operations import kpis, moments, registry, verdicts
from measures.queries import revisions, standings
from measures.rules import periods
from measures.rules import targets as rules
from measures.rules.roles import Actor
from measures.vocabulary import TargetKind, VerdictOutcome

Row = TypeVar("Row", Target, Baseline)
SHOWN = ("kind", "value", "low", "high", "due_on", "stated_as", "basis", "effective_on", "proposed")
# The verb of the event of a revision that holds at once.
SET = {Baseline: "set_baseline", Target: "set_target"}


@transaction.atomic
def set_baseline(
    *, kpi: Kpi, period: periods.Period, columns: Mapping[str, Any], actor: Actor, at: datetime
) -> Baseline:
    """A KPI's baseline, in place of the one it has, or proposed to be when it eases the target.

    `columns`: value (None while unresolved), basis, reason.
    """
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
    verdicts.refuse_while_waiting(revisions.awaited_of(kpi))
    days = {"period_type": period.type, "period_start": period.start, "period_end": period.end}
    baseline = Baseline(kpi=kpi, recorded_at=at, set_by_id=actor.signed_in_id, **days, **columns)
    baseline.supersedes = revisions.in_force(Baseline.objects.filter(kpi=kpi)).first()
    baseline.proposed = _is_eased(baseline)
    return _added(baseline, actor=actor)


@transaction.atomic
def set_target(*, kpi: Kpi, columns: Mapping[str, Any], actor: Actor, at: datetime) -> Target:
    """A KPI's target, in place of the one it has, or proposed to be when it is later or easier.

    `columns` are Target's: kind, value or low and high, due_on, effective_on (today when left out), ...
    """
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    _refuse_numbers(columns)
    at = registry.moment(at, kpi)
    verdicts.refuse_while_waiting(revisions.awaited_of(kpi))
    target = Target(kpi=kpi, recorded_at=at, set_by_id=actor.signed_in_id, **columns)
    target.effective_on = _effective_on(columns, at)
    target.supersedes = old = revisions.in_force(Target.objects.filter(kpi=kpi)).first()
    target.proposed = old is not None and _needs_approval(old, target)
    return _added(target, actor=actor)


@transaction.atomic
def decide(
    *,
    kpi: Kpi,
    ledger: type[Target] | type[Baseline],
    revision_id: int,
    outcome: VerdictOutcome,
    comment: str,
    actor: Actor,
    at: datetime,
) -> Verdict:
    """Approves or rejects a proposed target or baseline, which someone else proposed; a rejection says why."""
    registry.permit_coordinator(actor)
    kpi = registry.locked(Kpi.objects.all(), pk=kpi.pk)
    revision = ledger._default_manager.select_related("verdict").get(kpi=kpi, pk=revision_id)
    at = registry.moment(at, kpi)
    verdict = verdicts.give(revision, outcome=outcome, comment=comment, actor=actor, at=at)
    after = _shown(revision) | {"outcome": outcome}
    _done(verdicts.VERBS[outcome], kpi, actor=actor, at=at, reason=comment, after=after)
    return verdict


def _added(row: Row, *, actor: Actor) -> Row:
    row.save(force_insert=True)
    verb = "propose" if row.proposed else SET[type(row)]
    _done(verb, row.kpi, actor=actor, at=row.recorded_at, reason=row.reason, after=_shown(row))
    return row


def _shown(row: Target | Baseline) -> dict[str, Any]:
    if isinstance(row, Target):
        said = {name: getattr(row, name) for name in SHOWN} | {"target": row.pk}
    else:
        period = periods.to_wire(periods.from_dates(row.period_type, row.period_start, row.period_end))
        said = {name: getattr(row, name) for name in ("value", "basis", "proposed")}
        said |= {"period": period, "baseline": row.pk}
    return said | {"supersedes": row.supersedes_id}


def _is_eased(new: Baseline) -> bool:
    target, old = standings.aimed(new.kpi)
    change = rules.restatement(old, standings.engine_baseline(new), target=target, direction=new.kpi.direction)
    return change == rules.Change.EASIER


def _needs_approval(old: Target, new: Target) -> bool:
    _, baseline = standings.aimed(new.kpi)
    return rules.needs_approval(
        standings.engine_target(old), standings.engine_target(new), baseline=baseline, direction=new.kpi.direction
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
