"""Values and targets given as ranges, and the facts that are refused before any rule reads them."""

from datetime import date
from decimal import Decimal as D

import pytest

from measures.rules import kpi, periods
from measures.rules.kpi import Baseline, Observation, Target
from measures.vocabulary import DataState, StandingState, TargetKind

DUE_ON = date(2021, 3, 31)
FY2015, FY2016, FY2017 = (periods.fiscal_year(year) for year in (2015, 2016, 2017))
RISING = {"baseline": Baseline(FY2015, D(0)), "target": Target(TargetKind.ABSOLUTE, DUE_ON, value=D(10))}
FALLING = {"baseline": Baseline(FY2015, D(10)), "target": Target(TargetKind.ABSOLUTE, DUE_ON, value=D(0))}
NO_BASELINE = {"target": RISING["target"]}
BAND = {"baseline": Baseline(FY2015, D(9)), "target": Target(TargetKind.RANGE, DUE_ON, low=D(10), high=D(20))}


def between(low, high, period=FY2017, **marks):
    return Observation(period, low=D(low), high=D(high), **marks)


def stand(*observations, **told):
    return kpi.standing(observations=observations, on=date(2024, 1, 1), **told)


@pytest.mark.parametrize(
    ("told", "low", "high", "state", "rating", "met"),
    [
        (RISING, 5, 9, "on_pace", "A", False),
        (RISING, 1, 3, "behind", "B", False),
        (RISING, -3, -1, "regressed", "B", False),
        (RISING, 10, 12, "met", "A", True),
        (FALLING, -2, 0, "met", "A", True),
        (FALLING, 2, 5, "on_pace", "A", False),
        (NO_BASELINE, 10, 12, "met", "A", True),
        (NO_BASELINE, 1, 9, "unresolved", None, False),
        (BAND, 10, 20, "met", "A", True),
        (BAND, 1, 9, "behind", "B", False),
        (BAND, 21, 29, "behind", "B", False),
    ],
)
def test_a_range_counts_where_both_ends_agree(told, low, high, state, rating, met):
    got = stand(between(low, high), **told)
    assert (got.state, got.rating, got.met, got.indeterminate) == (state, rating, met, False)
    assert (got.value, got.low, got.high, got.progress) == (None, low, high, None)


@pytest.mark.parametrize(
    ("told", "low", "high", "rating", "met"),
    [
        (RISING, 3, 5, None, False),
        (RISING, 9, 10, "A", None),
        (RISING, -1, 1, "B", False),
        (RISING, -1, 11, None, None),
        (FALLING, 0, 9, None, None),
        (NO_BASELINE, 9, 10, None, None),
        (BAND, 9, 10, None, None),
        (BAND, 20, 21, None, None),
    ],
)
def test_a_range_whose_ends_disagree_is_indeterminate_and_only_what_they_share_is_said(told, low, high, rating, met):
    got = stand(between(low, high), **told)
    assert (got.state, got.indeterminate) == (StandingState.INDETERMINATE, True)
    assert (got.rating, got.met, got.progress) == (rating, met, None)


def test_a_range_that_reaches_over_the_whole_target_range_may_be_inside_it():
    got = stand(between(9, 21), **BAND)
    assert (got.state, got.rating, got.met) == (StandingState.INDETERMINATE, None, None)


def test_a_range_of_one_number_is_judged_as_that_number():
    got, exact = stand(between(7, 7), **RISING), stand(Observation(FY2017, D(7)), **RISING)
    assert (got.progress, got.rating, got.state) == (exact.progress, exact.rating, exact.state)
    assert (got.value, got.low, got.high) == (None, 7, 7)


def test_a_range_meets_a_target_for_the_first_time_only_with_both_ends():
    got = stand(between(9, 11, FY2016), between(10, 11), **RISING)
    assert got.met_on == FY2017


def test_a_target_is_lost_only_when_the_range_is_definitely_short_of_it():
    before = Observation(FY2016, D(12))
    assert stand(before, between(8, 9), **RISING).lost is True
    perhaps = stand(before, between(9, 10), **RISING)
    assert (perhaps.lost, perhaps.met_on) == (False, FY2016)


def test_a_range_is_a_reported_zero_only_when_both_ends_are():
    assert stand(between(0, 0), **RISING).data_state == DataState.REPORTED_ZERO
    assert stand(between(0, 1), **RISING).data_state == DataState.REPORTED


def test_a_range_without_a_target_is_shown():
    got = stand(between(1, 2, approximate=True))
    assert (got.state, got.low, got.high, got.approximate) == (StandingState.NOT_APPLICABLE, 1, 2, True)


@pytest.mark.parametrize(("value", "met"), [("9.9", False), (10, True), (15, True), (20, True), ("20.1", False)])
def test_a_target_range_is_met_from_end_to_end(value, met):
    got = stand(Observation(FY2017, D(value)), **BAND)
    assert (got.met, got.rating, got.state) == (met, "A" if met else "B", "met" if met else "behind")
    assert (got.progress, got.required, got.target) == (None, None, None)
    assert (got.target_low, got.target_high) == (10, 20)
    assert got.elapsed is not None


def test_a_target_range_left_again_is_lost():
    got = stand(Observation(FY2016, D(15)), Observation(FY2017, D(21)), **BAND)
    assert (got.lost, got.met_on) == (True, FY2016)


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {"value": D(1), "low": D(0), "high": D(2)},
        {"value": D(1), "low": D(0)},
        {"low": D(1)},
        {"high": D(1)},
        {"low": D(2), "high": D(1)},
        {"value": 1.5},
        {"value": 1},
        {"value": D("NaN")},
        {"value": D("Infinity")},
        {"low": D("-Infinity"), "high": D(1)},
    ],
    ids=str,
)
def test_an_observation_is_one_finite_decimal_or_two_in_order(numbers):
    with pytest.raises(ValueError, match=r"value|low|high"):
        Observation(FY2017, **numbers)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("absolute", {"ratio": D(1)}),
        ("maintain", {"low": D(1), "high": D(2)}),
        ("relative", {"value": D(1)}),
        ("multiple", {"ratio": D(1)}),
        ("range", {"value": D(1)}),
        ("range", {"low": D(2), "high": D(1)}),
        ("absolute", {"value": 1.5}),
        ("sometime", {}),
    ],
    ids=str,
)
def test_a_target_takes_only_the_numbers_of_its_kind(kind, numbers):
    with pytest.raises(ValueError, match=r"target|Target|Decimal"):
        Target(kind, DUE_ON, **numbers)


def test_a_baseline_takes_no_float():
    with pytest.raises(ValueError, match="finite Decimal"):
        Baseline(FY2015, 0.5)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.0000005", 6, "0.000000"),
        ("0.0000015", 6, "0.000002"),
        ("0.0000025", 6, "0.000002"),
        ("-0.0000001", 6, "0.000000"),
        ("0.96428571428571428571", 6, "0.964286"),
        ("14.25", 1, "14.2"),
        ("1E+3", 0, "1000"),
        ("9.9999999", 6, "10.000000"),
        ("1E+70", 2, "1" + "0" * 70 + ".00"),
    ],
)
def test_a_number_is_shown_rounded_half_to_even_with_all_its_places(value, places, text):
    assert str(kpi.shown(D(value), places)) == text
