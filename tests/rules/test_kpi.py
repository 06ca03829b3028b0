"""The standing of a KPI by case: each state, fact and legal oddity."""

from datetime import date
from decimal import Decimal as D

import pytest

from measures.rules import kpi, periods
from measures.rules.kpi import Baseline, Observation, Target
from measures.vocabulary import DataState, Rating, StandingState, TargetKind

FY2020_END = date(2021, 3, 31)
LONG_AFTER = date(2024, 1, 1)
FY = periods.fiscal_year
CY = periods.calendar_year
BASE = FY(2015)


def stand(*observations, on=LONG_AFTER, **told):
    return kpi.standing(observations=observations, on=on, **told)


def target(value, kind=TargetKind.ABSOLUTE, due_on=FY2020_END):
    return Target(kind, due_on, value=D(value))


def seen(year, value, **marks):
    return Observation(FY(year), D(value), **marks)


def judged(baseline, goal, value, **told):
    """One value of FY2017 against a target for the end of FY2020 from a baseline of FY2015 (e is 730 days of 1,826)."""
    return stand(seen(2017, value), baseline=Baseline(BASE, D(baseline)), target=target(goal), **told)


HALF_MORE = Target(TargetKind.RELATIVE, FY2020_END, ratio=D("0.5"))


def shown(number):
    return None if number is None else kpi.shown(D(number))


def test_a_multiple_resolves_to_baseline_times_factor():
    three_times = Target(TargetKind.MULTIPLE, FY2020_END, factor=D(3))
    assert kpi.resolve(three_times, Baseline(BASE, D("0.1"))) == D("0.3")


def test_a_target_resolves_exactly_to_more_digits_than_python_keeps_by_itself():
    long_number = D("1234567890123456789012345.000001")
    assert str(kpi.resolve(HALF_MORE, Baseline(BASE, long_number))) == "1851851835185185183518517.5000015"


def test_the_numbers_of_a_standing_are_not_rounded():
    got = judged(0, 3, 1)
    assert got.progress == D("0." + "3" * 60)
    assert shown(got.progress) == D("0.333333")
    assert got.pace < 0


@pytest.mark.parametrize("kind", [TargetKind.RELATIVE, TargetKind.MULTIPLE])
@pytest.mark.parametrize("baseline", [None, Baseline(BASE, None)], ids=["no baseline", "baseline without a number"])
@pytest.mark.parametrize("observed", [(), (seen(2017, 5),)], ids=["no value", "a value"])
def test_a_relative_target_without_a_baseline_number_is_unresolved_and_unrated(kind, baseline, observed):
    number = {"ratio" if kind == TargetKind.RELATIVE else "factor": D("1.5")}
    got = stand(*observed, baseline=baseline, target=Target(kind, FY2020_END, **number))
    assert (got.state, got.rating, got.target, got.progress, got.met) == (StandingState.UNRESOLVED,) + (None,) * 4
    assert got.value == (observed[0].value if observed else None)


def test_a_target_whose_number_nobody_set_is_unresolved():
    bare_range = Target(TargetKind.RANGE, FY2020_END, low=D(1))
    assert stand(seen(2017, 5), target=Target(TargetKind.ABSOLUTE, FY2020_END)).state == StandingState.UNRESOLVED
    assert stand(seen(2017, 5), target=bare_range).state == StandingState.UNRESOLVED


def test_zero_is_a_value_and_nothing_is_not():
    zero, nothing = judged(0, 100, 0), stand(baseline=Baseline(BASE, D(0)), target=target(100))
    assert (zero.value, zero.progress, zero.data_state) == (0, 0, DataState.REPORTED_ZERO)
    assert (nothing.value, nothing.progress, nothing.data_state) == (None, None, DataState.NOT_REPORTED)
    assert nothing.rating == Rating.N


def test_eliminating_8_down_to_0_is_met_at_a_reported_zero():
    got = judged(8, 0, 0)
    assert (got.state, got.progress, got.data_state) == (StandingState.MET, 1, DataState.REPORTED_ZERO)


def test_no_progress_on_a_falling_target_is_plain_zero():
    assert str(judged(20, 10, 20).progress) == "0"


@pytest.mark.parametrize("mark", ["provisional", "approximate"])
def test_a_doubtful_value_counts_and_says_so(mark):
    got = stand(seen(2017, 7, **{mark: True}), baseline=Baseline(BASE, D(0)), target=target(10))
    assert (got.progress, got.rating) == (D("0.7"), Rating.A)
    assert [name for name in ("provisional", "approximate") if getattr(got, name)] == [mark]
    later = stand(seen(2016, 7, **{mark: True}), seen(2017, 7), baseline=Baseline(BASE, D(0)), target=target(10))
    assert not getattr(later, mark), "only the latest value's marks are the standing's"


def test_a_target_met_before_and_missed_now_is_lost():
    base, goal = Baseline(BASE, D(0)), target(10)
    got = stand(seen(2016, 11), seen(2017, 9), baseline=base, target=goal)
    assert (got.met, got.met_on, got.lost, got.state) == (False, FY(2016), True, StandingState.ON_PACE)
    again = stand(seen(2016, 11), seen(2017, 9), seen(2018, 12), baseline=base, target=goal)
    assert (again.met, again.met_on, again.lost) == (True, FY(2016), False)


def test_a_target_never_met_is_not_lost():
    got = judged(0, 10, 9)
    assert (got.met, got.met_on, got.lost) == (False, None, False)


def test_what_was_past_the_target_before_the_baseline_does_not_meet_it():
    got = stand(seen(2014, 50), seen(2017, 9), baseline=Baseline(BASE, D(0)), target=target(10))
    assert (got.met_on, got.lost) == (None, False)


def test_elapsed_is_taken_at_the_values_own_time_however_late_we_ask():
    early, late = (judged(0, 10, 5, on=day) for day in (date(2018, 4, 1), LONG_AFTER))
    assert early == late
    assert shown(late.elapsed) == D("0.399781")


@pytest.mark.parametrize(("days", "value"), [(10, 15), (20, 30)])
def test_a_value_exactly_on_pace_is_rated_a(days, value):
    base = Baseline(periods.point(date(2020, 1, 1)), D(0))
    latest = Observation(periods.point(date(2020, 1, 1 + days)), D(value))
    got = stand(latest, baseline=base, target=target(45, due_on=date(2020, 1, 31)))
    assert (got.progress, got.rating, got.state, got.pace) == (got.elapsed, Rating.A, StandingState.ON_PACE, 0)


def test_only_a_period_that_ends_after_the_baselines_counts_whenever_it_began():
    told = {"baseline": Baseline(BASE, D(0)), "target": target(10)}
    same_end, began_before = periods.quarter(2015, 4), CY(2016)
    assert stand(Observation(same_end, D(5)), **told).state == StandingState.NO_DATA
    assert stand(Observation(began_before, D(5)), **told).period == began_before


def test_a_value_from_after_the_due_day_has_all_the_time_elapsed():
    got = stand(seen(2022, 9), baseline=Baseline(BASE, D(0)), target=target(10))
    assert (got.elapsed, got.required, got.rating) == (1, 10, Rating.B)


@pytest.mark.parametrize("due_on", [date(2016, 3, 31), date(2015, 1, 1)], ids=["t1 = t0", "t1 < t0"])
def test_a_target_due_by_its_baseline_needs_all_of_it_at_once(due_on):
    base = Baseline(BASE, D(0))
    got = stand(seen(2016, 9), baseline=base, target=target(10, due_on=due_on))
    assert (got.elapsed, got.required, got.rating, got.state) == (1, 10, Rating.B, StandingState.BEHIND)


def test_a_value_no_later_than_the_baseline_is_no_data_and_rated_n():
    base = Baseline(BASE, D(0))
    got = stand(seen(2014, 5), seen(2015, 6), baseline=base, target=target(10))
    assert (got.state, got.rating, got.value, got.period, got.elapsed) == ("no_data", "N", None, None, None)
    assert (got.met, got.target, got.baseline) == (None, 10, 0)


@pytest.mark.parametrize(
    ("on", "said"),
    [(date(2017, 3, 31), DataState.NOT_DUE), (date(2017, 4, 1), DataState.NOT_REPORTED)],
)
def test_a_missing_value_is_not_due_until_the_first_period_after_the_baseline_has_ended(on, said):
    assert stand(baseline=Baseline(BASE, D(0)), target=target(10), on=on).data_state == said


def test_with_neither_baseline_nor_value_nothing_was_reported():
    got = stand(target=target(10))
    assert (got.state, got.rating, got.data_state) == ("no_data", "N", DataState.NOT_REPORTED)


@pytest.mark.parametrize(
    ("direction", "met_at", "missed_at"), [("up", "10", "9.9"), ("", "10", "9.9"), ("down", "10", "10.1")]
)
@pytest.mark.parametrize("kind", [TargetKind.ABSOLUTE, TargetKind.MAINTAIN])
def test_a_baseline_at_the_target_counts_as_maintain(kind, direction, met_at, missed_at):
    told = {"baseline": Baseline(BASE, D(10)), "target": target(10, kind), "direction": direction}
    inside, outside = stand(seen(2017, met_at), **told), stand(seen(2017, missed_at), **told)
    assert (inside.state, inside.rating, inside.met, inside.progress) == ("met", "A", True, None)
    assert (outside.state, outside.rating, outside.met, outside.progress) == ("behind", "B", False, None)
    assert inside.required == outside.required == 10
    fallen = stand(seen(2016, met_at), seen(2017, missed_at), **told)
    assert (fallen.lost, fallen.met_on) == (True, FY(2016))


def test_maintain_asks_for_all_of_the_target_at_once_however_low_the_baseline():
    got = stand(seen(2017, 9), baseline=Baseline(BASE, D(0)), target=target(10, "maintain"))
    assert (got.state, got.rating, got.progress, got.required) == ("behind", "B", None, 10)


def test_maintain_needs_no_baseline():
    got = stand(seen(2017, 11), target=target(10, "maintain"))
    assert (got.state, got.rating, got.elapsed) == ("met", "A", None)


def test_the_baseline_decides_the_side_of_a_target_before_the_declared_direction():
    assert judged(20, 10, 9, direction="up").state == StandingState.MET
    assert judged(10, 20, 21, direction="down").state == StandingState.MET


@pytest.mark.parametrize("baseline", [None, Baseline(BASE, None)], ids=["no baseline", "baseline without a number"])
@pytest.mark.parametrize(
    ("direction", "value", "met"),
    [("up", 10, True), ("", 10, True), ("down", 10, True), ("up", 9, False), ("", 9, False), ("down", 11, False)],
)
def test_without_a_baseline_number_a_target_is_met_by_direction_or_else_unresolved(baseline, direction, value, met):
    got = stand(seen(2017, value), baseline=baseline, target=target(10), direction=direction)
    assert (got.state, got.rating) == (("met", "A") if met else ("unresolved", None))
    assert (got.met, got.progress, got.required, got.target) == (met, None, None, 10)
    assert (got.elapsed is None) == (baseline is None)


def test_a_kpi_without_a_target_has_a_value_and_no_rating():
    got = stand(seen(2016, 5), seen(2015, 6), baseline=Baseline(FY(2016), D(5)))
    assert (got.state, got.rating, got.value, got.period) == ("not_applicable", None, 5, FY(2016))
    assert (got.data_state, got.met, got.target, got.elapsed) == (DataState.REPORTED, None, None, None)
    assert stand().data_state == DataState.NOT_REPORTED


def test_the_latest_value_is_the_one_whose_period_ends_last_whatever_order_they_come_in():
    base, goal = Baseline(BASE, D(0)), target(10)
    values = [seen(2018, 3), seen(2016, 1), seen(2017, 2)]
    assert stand(*values, baseline=base, target=goal).value == 3
    assert stand(*values, baseline=base, target=goal) == stand(*reversed(values), baseline=base, target=goal)


def test_two_values_for_one_period_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="FY2017 is observed twice"):
        stand(seen(2017, 1), seen(2016, 2), seen(2017, 1))


def test_an_unknown_rule_is_refused_by_name():
    with pytest.raises(ValueError, match='Rule "abn-9" is unknown; the rules are abn-0, abn-1'):
        stand(rule="abn-9")
    assert stand(rule="abn-1").rule == "abn-1"


def test_an_unknown_direction_is_refused():
    with pytest.raises(ValueError, match="Direction"):
        stand(direction="sideways")
