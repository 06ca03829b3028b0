"""Who may import: an officer, for the ministry of the duty."""

from measures.errors import Problem
from measures.messages import say
from measures.rules.roles import Actor
from measures.rules.transitions import sign_in
from measures.vocabulary import Role, Scope


def not_an_officer(actor: Actor, ministry: str | None = None, name: str = "") -> Problem | None:
    """Why `actor` fills in no template, of `ministry` or of any (403); None when they do.

    `ministry` is a code, `name` what they call it where it is known.
    """
    if actor.person_id is None:
        return sign_in()
    if actor.holds(Role.OFFICER, ministry):
        return None
    if ministry is None:
        return Problem("", "wrong-role", say("Only officers import reports."))
    detail = say("Only an officer of '{ministry}' imports its reports.", ministry=name or ministry)
    return Problem("", "wrong-role", detail)


def cannot_import(actor: Actor, ministry: str | None = None, name: str = "") -> Problem | None:
    """Why `actor` imports nothing, for `ministry` (as in not_an_officer) or at all (403); None when they may."""
    if actor.person_id is not None and Scope.REPORT not in actor.scopes:
        return Problem("", "insufficient-scope", say("The token lacks the scope 'report': issue one that has it."))
    return not_an_officer(actor, ministry, name)
