"""Who may say that something is evidence, and who may verify it."""

from collections.abc import Iterator
from dataclasses import dataclass

from measures.errors import Problem
from measures.messages import say
from measures.rules import registry, transitions
from measures.rules.roles import Actor
from measures.vocabulary import Role, Scope, UpdateState


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What is asked of a piece of evidence: `writers` are who claimed it and who wrote its report, if it has one.

    `ministry` is the code, `ministry_name` what whoever reads a refusal calls it.
    """

    ministry: str
    ministry_name: str
    writers: frozenset[int]
    state: UpdateState | None
    is_verified: bool


def cannot_claim(actor: Actor) -> Problem | None:
    """Why `actor` can add evidence to nothing at all (403); None when there may be something."""
    if registry.cannot_coordinate(actor) is None:
        return None
    return transitions.cannot_report(actor)


def cannot_verify(facts: EvidenceFacts, actor: Actor) -> Problem | None:
    """Why `actor` may not verify it (403)."""
    reasons = list(_reasons_against(facts, actor))
    return Problem("", reasons[0][0], " ".join(detail for _, detail in reasons)) if reasons else None


def _reasons_against(facts: EvidenceFacts, actor: Actor) -> Iterator[tuple[str, str]]:
    if Scope.APPROVE not in actor.scopes:
        yield "insufficient-scope", say("The token lacks the scope '{scope}'.", scope=Scope.APPROVE)
    if not actor.holds(Role.APPROVER, facts.ministry):
        yield (
            "wrong-role",
            say(
                "Only someone with the duty '{role}' at '{ministry}' may verify this evidence.",
                role=Role.APPROVER,
                ministry=facts.ministry_name,
            ),
        )
    if actor.person_id in facts.writers:
        yield "own-update", say("You claimed this evidence or wrote its report, so someone else must verify it.")


def not_to_verify(facts: EvidenceFacts) -> Problem | None:
    """Why it cannot be verified now (409)."""
    if facts.is_verified:
        return Problem("", "already-verified", say("The evidence was verified already."))
    if facts.state == UpdateState.DRAFT:
        return Problem("", "wrong-turn", say("Its report is a draft: evidence is verified once it was submitted."))
    return None
