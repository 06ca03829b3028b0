"""Cells read as what they say, and nothing guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import periods
from measures.rules.imports import cells
from measures.rules.imports.cells import Unread
from measures.rules.imports.places import letters, named, number_of
from measures.rules.imports.sheets import Cell
from measures.vocabulary import Health, MeasureStatus, ObservationStatus

YEARS = st.integers(1990, 2100)
PERIODS = st.one_of(
    YEARS.map(periods.fiscal_year),
    YEARS.map(periods.calendar_year),
    st.builds(periods.half_year, YEARS, st.integers(1, 2)),
    st.builds(periods.quarter, YEARS, st.integers(1, 4)),
    st.builds(periods.month, YEARS, st.integers(1, 12)),
    st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(periods.point),
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15)


def typed(text: str) -> Cell:
    return Cell("text", text)


@given(PERIODS)
def test_every_period_is_read_from_its_labels(period: periods.Period) -> None:
    for label in (periods.label(period), periods.label_ja(period)):
        assert cells.period(typed(f" {label}　"), period.type) == period


@given(DECIMALS)
def test_a_number_is_read_to_its_last_digit_in_any_width_and_with_separators(number: Decimal) -> None:
    plain = format(number, "f")
    wide = plain.translate({ord(one): ord(one) + 0xFEE0 for one in "0123456789.-"})
    for text in (plain, wide, format(number, ",f")):
        assert cells.number(typed(text)) == (number, None, None)
        assert format(cells.number(typed(text))[0], "f") == plain


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_number_or_refused(text: str) -> None:
    try:
        value, low, high = cells.number(typed(text))
    except Unread as unread:
        assert unread.code and unread.detail
    else:
        assert (value is None) == (low is not None) == (high is not None)


@pytest.mark.parametrize(
    "text", ["1,23", "1.2.3", "約100", "▲5", "16.1%", "16,1", "1e5", "", "+5", "20～10", "１６．１％", "0x1"]
)
def test_what_could_mean_two_things_is_no_number(text: str) -> None:
    with pytest.raises(Unread):
        cells.number(typed(text))


def test_a_range_has_two_ends() -> None:
    assert cells.number(typed("１０～２０")) == (None, Decimal(10), Decimal(20))
    assert cells.number(typed("10〜20.5")) == (None, Decimal(10), Decimal("20.5"))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("令和元年度", periods.fiscal_year(2019)),
        ("平成31年度", periods.fiscal_year(2019)),
        ("平成３７年", periods.calendar_year(2025)),
        ("2019年（暦年）", periods.calendar_year(2019)),
        ("2019暦年", periods.calendar_year(2019)),
        ("ＦＹ２０１９", periods.fiscal_year(2019)),
        ("2019年度上期", periods.half_year(2019, 1)),
        ("令和2年1月", periods.month(2020, 1)),
    ],
)
def test_years_are_read_as_ministries_write_them(text: str, period: periods.Period) -> None:
    assert cells.period(typed(text), period.type) == period


@pytest.mark.parametrize("text", ["2019", "19年度", "2019年度末", "FY19", "9999年度", "2019年13月", "昨年度"])
def test_a_bare_year_is_no_period(text: str) -> None:
    with pytest.raises(Unread) as refused:
        cells.period(typed(text), "fiscal_year")
    assert refused.value.code == "invalid-period"


def test_a_date_is_a_period_only_of_what_is_counted_at_points() -> None:
    day = Cell("day", "2019-10-01")
    assert cells.period(day, "point") == periods.point(date(2019, 10, 1))
    with pytest.raises(Unread) as refused:
        cells.period(day, "month")
    assert refused.value.code == "date-for-period"


@pytest.mark.parametrize("vocabulary", [MeasureStatus, Health, ObservationStatus])
def test_a_word_is_read_by_its_code_or_its_name(vocabulary: type) -> None:
    for one in vocabulary:
        for text in (one.value, one.label, one.value.replace("_", " ").capitalize(), f" {one.label} "):
            assert cells.word(typed(text), vocabulary, tuple(vocabulary)) == one.value
    with pytest.raises(Unread):
        cells.word(typed("よい"), vocabulary, tuple(vocabulary))


@pytest.mark.parametrize("text", ["2020-07-27", "2020/7/27", "２０２０年７月２７日", " 2020-07-27 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert cells.day(typed(text)) == date(2020, 7, 27)


@pytest.mark.parametrize("text", ["2020-02-30", "27.7.2020", "7/27", "43831"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unread):
        cells.day(typed(text))


@pytest.mark.parametrize(("kind", "code"), [("formula", "formula"), ("error", "error-value"), ("percent", "percent")])
def test_what_a_program_worked_out_is_not_taken(kind: str, code: str) -> None:
    with pytest.raises(Unread) as refused:
        cells.refuse_computed(Cell(kind, "0.161"))
    assert refused.value.code == code


def test_words_keep_their_lines_and_lose_their_ends() -> None:
    assert cells.text(typed("  一行目\r\n二行目　\n"), "narrative") == "一行目\n二行目"
    for bad in ("a\u202eb", "a\x01b", "長" * 20_001):
        with pytest.raises(Unread):
            cells.text(typed(bad), "narrative")


@given(st.integers(1, 16384))
def test_a_column_has_one_name(number: int) -> None:
    assert number_of(letters(number)) == number
    assert named(1048576, 16384) == "XFD1048576"
