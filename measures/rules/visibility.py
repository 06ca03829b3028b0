"""What a person may see beyond what is published."""

from measures.rules.roles import Actor
from measures.vocabulary import Audience, Role, Scope

SEES_ALL_ROUNDS = (Role.COORDINATOR, Role.AUDITOR)
SEES_OWN_ROUNDS = (Role.OFFICER, Role.APPROVER)
SEES_RESTRICTED = ((Role.AUDITOR, Scope.AUDIT), (Role.ADMINISTRATOR, Scope.ADMINISTER))


def sees_all_rounds(actor: Actor) -> bool:
    """Whether drafts, rounds and comments of every ministry are the actor's to see."""
    return any(actor.holds(role) for role in SEES_ALL_ROUNDS)


def ministries_seen(actor: Actor) -> frozenset[str]:
    """Codes of the ministries whose drafts, rounds and comments the actor sees."""
    return actor.ministries(*SEES_OWN_ROUNDS)


def sees_rounds_of(actor: Actor, ministry: str) -> bool:
    """Whether the rounds and comments of an update of `ministry` are the actor's to see."""
    return sees_all_rounds(actor) or ministry in ministries_seen(actor)


def sees_restricted(actor: Actor) -> bool:
    """Whether events of people, duties and tokens are the actor's to see, which takes the scope of that duty, too."""
    return any(actor.holds(role) and scope in actor.scopes for role, scope in SEES_RESTRICTED)


def sees_event(actor: Actor, audience: str, ministry: str | None) -> bool:
    """Whether an event of that audience, and of that ministry if it has one, is the actor's to read."""
    if audience == Audience.MINISTRY:
        return ministry is not None and sees_rounds_of(actor, ministry)
    return audience == Audience.PUBLIC or (audience == Audience.RESTRICTED and sees_restricted(actor))
