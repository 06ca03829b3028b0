"""Stacked bars: every part as long as its count, told by more than its colour, with its coverage beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.exports.charts import Bar, Category, Stack, draw_stack, looks
from measures.vocabulary import MeasureStatus, Rating
from tests.exports.charts import pictures
from tests.exports.charts.test_series import HOSTILE

STATUSES = tuple(Category(one.value, one.label) for one in MeasureStatus)
COUNTS = st.dictionaries(st.sampled_from(MeasureStatus.values), st.integers(0, 20_000))
BARS = st.builds(Bar, label=st.sampled_from(["文部科学省", *HOSTILE]), counts=COUNTS, coverage=st.sampled_from(HOSTILE))


def a_stack(*bars: Bar) -> Stack:
    return Stack("By ministry", "measures", STATUSES, bars)


@given(st.lists(BARS, max_size=4), st.sampled_from([720, 360]))
def test_whatever_the_counts_the_picture_is_whole_and_all_of_it_is_inside(bars: list[Bar], width: int) -> None:
    chart = draw_stack(a_stack(*bars), name="by", width=width)
    assert pictures.outside(pictures.read(chart.svg)) == []
    assert {len(row) for row in chart.rows} <= {len(chart.columns)}


def test_a_part_is_as_long_as_its_count_and_says_it() -> None:
    chart = draw_stack(
        a_stack(Bar("MEXT", {"in_progress": 3, "completed": 1}), Bar("JPO", {"completed": 2})), name="by"
    )
    picture = pictures.read(chart.svg)
    parts = [one for one in picture.iter(f"{pictures.SVG}rect") if one.get("height") == "20"]
    widths = [pictures.numbers(one, "width")[0] for one in parts]
    assert [round(width / widths[1], 2) for width in widths] == [3, 1, 2]
    assert [one.get("fill") for one in parts] == ["url(#by-in-progress)", "url(#by-completed)", "url(#by-completed)"]
    assert {"3", "1", "2", "4", "measures"} <= set(pictures.texts(picture))
    assert chart.columns == ("", *(one.label for one in MeasureStatus), "Total")
    assert chart.rows == (
        ("MEXT", "0", "3", "1", "0", "0", "0", "0", "4"),
        ("JPO", "0", "0", "2", "0", "0", "0", "0", "2"),
    )


def test_the_coverage_of_a_rollup_stands_beside_its_bar_and_in_its_table() -> None:
    categories = (Category("A", "A"), Category("unratable", "no target"))
    stack = Stack("Ratings", "measures", categories, (Bar("MEXT", {"A": 2, "unratable": 7}, "2 of 9 rated"),))
    chart = draw_stack(stack, name="rated")
    assert "MEXT 2 of 9 rated" in " ".join(" ".join(pictures.texts(pictures.read(chart.svg))).split())
    assert "2 of 9 rated" in chart.description
    assert pictures.row(chart.columns, chart.rows[0])["Coverage"] == "2 of 9 rated"


def test_every_status_and_rating_has_a_look_that_no_other_has() -> None:
    assert {*MeasureStatus.values, *Rating.values} <= set(looks.LOOKS)
    for codes in (MeasureStatus.values, (*Rating.values, "unratable")):
        told = [(looks.LOOKS[code].strokes, code in looks.FULL, looks.LOOKS[code].ground) for code in codes]
        without_colour = [(strokes, full) for strokes, full, _ in told]
        assert len(set(without_colour)) == len(codes)


@pytest.mark.parametrize(
    "bad", [Bar("x", {"strange": 1}), Bar("x", {"completed": -1})], ids=["not a category", "below zero"]
)
def test_what_cannot_be_counted_is_refused(bad: Bar) -> None:
    with pytest.raises(ValueError, match="is not counted in"):
        draw_stack(a_stack(bad), name="by")


def test_a_category_without_a_look_is_refused() -> None:
    with pytest.raises(ValueError, match="have no look"):
        draw_stack(Stack("t", "n", (Category("new", "New"),), ()), name="by")
