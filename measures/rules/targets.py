"""What a revision does to a target or a day: whether it is later or easier, so that someone else has to approve it.

A target is also eased by what it is measured from, the baseline and the direction of its KPI.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from measures.errors import Problem
from measures.messages import say
from measures.rules import kpi
from measures.rules.roles import Actor
from measures.vocabulary import TargetKind

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


def restatement(old: kpi.Baseline | None, new: kpi.Baseline, *, target: kpi.Target | None, direction: str) -> Change:
    """EASIER, HARDER or SAME: what `new` in the place of `old` makes of the target and of the way to it.

    HARDER is only what is proven: the same values count, and none is rated better than it was. A first baseline, one of
    another period and one that had or gets no number are EASIER, of a KPI that has a target.
    """
    if target is None or (old is not None and old == new):
        return Change.SAME
    if old is None or old.period != new.period:
        return Change.EASIER
    was, now = kpi.aim_at(target, old, direction), kpi.aim_at(target, new, direction)
    if was is None or now is None or not _within((now.low, now.high), (was.low, was.high)):
        return Change.EASIER
    if was.holds and now.holds:
        return Change.SAME if (was.low, was.high) == (now.low, now.high) else Change.HARDER
    return Change.HARDER if _is_no_easier(was, now) else Change.EASIER


def turned(target: kpi.Target, *, baseline: kpi.Baseline | None, old: str, new: str) -> bool:
    """Whether other values meet the target once its KPI's direction is `new`."""
    was, now = kpi.aim_at(target, baseline, old), kpi.aim_at(target, baseline, new)
    return was != now


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
    aim = kpi.aim_at(target, baseline, direction)
    if aim is None:
        return None
    pointed = target.kind == TargetKind.RANGE or bool(direction) or not (aim.holds or aim.origin is None)
    return (aim.low, aim.high) if pointed else None


def _is_no_easier(was: kpi.Aim, now: kpi.Aim) -> bool:
    """Whether no value is ahead of pace now that was behind it, of two aims on the same side over the same time.

    An aim that holds asks only to be met: who had fallen behind where it began is, by it, no longer said to have.
    """
    if was.holds or now.holds or was.origin is None or now.origin is None:
        return False
    return now.origin >= was.origin if was.high is None else now.origin <= was.origin


def _within(inner: Band, outer: Band) -> bool:
    """Whether every value of `inner` is one of `outer`."""
    (low, high), (least, most) = inner, outer
    from_below = least is None or (low is not None and low >= least)
    from_above = most is None or (high is not None and high <= most)
    return from_below and from_above
