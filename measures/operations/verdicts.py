"""What every decision on a proposed revision comes to: once, by another coordinator, a rejection with its reason."""

from datetime import datetime

from measures.errors import BadInput, Problem, WrongRole, WrongTurn
from measures.messages import say
from measures.models import Deadline, Target, Verdict
from measures.rules import targets as rules
from measures.rules.roles import Actor
from measures.vocabulary import VerdictOutcome

# The verb of the event.
VERBS = {VerdictOutcome.APPROVED: "approve", VerdictOutcome.REJECTED: "reject"}


def give(
    *,
    outcome: VerdictOutcome,
    comment: str,
    actor: Actor,
    at: datetime,
    target: Target | None = None,
    deadline: Deadline | None = None,
) -> Verdict:
    """The verdict on a target or a day; call it with the KPI's or the measure's row locked."""
    revision = target or deadline
    if revision is None:
        raise LookupError("a verdict is on a target or on a day")
    if problem := rules.cannot_decide(actor, set_by=revision.set_by_id):
        raise WrongRole(problem.code, problem.detail)
    if not revision.proposed or hasattr(revision, "verdict"):
        raise WrongTurn("wrong-turn", say("Only a revision that is proposed and not decided on takes a verdict."))
    if outcome == VerdictOutcome.REJECTED and not comment:
        detail = say("Say why: a rejection needs a comment.")
        raise BadInput([Problem("/comment", "missing", detail)])
    return Verdict.objects.create(
        target=target,
        deadline=deadline,
        outcome=outcome,
        comment=comment,
        decided_by_id=actor.signed_in_id,
        recorded_at=at,
    )
