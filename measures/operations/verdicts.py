"""What every decision on a proposed revision comes to: once, by another coordinator, a rejection with its reason."""

from datetime import datetime

from measures.errors import BadInput, Problem, WrongRole, WrongTurn
from measures.messages import say
from measures.models import Baseline, Deadline, Target, Verdict
from measures.rules import targets as rules
from measures.rules.roles import Actor
from measures.vocabulary import VerdictOutcome

# The verb of the event.
VERBS = {VerdictOutcome.APPROVED: "approve", VerdictOutcome.REJECTED: "reject"}


def refuse_while_waiting(is_waiting: bool) -> None:
    """One revision waits at a time, so that whoever decides knows what it would take the place of."""
    if is_waiting:
        raise WrongTurn("revision-pending", say("A revision waits for its verdict: decide on that one first."))


def give(
    revision: Target | Baseline | Deadline, *, outcome: VerdictOutcome, comment: str, actor: Actor, at: datetime
) -> Verdict:
    """The verdict on a revision; call it with the KPI's or the measure's row locked."""
    if problem := rules.cannot_decide(actor, set_by=revision.set_by_id):
        raise WrongRole(problem.code, problem.detail)
    if not revision.proposed or hasattr(revision, "verdict"):
        raise WrongTurn("wrong-turn", say("Only a revision that is proposed and not decided on takes a verdict."))
    if outcome == VerdictOutcome.REJECTED and not comment:
        detail = say("Say why: a rejection needs a comment.")
        raise BadInput([Problem("/comment", "missing", detail)])
    on = {str(revision._meta.model_name): revision}
    return Verdict.objects.create(
        **on,
        outcome=outcome,
        comment=comment,
        decided_by_id=actor.signed_in_id,
        recorded_at=at,
    )
