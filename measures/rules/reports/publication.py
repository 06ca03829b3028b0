"""Whether a report of a cycle can be published."""

from datetime import datetime

from measures.errors import Problem
from measures.messages import say
from measures.vocabulary import CycleState


def wrong_turn(state: str) -> Problem | None:
    """Why a cycle in that state has no report (409)."""
    if state == CycleState.PLANNED:
        return Problem("/cycle", "not-begun", say("The cycle was never open: there is nothing to report on yet."))
    return None


def wrong_input(
    *, known_at: datetime, at: datetime, last_known_at: datetime | None, state_then: str | None, reason: str
) -> list[Problem]:
    """What cannot be (400) in a report of `known_at`, when the cycle was in `state_then` if there was one.

    `last_known_at` is the moment of the version before, if any.
    """
    problems = []
    if known_at > at:
        detail = say("Nothing is known yet of a moment to come: send an earlier one.")
        problems.append(Problem("/known_at", "in-the-future", detail))
    if state_then is None or wrong_turn(state_then):
        detail = say("The cycle was not open yet at that moment: send a later one.")
        problems.append(Problem("/known_at", "too-early", detail))
    if last_known_at and known_at <= last_known_at:
        detail = say("The version before is of {moment}: a later one is of a later moment.", moment=last_known_at)
        problems.append(Problem("/known_at", "out-of-order", detail))
    if last_known_at and not reason:
        detail = say("Say why there is a further version: it needs a reason.")
        problems.append(Problem("/reason", "missing", detail))
    return problems
