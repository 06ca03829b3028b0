"""What makes a revision later or easier: the cases, and that neither the unit nor the direction changes the answer."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from measures.rules import kpi, periods
from measures.rules.kpi import Baseline, Target
from measures.rules.targets import Change, deadline, difficulty, needs_approval

DUE = date(2021, 3, 31)
FY2013 = periods.fiscal_year(2013)
NUMBERS = st.integers(min_value=-30, max_value=30).map(D)
FACTORS = st.sampled_from([D("0.001"), D("0.5"), D(2), D(1000)])
MIRRORED = {"up": "down", "down": "up", "": ""}


def aim(kind: str, value: str | tuple[str, str], due_on: date = DUE) -> Target:
    if kind == "range":
        return Target(kind, due_on, low=D(value[0]), high=D(value[1]))
    name = {"relative": "ratio", "multiple": "factor"}.get(kind, "value")
    return Target(kind, due_on, **{name: D(str(value))})


def judged(old: Target, new: Target, *, baseline: str | None = "10", direction: str = "") -> Change:
    given_baseline = None if baseline is None else Baseline(FY2013, D(baseline))
    return difficulty(old, new, baseline=given_baseline, direction=direction)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (None, DUE, Change.EARLIER),
        (DUE, date(2020, 3, 31), Change.EARLIER),
        (DUE, date(2021, 4, 1), Change.LATER),
        (DUE, None, Change.LATER),
        (DUE, DUE, Change.SAME),
        (None, None, Change.SAME),
    ],
)
def test_a_day_is_later_when_it_comes_after_or_is_gone(old: date | None, new: date | None, said: Change) -> None:
    assert deadline(old, new) == said


@pytest.mark.parametrize(
    ("old", "new", "how", "said"),
    [
        (aim("absolute", "15"), aim("absolute", "18"), {"direction": "up"}, Change.HARDER),
        (aim("absolute", "15"), aim("absolute", "14"), {"direction": "up"}, Change.EASIER),
        (aim("absolute", "5"), aim("absolute", "6"), {"direction": "down"}, Change.EASIER),
        (aim("absolute", "5"), aim("absolute", "4"), {"direction": "down"}, Change.HARDER),
        (aim("absolute", "15"), aim("absolute", "15"), {"direction": "up"}, Change.SAME),
        # Without a direction the baseline of 10 tells which way it goes.
        (aim("absolute", "15"), aim("absolute", "18"), {}, Change.HARDER),
        (aim("absolute", "5"), aim("absolute", "4"), {}, Change.HARDER),
        (aim("absolute", "15"), aim("absolute", "5"), {}, Change.EASIER),
        (aim("absolute", "15"), aim("absolute", "18"), {"baseline": None}, Change.EASIER),
        (aim("relative", "0.5"), aim("relative", "0.6"), {"direction": "up"}, Change.HARDER),
        (aim("relative", "0.5"), aim("relative", "0.6"), {"baseline": None, "direction": "up"}, Change.EASIER),
        (aim("relative", "0.5"), aim("relative", "0.5"), {"baseline": None, "direction": "up"}, Change.SAME),
        (aim("range", ("10", "20")), aim("range", ("12", "18")), {}, Change.HARDER),
        (aim("range", ("10", "20")), aim("range", ("9", "20")), {}, Change.EASIER),
        (aim("range", ("10", "20")), aim("range", ("12", "22")), {}, Change.EASIER),
        # Another kind is easier unless it is proven to be harder: equal is not.
        (aim("relative", "0.5"), aim("absolute", "15"), {"direction": "up"}, Change.EASIER),
        (aim("relative", "0.5"), aim("absolute", "16"), {"direction": "up"}, Change.HARDER),
        (aim("absolute", "15"), aim("range", ("15", "20")), {"direction": "up"}, Change.HARDER),
        (aim("range", ("15", "20")), aim("absolute", "15"), {"direction": "up"}, Change.EASIER),
        (aim("multiple", "2"), aim("maintain", "30"), {"direction": "up"}, Change.HARDER),
    ],
)
def test_a_target_is_harder_only_where_all_that_meets_it_met_the_old_one(
    old: Target, new: Target, how: dict[str, Any], said: Change
) -> None:
    assert judged(old, new, **how) == said


def test_a_harder_target_by_a_later_day_needs_approval_and_an_earlier_one_does_not() -> None:
    def needs(value: str, due_on: date) -> bool:
        new = aim("absolute", value, due_on)
        return needs_approval(aim("absolute", "15"), new, baseline=None, direction="up")

    assert needs("18", date(2026, 3, 31))
    assert needs("14", DUE)
    assert not needs("18", DUE)
    assert not needs("15", date(2020, 3, 31))


@st.composite
def targets(draw: st.DrawFn) -> Target:
    kind = draw(st.sampled_from(["absolute", "relative", "multiple", "maintain", "range"]))
    if kind == "range":
        low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
        return Target(kind, DUE, low=low, high=high)
    name = {"relative": "ratio", "multiple": "factor"}.get(kind, "value")
    return Target(kind, DUE, **{name: draw(NUMBERS) / 10 if name != "value" else draw(NUMBERS)})


baselines = st.one_of(st.none(), st.one_of(st.none(), NUMBERS).map(lambda value: Baseline(FY2013, value)))
directions = st.sampled_from(["up", "down", ""])


def scaled(target: Target, by: D) -> Target:
    """The same target in a unit `by` times as small; a negative one mirrors it."""
    if target.kind == "range":
        low, high = sorted([kpi.shown(end * by, 9) for end in (target.low, target.high) if end is not None])
        return Target(target.kind, target.due_on, low=low, high=high)
    if target.value is None:
        return target
    return Target(target.kind, target.due_on, value=target.value * by)


def scaled_baseline(baseline: Baseline | None, by: D) -> Baseline | None:
    if baseline is None or baseline.value is None:
        return baseline
    return Baseline(baseline.period, baseline.value * by)


@given(targets(), targets(), baselines, directions, FACTORS)
def test_a_change_of_unit_changes_nothing(
    old: Target, new: Target, baseline: Baseline | None, direction: str, by: D
) -> None:
    before = difficulty(old, new, baseline=baseline, direction=direction)
    after = difficulty(scaled(old, by), scaled(new, by), baseline=scaled_baseline(baseline, by), direction=direction)
    assert after == before


@given(targets(), targets(), baselines, directions)
def test_a_mirrored_direction_changes_nothing(
    old: Target, new: Target, baseline: Baseline | None, direction: str
) -> None:
    before = difficulty(old, new, baseline=baseline, direction=direction)
    mirrored = scaled_baseline(baseline, D(-1))
    after = difficulty(scaled(old, D(-1)), scaled(new, D(-1)), baseline=mirrored, direction=MIRRORED[direction])
    assert after == before


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(targets(), targets(), baselines, directions)
def test_the_way_back_from_a_harder_target_is_easier(
    old: Target, new: Target, baseline: Baseline | None, direction: str
) -> None:
    assume(difficulty(old, new, baseline=baseline, direction=direction) == Change.HARDER)
    assert difficulty(new, old, baseline=baseline, direction=direction) == Change.EASIER


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(targets(), targets(), baselines, directions, NUMBERS)
def test_what_meets_a_harder_target_meets_the_old_one(
    old: Target, new: Target, baseline: Baseline | None, direction: str, value: D
) -> None:
    """Said by the engine itself, of a KPI that says which way it moves."""
    assume(direction and baseline is not None and baseline.value is not None)
    assume(difficulty(old, new, baseline=baseline, direction=direction) == Change.HARDER)
    assert baseline is not None
    seen = [kpi.Observation(periods.fiscal_year(2015), value)]

    def met(target: Target) -> bool | None:
        # The engine goes by where the target lies from the baseline; here both lie where the direction points.
        goal = kpi.resolve(target, baseline)
        assume(goal is None or (goal >= baseline.value if direction == "up" else goal <= baseline.value))  # type: ignore[operator]
        return kpi.standing(observations=seen, baseline=baseline, target=target, direction=direction, on=DUE).met

    assert not (met(new) and not met(old))
