"""What a revision does to a target or a day: whether it is later or easier, so that someone else has to approve it."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from measures.errors import Problem
from measures.messages import say
from measures.rules import kpi
from measures.rules.roles import Actor
from measures.vocabulary import Direction, TargetKind

Band = tuple[Decimal | None, Decimal | None]


class Change(StrEnum):
    """How a revision compares with what it revises."""

    EARLIER = "earlier"
    LATER = "later"
    EASIER = "easier"
    HARDER = "harder"
    SAME = "same"


def deadline(old: date | None, new: date | None) -> Change:
    """EARLIER, LATER or SAME; no day at all is later than any."""
    if old == new:
        return Change.SAME
    return Change.LATER if new is None or (old is not None and new > old) else Change.EARLIER


def difficulty(old: kpi.Target, new: kpi.Target, *, baseline: kpi.Baseline | None, direction: str) -> Change:
    """EASIER, HARDER or SAME, whatever their days: what meets the new target against what meets the old.

    HARDER is only what is proven: all that meets the new one meets the old one, and not the other way round. Another
    kind of target, one without a number and one that swaps values for others are EASIER unless they are that.
    """
    if _numbers(old) == _numbers(new):
        return Change.SAME
    was, now = _band(old, baseline, direction), _band(new, baseline, direction)
    if was is None or now is None:
        return Change.EASIER
    if was == now:
        return Change.SAME if old.kind == new.kind else Change.EASIER
    return Change.HARDER if _within(now, was) else Change.EASIER


def needs_approval(old: kpi.Target, new: kpi.Target, *, baseline: kpi.Baseline | None, direction: str) -> bool:
    """Whether another coordinator has to approve `new` in the place of `old`: it is later, or easier."""
    later = deadline(old.due_on, new.due_on) == Change.LATER
    return later or difficulty(old, new, baseline=baseline, direction=direction) == Change.EASIER


def cannot_decide(actor: Actor, *, set_by: int | None) -> Problem | None:
    """Why a coordinator may not decide on a revision (403); None when they may."""
    if actor.person_id == set_by:
        return Problem("", "own-proposal", say("You proposed this revision, so another coordinator must decide on it."))
    return None


def _numbers(target: kpi.Target) -> tuple[str, Decimal | None, Decimal | None, Decimal | None]:
    number = target.value if target.value is not None else target.ratio if target.ratio is not None else target.factor
    return target.kind, number, target.low, target.high


def _band(target: kpi.Target, baseline: kpi.Baseline | None, direction: str) -> Band | None:
    """The values that meet the target, open where an end is None; None where it cannot be told."""
    if target.kind == TargetKind.RANGE:
        return target.low, target.high
    goal, origin = kpi.resolve(target, baseline), None if baseline is None else baseline.value
    if goal is None:
        return None
    if not direction and origin is not None and goal != origin:
        direction = Direction.UP if goal > origin else Direction.DOWN
    if not direction:
        return None
    return (goal, None) if direction == Direction.UP else (None, goal)


def _within(inner: Band, outer: Band) -> bool:
    """Whether every value of `inner` is one of `outer`."""
    (low, high), (least, most) = inner, outer
    from_below = least is None or (low is not None and low >= least)
    from_above = most is None or (high is not None and high <= most)
    return from_below and from_above
