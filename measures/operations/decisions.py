"""Decisions on measures: recorded by the coordinator, with what they do to the measure in the same transaction."""

from datetime import date, datetime

from django.db import transaction

from measures.errors import BadInput, WrongTurn
from measures.models import Decision, Measure, MeasureLink
from measures.operations import moments, registry
from measures.rules import decisions as rules
from measures.rules.roles import Actor
from measures.vocabulary import Basis, DecisionOutcome, MeasureLinkKind


@transaction.atomic
def decide(
    *,
    measure: Measure,
    outcome: DecisionOutcome,
    into: Measure | None,
    reference: str,
    decided_on: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Decision:
    """Adopts or rejects a study, continues it, or merges a measure into another; its links stay as they are."""
    registry.permit_coordinator(actor)
    locked = registry.locked_measures(measure, *([into] if into else ()))
    measure, into = locked[0], locked[1] if into else None
    at = registry.moment(at, *locked)
    _refuse(measure, outcome, into, decided_on, at)
    decision = Decision.objects.create(
        measure=measure,
        outcome=outcome,
        into=into,
        reference=reference,
        decided_on=decided_on,
        reason=reason,
        recorded_by_id=actor.signed_in_id,
        recorded_at=at,
    )
    before = {"status": measure.status}
    _take_status(measure, outcome, reason, at)
    after = {"outcome": outcome, "reference": reference, "decided_on": decided_on, "status": measure.status}
    after |= {"decision": decision.pk, "into": into.code if into else None}
    subject = ("measure", measure.code)
    registry.record("decide", subject, actor=actor, at=at, reason=reason, before=before, after=after)
    if into:
        _link(measure, into, reason, actor, at)
    return decision


def _refuse(measure: Measure, outcome: DecisionOutcome, into: Measure | None, decided_on: date, at: datetime) -> None:
    problems = rules.wrong_input(
        outcome,
        measure=measure.code,
        into=into.code if into else None,
        into_status=into.status if into else None,
        decided_on=decided_on,
        today=moments.day_of(at),
    )
    if problems:
        raise BadInput(problems)
    if problem := rules.wrong_turn(outcome, kind=measure.kind, status=measure.status):
        raise WrongTurn(problem.code, problem.detail, problems=[problem])


def _take_status(measure: Measure, outcome: DecisionOutcome, reason: str, at: datetime) -> None:
    status = rules.LEAVES[outcome]
    if status is None:
        registry.renew(measure, at)
        return
    measure.status, measure.status_since = status, moments.day_of(at)
    registry.note_status(measure, reason=reason, at=at)
    registry.renew(measure, at, "status", "status_since")


def _link(measure: Measure, into: Measure, reason: str, actor: Actor, at: datetime) -> None:
    """The link by which readers of either measure find the other."""
    kind = MeasureLinkKind.MERGED_INTO
    MeasureLink.objects.create(
        measure=measure, other=into, kind=kind, theme="", basis=Basis.ASSIGNED, reason=reason, recorded_at=at
    )
    registry.renew(into, at)
    after = {"measure": measure.code, "other": into.code, "kind": kind}
    registry.record("link", ("measure", into.code), actor=actor, at=at, reason=reason, after=after)
