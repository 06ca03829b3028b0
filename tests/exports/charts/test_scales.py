"""Axes: round and exact ticks that hold every figure, and days at the ends of the years they name."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.exports.charts import letters, scales

FAR = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e30"), max_value=Decimal("1e30"))


@given(st.lists(FAR, max_size=5), st.integers(1, 8))
def test_every_figure_lies_between_the_ends_and_ticks_rise(values: list[Decimal], parts: int) -> None:
    scale = scales.scale(values, parts=parts)
    assert list(scale.ticks) == sorted(set(scale.ticks))
    assert 2 <= len(scale.ticks) <= 2 * parts + 1
    shares = [scale.share(value) for value in sorted(values)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        (["12.2", "17.6"], ["12", "14", "16", "18"]),
        (["0.1", "0.3"], ["0", "0.1", "0.2", "0.3"]),
        (["9856", "14784"], ["9000", "10000", "11000", "12000", "13000", "14000", "15000"]),
        (["0", "0"], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (["-8", "-2"], ["-8", "-6", "-4", "-2", "0"]),
        ([], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ],
)
def test_ticks_are_round_and_exact(values: list[str], ticks: list[str]) -> None:
    assert [str(tick) for tick in scales.scale([Decimal(one) for one in values]).ticks] == ticks


def test_what_is_counted_in_whole_numbers_has_no_tick_between_them() -> None:
    assert [str(tick) for tick in scales.scale([Decimal(0), Decimal(2)], finest=Decimal(1)).ticks] == ["0", "1", "2"]


@given(st.lists(st.dates(), max_size=5), st.integers(1, 12), st.integers(0, 12), st.sampled_from([1, 3, 6, 12]))
def test_ticks_of_time_are_few_in_order_and_on_the_axis(seen: list[date], opens: int, most: int, least: int) -> None:
    days = scales.days(seen)
    months, ticks = days.month_ends(opens=opens, most=most, least=least)
    assert months >= least
    assert len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(days.first <= on <= days.last for on in (*ticks, *seen))


def test_a_fiscal_year_ends_in_march_and_every_tenth_is_a_round_one() -> None:
    days = scales.Days(date(1990, 1, 1), date(2026, 1, 1))
    assert days.month_ends(opens=4, most=4, least=12) == (
        120,
        [date(1991, 3, 31), date(2001, 3, 31), date(2011, 3, 31), date(2021, 3, 31)],
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("14784", "14,784"),
        ("16.10", "16.10"),
        ("0", "0"),
        ("1e30", "1e30"),
        ("-1.5e-30", "-1.5e-30"),
        ("1E+3", "1,000"),
    ],
)
def test_a_figure_has_its_digits_unless_nobody_would_count_them(number: str, said: str) -> None:
    assert letters.figure(Decimal(number)) == said


@given(st.text(max_size=80), st.integers(20, 200), st.integers(1, 3))
def test_lines_have_their_room_and_say_when_words_are_cut(text: str, room: int, lines: int) -> None:
    found = letters.wrapped(text, room, 12, lines=lines)
    assert 1 <= len(found) <= lines
    assert all(letters.width(one, 12) <= room for one in found)
    if not any(one.endswith("…") for one in found) and "…" not in text:
        assert "".join("".join(found).split()) == "".join(text.split())
