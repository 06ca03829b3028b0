"""Where an owed report stands on a day, by one pure function; properties over all days, and the shares of a cycle."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import obligations
from measures.rules.obligations import OUTSTANDING, REPORTED, Counted, Owed, is_due_soon, is_frozen, owes, state
from measures.vocabulary import CycleState, MeasureStatus, ObligationState

OPENS, DUE = date(2020, 4, 1), date(2020, 12, 25)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2021, 12, 31))
maybe = st.none() | days
owed = st.builds(
    lambda opens_on, length, reported_on, waived_on: Owed(
        opens_on, opens_on + timedelta(days=length), reported_on, waived_on
    ),
    days,
    st.integers(min_value=0, max_value=400),
    maybe,
    maybe,
)


@pytest.mark.parametrize(
    ("reported_on", "waived_on", "on", "expected"),
    [
        (None, None, date(2020, 3, 31), "not_due"),
        (None, None, OPENS, "due"),
        (None, None, DUE, "due"),
        (None, None, date(2020, 12, 26), "overdue"),
        (DUE, None, DUE, "reported_on_time"),
        (DUE, None, date(2022, 1, 1), "reported_on_time"),
        (date(2020, 12, 26), None, date(2020, 12, 26), "reported_late"),
        (date(2020, 12, 26), None, DUE, "due"),
        (None, date(2020, 6, 1), date(2020, 5, 31), "due"),
        (None, date(2020, 6, 1), date(2020, 6, 1), "waived"),
        (date(2020, 5, 1), date(2020, 6, 1), date(2021, 1, 1), "waived"),
        (date(2020, 3, 1), None, date(2020, 3, 1), "reported_on_time"),
    ],
)
def test_the_state_of_a_day(reported_on: date | None, waived_on: date | None, on: date, expected: str) -> None:
    assert state(Owed(OPENS, DUE, reported_on, waived_on), on) == expected


@given(owed, days)
def test_a_day_knows_nothing_of_what_comes_after_it(one: Owed, on: date) -> None:
    known = Owed(
        one.opens_on,
        one.due_on,
        one.reported_on if one.reported_on and one.reported_on <= on else None,
        one.waived_on if one.waived_on and one.waived_on <= on else None,
    )
    assert state(one, on) == state(known, on)


@given(owed, days, days)
def test_what_was_on_time_or_late_stays_it_and_late_is_what_was_overdue(one: Owed, on: date, later: date) -> None:
    on, later = sorted((on, later))
    now, then = state(one, on), state(one, later)
    if now in REPORTED:
        assert then in (now, ObligationState.WAIVED)
    if now == ObligationState.WAIVED:
        assert then == now
    if now == ObligationState.OVERDUE:
        assert then in (now, ObligationState.REPORTED_LATE, ObligationState.WAIVED)


@given(owed, days, st.integers(min_value=-1000, max_value=1000))
def test_moving_every_day_by_as_many_days_changes_nothing(one: Owed, on: date, by: int) -> None:
    shift = timedelta(days=by)
    moved = Owed(
        one.opens_on + shift,
        one.due_on + shift,
        one.reported_on + shift if one.reported_on else None,
        one.waived_on + shift if one.waived_on else None,
    )
    assert state(moved, on + shift) == state(one, on)


@given(owed, days)
def test_only_what_is_due_is_due_soon_and_only_for_two_weeks(one: Owed, on: date) -> None:
    left = (one.due_on - on).days
    assert is_due_soon(one, on) == (state(one, on) == ObligationState.DUE and 0 <= left <= 14)


@pytest.mark.parametrize(
    ("status", "since", "expected"),
    [
        (MeasureStatus.NOT_STARTED, None, True),
        (MeasureStatus.SUSPENDED, date(2019, 1, 1), True),
        *[(status, date(2020, 3, 31), False) for status in obligations.ENDED],
        *[(status, date(2020, 4, 1), status != MeasureStatus.MERGED) for status in obligations.ENDED],
        *[(status, None, False) for status in obligations.ENDED],
    ],
)
def test_a_measure_that_ended_before_the_period_owes_nothing(status: str, since: date | None, expected: bool) -> None:
    assert owes(status, since, period_start=date(2020, 4, 1)) is expected


def test_every_status_of_a_measure_has_ended_or_not() -> None:
    going_on = {MeasureStatus.NOT_STARTED, MeasureStatus.IN_PROGRESS, MeasureStatus.SUSPENDED}
    assert set(MeasureStatus) == set(obligations.ENDED) | going_on


def test_shares_are_of_what_is_owed_and_nothing_has_none() -> None:
    assert Counted(owed=3, complete=1, timely=2).timeliness == Decimal(2) / 3
    assert Counted(owed=4, complete=1, timely=2).completeness == Decimal("0.25")
    assert (Counted(owed=0, complete=0, timely=0).completeness, Counted(0, 0, 0).timeliness) == (None, None)


def test_a_cycle_is_frozen_when_the_last_of_its_days_has_passed() -> None:
    later = DUE + timedelta(days=7)
    assert not is_frozen(later, later)
    assert is_frozen(later, later + timedelta(days=1))


TURNS = {
    "waive": {"overdue", "due", "not_due"},
    "extend": {"due", "not_due"},
    "unlock": {"overdue", "due", "not_due", "reported_on_time", "reported_late"},
}


@pytest.mark.parametrize("verb", obligations.VERBS)
@pytest.mark.parametrize("now", ObligationState.values)
def test_a_verb_is_taken_in_its_states_only(verb: str, now: str) -> None:
    refused = obligations.wrong_turn(verb, ObligationState(now), CycleState.CLOSED)
    assert (refused is None) == (now in TURNS[verb])


@pytest.mark.parametrize("cycle", [CycleState.OPEN, CycleState.PLANNED])
def test_only_a_closed_cycle_is_unlocked(cycle: CycleState) -> None:
    refused = obligations.wrong_turn("unlock", ObligationState.OVERDUE, cycle)
    assert refused is not None
    assert refused.code == "cycle-not-closed"


def test_outstanding_and_reported_and_waived_are_all_states() -> None:
    assert {*OUTSTANDING, *REPORTED, ObligationState.WAIVED} == set(ObligationState)
