"""What makes a revision later or easier: the cases, and that neither the unit nor the direction changes the answer."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from measures.rules import kpi, periods
from measures.rules.kpi import Baseline, Target
from measures.rules.targets import Change, deadline, difficulty, needs_approval, restatement, turned

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
    """Said by the engine itself, of any KPI, also of one that says another way than its target lies."""
    assume(difficulty(old, new, baseline=baseline, direction=direction) == Change.HARDER)
    seen = [kpi.Observation(periods.fiscal_year(2015), value)]

    def met(target: Target) -> bool | None:
        return kpi.standing(observations=seen, baseline=baseline, target=target, direction=direction, on=DUE).met

    assert not (met(new) and not met(old))


def test_a_target_against_its_kpis_direction_is_judged_by_the_way_it_lies() -> None:
    """From 20 down to 10, whatever the KPI says: the engine takes 12 for easier."""
    assert judged(aim("absolute", "10"), aim("absolute", "12"), baseline="20", direction="up") == Change.EASIER
    assert judged(aim("absolute", "10"), aim("absolute", "8"), baseline="20", direction="up") == Change.HARDER


FY2014 = periods.fiscal_year(2014)
FIFTY = aim("relative", "0.5")


@pytest.mark.parametrize(
    ("old", "new", "target", "said"),
    [
        ("10", "9", None, Change.SAME),
        ("10", "10", FIFTY, Change.SAME),
        ("10", "11", FIFTY, Change.HARDER),
        ("10", "9", FIFTY, Change.EASIER),
        ("10", None, FIFTY, Change.EASIER),
        (None, "10", FIFTY, Change.EASIER),
        # Where it starts decides what is on pace, though the number to reach stays.
        ("10", "11", aim("absolute", "15"), Change.HARDER),
        ("10", "9", aim("absolute", "15"), Change.EASIER),
        # Past the number to reach the target is to fall; on it, who had fallen behind where it began no longer has.
        ("10", "16", aim("absolute", "15"), Change.EASIER),
        ("10", "15", aim("absolute", "15"), Change.EASIER),
        ("15", "10", aim("absolute", "15"), Change.EASIER),
        # Falling by half: less is harder.
        ("10", "9", aim("relative", "-0.5"), Change.HARDER),
        ("10", "11", aim("relative", "-0.5"), Change.EASIER),
        # Where there is only a band to be in, nothing starts anywhere.
        ("10", "9", aim("maintain", "12"), Change.SAME),
        ("10", None, aim("range", ("10", "20")), Change.SAME),
    ],
)
def test_a_baseline_is_harder_only_where_nothing_is_rated_better_by_it(
    old: str | None, new: str | None, target: Target | None, said: Change
) -> None:
    was, now = (Baseline(FY2013, None if value is None else D(value)) for value in (old, new))
    assert restatement(was, now, target=target, direction="up") == said


@pytest.mark.parametrize("target", [FIFTY, aim("absolute", "15"), aim("maintain", "12"), aim("range", ("10", "20"))])
def test_a_first_baseline_and_one_of_another_period_are_easier(target: Target) -> None:
    ten = Baseline(FY2013, D(10))
    assert restatement(None, ten, target=target, direction="up") == Change.EASIER
    assert restatement(ten, Baseline(FY2014, D(10)), target=target, direction="up") == Change.EASIER
    assert restatement(None, ten, target=None, direction="up") == Change.SAME


BETTER = ["regressed", "behind", "on_pace", "met"]


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(targets(), NUMBERS, NUMBERS, directions, NUMBERS, st.integers(min_value=2014, max_value=2021))
def test_no_value_stands_better_by_a_baseline_that_is_not_easier(
    target: Target, old: D, new: D, direction: str, value: D, year: int
) -> None:
    was, now = Baseline(FY2013, old), Baseline(FY2013, new)
    assume(restatement(was, now, target=target, direction=direction) != Change.EASIER)
    seen = [kpi.Observation(periods.fiscal_year(year), value)]

    def stands(baseline: Baseline) -> kpi.Standing:
        return kpi.standing(observations=seen, baseline=baseline, target=target, direction=direction, on=DUE)

    before, after = stands(was), stands(now)
    assert BETTER.index(after.state) <= BETTER.index(before.state)
    assert str(after.rating) >= str(before.rating)


@given(targets(), baselines, directions, directions, NUMBERS)
def test_a_direction_turns_a_target_only_where_other_values_meet_it(
    target: Target, baseline: Baseline | None, old: str, new: str, value: D
) -> None:
    seen = [kpi.Observation(periods.fiscal_year(2015), value)]

    def stands(direction: str) -> kpi.Standing:
        return kpi.standing(observations=seen, baseline=baseline, target=target, direction=direction, on=DUE)

    if not turned(target, baseline=baseline, old=old, new=new):
        assert stands(old) == stands(new)
