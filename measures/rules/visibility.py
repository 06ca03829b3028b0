"""What a person may see beyond what is published."""

from measures.rules.roles import Actor
from measures.vocabulary import Role

SEES_ALL_ROUNDS = (Role.COORDINATOR, Role.AUDITOR)
SEES_OWN_ROUNDS = (Role.OFFICER, Role.APPROVER)


def sees_all_rounds(actor: Actor) -> bool:
    """Whether drafts, rounds and comments of every ministry are the actor's to see."""
    return any(actor.holds(role) for role in SEES_ALL_ROUNDS)


def ministries_seen(actor: Actor) -> frozenset[str]:
    """Codes of the ministries whose drafts, rounds and comments the actor sees."""
    return actor.ministries(*SEES_OWN_ROUNDS)


def sees_rounds_of(actor: Actor, ministry: str) -> bool:
    """Whether the rounds and comments of an update of `ministry` are the actor's to see."""
    return sees_all_rounds(actor) or ministry in ministries_seen(actor)
