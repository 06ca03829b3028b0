"""What signing in asks for, beside a password."""

from collections.abc import Collection, Iterable

from measures.rules.roles import DutyHeld


def owes_factor(duties: Iterable[DutyHeld], *, asked_of: Collection[str], has_shown: bool) -> bool:
    """Whether a session that `has_shown` a second factor or not must do so before anything under one of `duties`."""
    return not has_shown and any(duty.role in asked_of for duty in duties)
