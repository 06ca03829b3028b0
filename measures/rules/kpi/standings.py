"""The standing of a KPI: its latest value judged against its target under one version of the rating rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import TypeVar

from measures.messages import Sentence, lazy
from measures.rules import periods
from measures.rules.kpi.aims import Aim, aim_at, resolve
from measures.rules.kpi.facts import EXACT, Baseline, Observation, Standing, Target
from measures.rules.periods import Period
from measures.vocabulary import DataState, Direction, Rating, StandingState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is said of one exact number."""

    state: StandingState
    rating: Rating | None
    met: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """How a KPI is rated: what it gets for a value, and what it gets for none after the baseline's.

    `rate` takes whether the target is met, the progress and the elapsed share. `said` is what the rule does, in a
    sentence, and `source` where that comes from.
    """

    rate: Callable[[bool, Decimal | None, Decimal | None], Rating]
    without_value: Rating
    said: Sentence
    source: Sentence


def _on_pace(met: bool, progress: Decimal | None, elapsed: Decimal | None) -> Rating:
    """A at or ahead of pace, else B; where there is no progress to measure, A while met."""
    good = met if progress is None or elapsed is None else progress >= elapsed
    return Rating.A if good else Rating.B


# A published rating names its rule: add a version, never change one.
RULES: Mapping[str, Rule] = {
    "abn-0": Rule(
        _on_pace,
        Rating.F,
        said=lazy("A at or ahead of pace, B behind it, F without a value after the baseline's."),
        source=lazy(
            "The older scheme is known to us by its letter F alone. This is the least that it can be: abn-1 with F in"
            " the place of N; how else it may have rated is not sourced."
        ),
    ),
    "abn-1": Rule(
        _on_pace,
        Rating.N,
        said=lazy("A at or ahead of pace, B behind it, N without a value after the baseline's."),
        source=lazy("As the cabinet's KPI reports rate."),
    ),
}


def standing(
    *,
    observations: Iterable[Observation],
    baseline: Baseline | None = None,
    target: Target | None = None,
    direction: str = "",
    on: date,
    rule: str = "abn-1",
) -> Standing:
    """Where a KPI stands, from what is known at one moment: one observation a period, in any order.

    With a target only values whose period ends after the baseline's count; without one the latest value is shown.
    `on`, the day of asking, only tells a value that is not due from one that is missing. Raises ValueError on an
    unknown rule or direction and on two observations of one period.
    """
    judge = _rule(rule)
    if direction not in ("", *Direction.values):
        raise ValueError(f'Direction "{direction}" is unknown; use "up", "down" or "".')
    known = _in_order(observations)
    counted = known if baseline is None or target is None else _after(known, baseline.period)
    plain = _plain(counted, baseline, on=on, rule=rule)
    if target is None:
        return plain
    with localcontext(EXACT):
        return _against(target, plain, counted, baseline, direction, judge)


def _plain(counted: Sequence[Observation], baseline: Baseline | None, *, on: date, rule: str) -> Standing:
    """The standing of a KPI without a target: what was reported, and no judgement."""
    said = Standing(
        state=StandingState.NOT_APPLICABLE,
        rule=rule,
        data_state=_data_state(counted, baseline, on),
        baseline=None if baseline is None else baseline.value,
    )
    if not counted:
        return said
    latest = counted[-1]
    return replace(
        said,
        value=latest.value,
        low=latest.low,
        high=latest.high,
        period=latest.period,
        provisional=latest.provisional,
        approximate=latest.approximate,
    )


def _against(
    target: Target,
    plain: Standing,
    counted: Sequence[Observation],
    baseline: Baseline | None,
    direction: str,
    rule: Rule,
) -> Standing:
    goal = resolve(target, baseline)
    elapsed = None if baseline is None or not counted else _elapsed(counted[-1].period, baseline.period, target.due_on)
    said = replace(plain, elapsed=elapsed, target=goal, target_low=target.low, target_high=target.high)
    aim = aim_at(target, baseline, direction)
    if aim is None:
        return replace(said, state=StandingState.UNRESOLVED)
    if not counted:
        return replace(said, state=StandingState.NO_DATA, rating=rule.without_value)
    return _judged(said, aim, counted, rule)


def _judged(said: Standing, aim: Aim, counted: Sequence[Observation], rule: Rule) -> Standing:
    low, high = counted[-1].ends
    verdicts = [_verdict(number, aim, said.elapsed, rule) for number in _telling(low, high, aim)]
    state = _agreed([verdict.state for verdict in verdicts])
    met = _agreed([verdict.met for verdict in verdicts])
    met_on = next((seen.period for seen in counted if all(map(aim.met_by, seen.ends))), None)
    return replace(
        said,
        state=state or StandingState.INDETERMINATE,
        rating=_agreed([verdict.rating for verdict in verdicts]),
        progress=aim.progress(low) if low == high else None,
        required=aim.required(said.elapsed),
        met=met,
        met_on=met_on,
        lost=met_on is not None and met is False,
        indeterminate=state is None,
    )


def _verdict(value: Decimal, aim: Aim, elapsed: Decimal | None, rule: Rule) -> _Verdict:
    met, progress = aim.met_by(value), aim.progress(value)
    if not (met or aim.holds or progress is not None):
        return _Verdict(StandingState.UNRESOLVED, None, met)
    rating = rule.rate(met, progress, elapsed)
    if met:
        return _Verdict(StandingState.MET, rating, met)
    if progress is not None and progress < 0:
        return _Verdict(StandingState.REGRESSED, rating, met)
    return _Verdict(StandingState.ON_PACE if rating == Rating.A else StandingState.BEHIND, rating, met)


def _telling(low: Decimal, high: Decimal, aim: Aim) -> list[Decimal]:
    """The numbers of a range that can be judged differently: its ends, and the ends of the band between them.

    A range that reaches over a whole band has both ends outside, and may still mean a value inside.
    """
    return [low, high, *(edge for edge in (aim.low, aim.high) if edge is not None and low < edge < high)]


def _elapsed(latest: Period, base: Period, due_on: date) -> Decimal:
    """The share of the way from the baseline's last day to the due day at the latest value's own last day, 0 to 1."""
    whole = (due_on - base.last_day).days
    gone = (latest.last_day - base.last_day).days
    return min(Decimal(gone) / Decimal(whole), Decimal(1)) if whole > 0 else Decimal(1)


def _data_state(counted: Sequence[Observation], baseline: Baseline | None, on: date) -> DataState:
    if counted:
        return DataState.REPORTED if any(counted[-1].ends) else DataState.REPORTED_ZERO
    if baseline is not None and on < baseline.period.following().end:
        return DataState.NOT_DUE
    return DataState.NOT_REPORTED


def _in_order(observations: Iterable[Observation]) -> list[Observation]:
    ordered = sorted(observations, key=lambda seen: seen.period)
    for one, next_one in pairwise(ordered):
        if one.period == next_one.period:
            raise ValueError(f"{periods.label(one.period)} is observed twice; pass the value known at the moment only.")
    return ordered


def _after(observations: Sequence[Observation], base: Period) -> list[Observation]:
    return [seen for seen in observations if seen.period.end > base.end]


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise ValueError(f'Rule "{name}" is unknown; the rules are {", ".join(RULES)}.')
    return RULES[name]


def _agreed(answers: Sequence[T]) -> T | None:
    return answers[0] if all(answer == answers[0] for answer in answers) else None
