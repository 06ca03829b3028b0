"""Who keeps the registry and the people, and what of a registry entry can still be changed."""

from measures.errors import Problem
from measures.messages import say
from measures.rules.roles import Actor
from measures.rules.transitions import sign_in
from measures.vocabulary import Role, Scope


def cannot_coordinate(actor: Actor) -> Problem | None:
    """Why `actor` may not change the registry or the cycles (403); None when they may."""
    return _lacking(actor, Role.COORDINATOR, Scope.COORDINATE)


def cannot_administer(actor: Actor) -> Problem | None:
    """Why `actor` may not change people, duties and other people's tokens (403); None when they may."""
    return _lacking(actor, Role.ADMINISTRATOR, Scope.ADMINISTER)


def _lacking(actor: Actor, role: Role, scope: Scope) -> Problem | None:
    if actor.person_id is None:
        return sign_in()
    reasons = []
    if scope not in actor.scopes:
        reasons.append(("insufficient-scope", say("The token lacks the scope '{scope}'.", scope=scope)))
    if not actor.holds(role):
        reasons.append(("wrong-role", say("Only someone with the duty '{role}' may do this.", role=role)))
    if not reasons:
        return None
    return Problem("", reasons[0][0], " ".join(detail for _, detail in reasons))
