"""What holds of every standing, whatever the numbers: units, mirrors, older news and the required path."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal as D
from decimal import localcontext

from hypothesis import given
from hypothesis import strategies as st

from measures.rules import kpi, periods
from measures.rules.kpi import Baseline, Observation, Target
from measures.rules.kpi.facts import EXACT
from measures.vocabulary import DataState, TargetKind

ON = date(2024, 1, 1)
BASE_YEAR = 2010
# Few digits and small numbers, so that equal values, targets just reached and ties really occur.
NUMBERS = st.decimals(min_value=-20, max_value=20, places=1) | st.decimals(
    min_value=-(10**9), max_value=10**9, places=4
)
DAYS = st.dates(date(2008, 1, 1), date(2030, 12, 31))
DIRECTIONS = st.sampled_from(["", "up", "down"])
MIRRORED = {"": "down", "up": "down", "down": "up"}
UNIT_FREE = ("progress", "elapsed", "rating", "state", "met", "met_on", "lost", "data_state", "indeterminate")


@st.composite
def some_observations(draw):
    years = draw(st.lists(st.integers(BASE_YEAR - 2, BASE_YEAR + 15), unique=True, max_size=6))
    return [draw(an_observation(periods.fiscal_year(year))) for year in years]


def an_observation(period):
    pairs = st.tuples(NUMBERS, NUMBERS).map(sorted)
    return st.builds(Observation, st.just(period), NUMBERS) | pairs.map(
        lambda ends: Observation(period, low=ends[0], high=ends[1])
    )


@st.composite
def some_target(draw):
    kind = draw(st.sampled_from(list(TargetKind)))
    due_on = draw(DAYS)
    if kind == TargetKind.RANGE:
        low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
        return Target(kind, due_on, low=low, high=high)
    name = {TargetKind.RELATIVE: "ratio", TargetKind.MULTIPLE: "factor"}.get(kind, "value")
    return Target(kind, due_on, **{name: draw(NUMBERS)})


BASELINES = st.none() | st.builds(Baseline, st.just(periods.fiscal_year(BASE_YEAR)), st.none() | NUMBERS)
CASES = st.fixed_dictionaries(
    {
        "observations": some_observations(),
        "baseline": BASELINES,
        "target": st.none() | some_target(),
        "direction": DIRECTIONS,
    }
)
NOT_NUMBERS_IN_THE_UNIT = {"ratio", "factor"}


def stand(case):
    return kpi.standing(on=ON, **case)


def times(factor, fact):
    """The same fact in another unit; a negative factor mirrors it, and a mirrored range has its ends swapped."""
    with localcontext(EXACT):
        changed = {
            field.name: getattr(fact, field.name) * factor
            for field in fields(fact)
            if field.name not in NOT_NUMBERS_IN_THE_UNIT and isinstance(getattr(fact, field.name), D)
        }
    if factor < 0 and "low" in changed:
        changed["low"], changed["high"] = changed["high"], changed["low"]
    return replace(fact, **changed)


def in_unit(factor, case):
    return case | {
        "observations": [times(factor, seen) for seen in case["observations"]],
        "baseline": case["baseline"] and times(factor, case["baseline"]),
        "target": case["target"] and times(factor, case["target"]),
    }


def unit_free(standing):
    return {name: getattr(standing, name) for name in UNIT_FREE}


@given(CASES, st.sampled_from([D(1000), D("0.001"), D(3), D("0.01"), D("1234.5678")]))
def test_changing_the_unit_leaves_progress_rating_and_state(case, factor):
    assert unit_free(stand(in_unit(factor, case))) == unit_free(stand(case))


@given(CASES)
def test_mirroring_the_direction_leaves_progress_rating_and_state(case):
    mirrored = in_unit(D(-1), case) | {"direction": MIRRORED[case["direction"]]}
    assert unit_free(stand(mirrored)) == unit_free(stand(case))


@given(CASES, st.data())
def test_an_earlier_observation_never_changes_todays_progress(case, data):
    latest = max((seen.period for seen in case["observations"]), default=periods.fiscal_year(BASE_YEAR))
    earlier = data.draw(st.integers(1, 40).map(lambda years: periods.month(latest.start.year - years, 6)))
    before = stand(case)
    after = stand(case | {"observations": [*case["observations"], data.draw(an_observation(earlier))]})
    if before.period is None:
        return  # a first value is news, not an earlier one
    for name in ("progress", "elapsed", "rating", "state", "met", "required", "value", "period"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.met_on is None or before.met_on is None or after.met_on <= before.met_on


@given(CASES)
def test_what_is_required_lies_between_baseline_and_target(case):
    got = stand(case)
    if got.required is None or got.baseline is None:
        return
    assert min(got.baseline, got.target) <= got.required <= max(got.baseline, got.target)
    assert got.elapsed is None or 0 <= got.elapsed <= 1


@given(CASES)
def test_a_number_is_rated_a_exactly_when_it_is_at_or_past_what_is_required(case):
    got = stand(case)
    if got.progress is None:
        return
    number = got.value if got.value is not None else got.low
    with localcontext(EXACT):
        ahead = (number - got.required) * (got.target - got.baseline)
    if abs(ahead) > D("1e-30"):  # at the line itself the two quotients differ in their sixtieth digit
        assert (got.rating == "A") == (ahead > 0)


@given(CASES)
def test_the_answers_never_contradict_each_other(case):
    got = stand(case)
    assert (got.state == "met") == (got.met is True)
    assert (got.state == "indeterminate") == got.indeterminate
    assert (got.rating == "N") == (got.state == "no_data")
    assert got.state != "met" or (got.rating == "A" and got.met_on is not None and not got.lost)
    assert got.state not in ("behind", "regressed") or got.rating == "B"
    assert got.state != "on_pace" or got.rating == "A"
    assert (got.period is None) == (got.data_state in (DataState.NOT_REPORTED, DataState.NOT_DUE))
    assert got.progress is None or (got.state == "regressed") == (got.progress < 0)
    assert (got.state == "not_applicable") == (case["target"] is None)


@given(CASES)
def test_the_day_of_asking_changes_nothing_but_what_is_due(case):
    early, late = (kpi.standing(on=day, **case) for day in (date(2000, 1, 1), ON))
    assert replace(early, data_state=late.data_state) == late
