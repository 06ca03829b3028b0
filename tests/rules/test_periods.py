"""Periods: their days, their order, the wire form both ways, their labels, and what is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import periods
from measures.rules.periods import Period, PeriodError
from measures.vocabulary import PeriodType

YEARS = st.integers(periods.FIRST_YEAR, periods.LAST_YEAR)
ANY_PERIOD = st.one_of(
    st.builds(periods.fiscal_year, YEARS),
    st.builds(periods.calendar_year, YEARS),
    st.builds(periods.half_year, YEARS, st.integers(1, 2)),
    st.builds(periods.quarter, YEARS, st.integers(1, 4)),
    st.builds(periods.month, YEARS, st.integers(1, 12)),
    st.builds(periods.point, st.dates(date(1868, 1, 1), date(2200, 12, 31))),
)

KNOWN = [
    (periods.fiscal_year(2019), "2019-04-01", "2020-03-31", "FY2019", "2019年度"),
    (periods.calendar_year(2019), "2019-01-01", "2019-12-31", "CY2019", "2019年"),
    (periods.half_year(2019, 1), "2019-04-01", "2019-09-30", "FY2019H1", "2019年度上半期"),
    (periods.half_year(2019, 2), "2019-10-01", "2020-03-31", "FY2019H2", "2019年度下半期"),
    (periods.quarter(2019, 1), "2019-04-01", "2019-06-30", "FY2019Q1", "2019年度第1四半期"),
    (periods.quarter(2019, 4), "2020-01-01", "2020-03-31", "FY2019Q4", "2019年度第4四半期"),
    (periods.month(2019, 2), "2019-02-01", "2019-02-28", "2019-02", "2019年2月"),
    (periods.month(2019, 12), "2019-12-01", "2019-12-31", "2019-12", "2019年12月"),
    (periods.point(date(2019, 10, 1)), "2019-10-01", "2019-10-01", "2019-10-01", "2019年10月1日"),
]


@pytest.mark.parametrize(("period", "first", "last", "label", "label_ja"), KNOWN, ids=[row[3] for row in KNOWN])
def test_a_period_runs_from_its_first_to_its_last_day_and_has_two_labels(period, first, last, label, label_ja):
    assert period.start == date.fromisoformat(first)
    assert period.last_day == date.fromisoformat(last)
    assert period.end == period.last_day + timedelta(days=1)
    assert (periods.label(period), periods.label_ja(period)) == (label, label_ja)


@pytest.mark.parametrize(
    ("wire", "period"),
    [
        ({"type": "fiscal_year", "year": 2019}, periods.fiscal_year(2019)),
        ({"type": "calendar_year", "year": 2019}, periods.calendar_year(2019)),
        ({"type": "half_year", "year": 2019, "half": 2}, periods.half_year(2019, 2)),
        ({"type": "quarter", "year": 2019, "quarter": 4}, periods.quarter(2019, 4)),
        ({"type": "month", "year": 2019, "month": 10}, periods.month(2019, 10)),
        ({"type": "point", "on": "2019-10-01"}, periods.point(date(2019, 10, 1))),
    ],
    ids=lambda given: given["type"] if isinstance(given, dict) else "",
)
def test_the_wire_form_is_read_and_written_as_documented(wire, period):
    assert periods.from_wire(wire) == period
    assert periods.to_wire(period) == wire


@given(ANY_PERIOD)
def test_every_period_survives_the_wire_and_the_database_columns(period):
    assert periods.from_wire(periods.to_wire(period)) == period
    again = periods.from_dates(str(period.type.value), period.start, period.end)
    assert again == period
    assert isinstance(again.type, PeriodType)


@given(ANY_PERIOD, ANY_PERIOD)
def test_no_two_periods_share_a_label(one, other):
    assert (periods.label(one) == periods.label(other)) == (one == other)
    assert (periods.label_ja(one) == periods.label_ja(other)) == (one == other)


@given(ANY_PERIOD, ANY_PERIOD)
def test_periods_are_ordered_by_end_then_start(one, other):
    assert (one < other) == ((one.end, one.start) < (other.end, other.start))
    assert (one <= other) == (one < other or one == other)


@given(ANY_PERIOD)
def test_the_following_period_is_of_the_same_type_and_later(period):
    following = period.following()
    assert following.type == period.type
    assert following > period
    if period.type != PeriodType.POINT:
        assert following.start == period.end


@pytest.mark.parametrize(
    ("period", "following"),
    [
        (periods.fiscal_year(2019), periods.fiscal_year(2020)),
        (periods.half_year(2019, 2), periods.half_year(2020, 1)),
        (periods.quarter(2019, 3), periods.quarter(2019, 4)),
        (periods.quarter(2019, 4), periods.quarter(2020, 1)),
        (periods.month(2019, 12), periods.month(2020, 1)),
        (periods.point(date(2019, 10, 1)), periods.point(date(2020, 10, 1))),
        (periods.point(date(2020, 2, 29)), periods.point(date(2021, 2, 28))),
    ],
)
def test_the_following_period_turns_the_year_where_its_type_does(period, following):
    assert period.following() == following


REFUSED = [
    (None, ""),
    ([], ""),
    ("FY2019", ""),
    ({}, "/type"),
    ({"year": 2019}, "/type"),
    ({"type": "decade", "year": 2019}, "/type"),
    ({"type": None, "year": 2019}, "/type"),
    ({"type": ["month"], "year": 2019}, "/type"),
    ({"type": "fiscal_year"}, "/year"),
    ({"type": "fiscal_year", "year": True}, "/year"),
    ({"type": "fiscal_year", "year": 2019.0}, "/year"),
    ({"type": "fiscal_year", "year": "2019"}, "/year"),
    ({"type": "fiscal_year", "year": None}, "/year"),
    ({"type": "fiscal_year", "year": 1867}, "/year"),
    ({"type": "fiscal_year", "year": 2201}, "/year"),
    ({"type": "fiscal_year", "year": 10**5000}, "/year"),
    ({"type": "fiscal_year", "year": 2019, "half": 1}, "/half"),
    ({"type": "fiscal_year", "year": 2019, "": 1}, "/"),
    ({"type": "fiscal_year", "year": 2019, "a/b~": 1}, "/a~1b~0"),
    ({"type": "half_year", "year": 2019}, "/half"),
    ({"type": "half_year", "year": 2019, "half": 3}, "/half"),
    ({"type": "quarter", "year": 2019, "quarter": 0}, "/quarter"),
    ({"type": "quarter", "year": 2019, "quarter": 5}, "/quarter"),
    ({"type": "quarter", "year": 2019, "quarter": True}, "/quarter"),
    ({"type": "month", "year": 2019, "month": 13}, "/month"),
    ({"type": "month", "year": 2019, "month": "10"}, "/month"),
    ({"type": "point"}, "/on"),
    ({"type": "point", "on": "2019-10-01", "year": 2019}, "/year"),
    ({"type": "point", "on": "2019-02-29"}, "/on"),
    ({"type": "point", "on": "20191001"}, "/on"),
    ({"type": "point", "on": "2019-W40-2"}, "/on"),
    ({"type": "point", "on": "\uff12\uff10\uff11\uff19-10-01"}, "/on"),
    ({"type": "point", "on": "2019-10-01\n"}, "/on"),
    ({"type": "point", "on": 20191001}, "/on"),
    ({"type": "point", "on": date(2019, 10, 1)}, "/on"),
    ({"type": "point", "on": "1867-12-31"}, "/on"),
    ({"type": "point", "on": "2201-01-01"}, "/on"),
]


@pytest.mark.parametrize(("wire", "pointer"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_a_period_is_refused_at_its_place_with_what_to_do(wire, pointer):
    with pytest.raises(PeriodError) as refusal:
        periods.from_wire(wire)
    assert refusal.value.pointer == pointer
    assert any(
        hint in refusal.value.message for hint in ("write it", "use one of", "add one of", "correct it", "like {")
    )
    assert isinstance(refusal.value, ValueError)
    assert refusal.value.message in str(refusal.value)


@pytest.mark.parametrize("year", [1868, 2200])
def test_the_first_and_last_years_are_taken(year):
    assert periods.from_wire({"type": "fiscal_year", "year": year}) == periods.fiscal_year(year)


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        ("fiscal_year", date(2019, 1, 1), date(2020, 1, 1)),
        ("calendar_year", date(2019, 4, 1), date(2020, 4, 1)),
        ("fiscal_year", date(2019, 4, 1), date(2020, 3, 31)),
        ("half_year", date(2019, 7, 1), date(2020, 1, 1)),
        ("quarter", date(2019, 5, 1), date(2019, 8, 1)),
        ("month", date(2019, 5, 2), date(2019, 6, 2)),
        ("month", date(2019, 5, 2), date(2019, 6, 1)),
        ("point", date(2019, 5, 1), date(2019, 5, 1)),
        ("fiscal_year", date(1800, 4, 1), date(1801, 4, 1)),
        ("decade", date(2010, 1, 1), date(2020, 1, 1)),
    ],
)
def test_columns_that_are_no_whole_period_are_refused(kind, start, end):
    with pytest.raises(PeriodError):
        periods.from_dates(kind, start, end)


def test_a_period_cannot_be_built_by_hand_with_days_that_do_not_fit():
    with pytest.raises(PeriodError, match="is not one month"):
        Period(PeriodType.MONTH, date(2019, 5, 1), date(2019, 7, 1))
