"""The days by which measures and milestones are due: moved earlier at once, later once another coordinator approves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from measures.errors import NotVisible
from measures.messages import NOUNS, say
from measures.models import Deadline, Measure, Milestone, Verdict
from measures.operations import registry, verdicts
from measures.queries import revisions
from measures.rules import targets as rules
from measures.rules.roles import Actor
from measures.vocabulary import VerdictOutcome


def revise(
    *, row: Measure | Milestone, changes: Mapping[str, Any], reason: str, actor: Actor, at: datetime
) -> tuple[dict[str, Any], Deadline | None]:
    """What of `changes` may be done now, and the proposal of a later `due_on`, which may not.

    Any change of the day gets its row in the ledger. Call it with the row and its measure locked.
    """
    change = rules.deadline(row.due_on, changes.get("due_on", row.due_on))
    if change == rules.Change.SAME:
        return dict(changes), None
    ledger = _ledger_of(row)
    verdicts.refuse_while_waiting(revisions.waiting(ledger).exists())
    revision = Deadline.objects.create(
        measure_id=row.measure_id if isinstance(row, Milestone) else row.pk,
        milestone=row if isinstance(row, Milestone) else None,
        was=row.due_on,
        due_on=changes["due_on"],
        proposed=change == rules.Change.LATER,
        reason=reason,
        set_by_id=actor.signed_in_id,
        recorded_at=at,
        supersedes=revisions.in_force(ledger).first(),
    )
    if not revision.proposed:
        return dict(changes), None
    _record("propose", row, revision, actor=actor, at=at, reason=reason)
    return {name: value for name, value in changes.items() if name != "due_on"}, revision


@transaction.atomic
def decide(*, deadline_id: int, outcome: VerdictOutcome, comment: str, actor: Actor, at: datetime) -> Verdict:
    """Approves a later day, which holds from now on, or rejects it and says why."""
    registry.permit_coordinator(actor)
    revision = Deadline.objects.select_related("verdict").filter(pk=deadline_id).first()
    if revision is None:
        raise NotVisible("not-found", say("There is no {noun} like that.", noun=NOUNS["deadline"]))
    milestone = registry.locked(Milestone.objects.all(), pk=revision.milestone_id) if revision.milestone_id else None
    measure = registry.locked(Measure.objects.all(), pk=revision.measure_id)
    row, locked = milestone or measure, [one for one in (milestone, measure) if one]
    at = registry.moment(at, *locked)
    # Read again now that the rows are locked: a verdict may have come in between.
    revision = Deadline.objects.select_related("verdict").get(pk=deadline_id)
    verdict = verdicts.give(revision, outcome=outcome, comment=comment, actor=actor, at=at)
    moved = ("due_on",) if outcome == VerdictOutcome.APPROVED else ()
    row.due_on = revision.due_on if moved else row.due_on
    if milestone:
        registry.renew(milestone, at, *moved)
    registry.renew(measure, at, *(() if milestone else moved))
    _record(verdicts.VERBS[outcome], row, revision, actor=actor, at=at, reason=comment)
    return verdict


def _ledger_of(row: Measure | Milestone) -> Any:
    if isinstance(row, Milestone):
        return Deadline.objects.filter(milestone=row)
    return Deadline.objects.filter(measure=row, milestone=None)


def _record(
    verb: str, row: Measure | Milestone, revision: Deadline, *, actor: Actor, at: datetime, reason: str
) -> None:
    subject = ("milestone", str(row.pk)) if isinstance(row, Milestone) else ("measure", row.code)
    before, after = {"due_on": revision.was}, {"due_on": revision.due_on, "deadline": revision.pk}
    registry.record(verb, subject, actor=actor, at=at, reason=reason, before=before, after=after)
