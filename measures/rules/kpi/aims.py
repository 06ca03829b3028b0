"""What it takes to meet a target: its one number, the band of values that meet it, and the way there."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from measures.rules.kpi.facts import EXACT, Baseline, Target
from measures.vocabulary import Direction, TargetKind


@dataclass(frozen=True, slots=True)
class Aim:
    """The values that meet a target, as a band open where an end is None, and the way from `origin` to `goal`.

    `holds`: there is no way to go, only a band to be in (maintain, range, or a baseline that is at the target).
    """

    low: Decimal | None
    high: Decimal | None
    goal: Decimal | None
    origin: Decimal | None
    holds: bool

    def met_by(self, value: Decimal) -> bool:
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def progress(self, value: Decimal) -> Decimal | None:
        if self.holds or self.goal is None or self.origin is None:
            return None
        return (value - self.origin) / (self.goal - self.origin) + 0  # + 0 turns the -0 of a falling target into 0

    def required(self, elapsed: Decimal | None) -> Decimal | None:
        if self.holds:
            return self.goal
        if self.goal is None or self.origin is None or elapsed is None:
            return None
        return self.origin + elapsed * (self.goal - self.origin)


def resolve(target: Target, baseline: Baseline | None) -> Decimal | None:
    """The target as one number in the KPI's unit; None for a range, and where it builds on a baseline without one."""
    origin = _origin(baseline)
    with localcontext(EXACT):
        if target.kind == TargetKind.RELATIVE:
            return None if origin is None or target.ratio is None else origin * (1 + target.ratio)
        if target.kind == TargetKind.MULTIPLE:
            return None if origin is None or target.factor is None else origin * target.factor
        return target.value


def aim_at(target: Target, baseline: Baseline | None, direction: str) -> Aim | None:
    """What it takes to meet the target from that baseline; None while the target has no number."""
    if target.kind == TargetKind.RANGE:
        if target.low is None or target.high is None:
            return None
        return Aim(target.low, target.high, goal=None, origin=_origin(baseline), holds=True)
    goal, origin = resolve(target, baseline), _origin(baseline)
    if goal is None:
        return None
    holds = target.kind == TargetKind.MAINTAIN or goal == origin
    falls = direction == Direction.DOWN if holds or origin is None else goal < origin
    return Aim(None if falls else goal, goal if falls else None, goal=goal, origin=origin, holds=holds)


def _origin(baseline: Baseline | None) -> Decimal | None:
    return None if baseline is None else baseline.value
