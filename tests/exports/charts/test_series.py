"""The chart of a KPI: whatever the figures, it is a picture with every one of them in its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from measures.exports.charts import SMALL, draw_series, svg
from measures.exports.charts.series import LARGE, NARROW, axis_of_days
from measures.queries.series import Figure, Goal, Series, Value
from measures.rules import periods
from measures.vocabulary import RevisionState
from tests.exports.charts import pictures

HOSTILE = [
    "<script>alert(1)</script>",
    '"><image href="x" onerror="alert(1)"/>',
    "]]>&lt;b&gt; & 'quotes' \"too\"",
    "NUL\x00, bell\x07, a lone \ud800, \ufffe",
    "特許出願に占める中小企業割合" * 14,
    "",
    "\u202eright to left",
]
FAR = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e30"), max_value=Decimal("1e30"))
NUMBERS = st.one_of(
    FAR,
    st.sampled_from([Decimal(text) for text in ("0", "1e-30", "-1e-30", "1e30", "-1e30", "15", "15.0", "0.1")]),
)
YEARS = st.integers(1868, 2200)
PERIODS = st.one_of(
    st.builds(periods.fiscal_year, YEARS),
    st.builds(periods.calendar_year, YEARS),
    st.builds(periods.month, YEARS, st.integers(1, 12)),
    st.builds(periods.quarter, YEARS, st.integers(1, 4)),
    st.builds(periods.point, st.dates(date(1868, 1, 1), date(2200, 12, 31))),
)
FIGURES = st.one_of(
    st.builds(Figure, NUMBERS),
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: Figure(None, min(ends), max(ends))),
)
VALUES = st.builds(
    Value,
    period=PERIODS,
    figure=FIGURES,
    provisional=st.booleans(),
    approximate=st.booleans(),
    source=st.sampled_from(HOSTILE),
    earlier=st.lists(FIGURES, max_size=2).map(tuple),
)
GOALS = st.builds(
    Goal,
    state=st.sampled_from([RevisionState.ORIGINAL, RevisionState.SUPERSEDED]),
    due_on=st.dates(),
    figure=st.one_of(FIGURES, st.just(Figure())),
)


@st.composite
def a_series(draw: st.DrawFn) -> Series:
    values = draw(st.lists(VALUES, max_size=6, unique_by=lambda one: one.period))
    goals = draw(st.lists(GOALS, max_size=2))
    if goals:
        goals[-1] = replace(goals[-1], state=RevisionState.CURRENT)
    ordered = tuple(sorted(values, key=lambda one: one.period))
    latest = ordered[-1].period if ordered else None
    return Series(
        code="kpi",
        name=draw(st.sampled_from(HOSTILE)),
        unit=draw(st.sampled_from(["%", "件", *HOSTILE])),
        decimals=draw(st.integers(0, 8)),
        values=ordered,
        baseline=draw(st.one_of(st.none(), st.tuples(PERIODS, st.one_of(st.none(), NUMBERS)))),
        goals=tuple(goals),
        required=draw(st.one_of(st.none(), NUMBERS)) if latest else None,
        latest=latest,
        met_on=draw(st.sampled_from([None, *(one.period for one in ordered)])),
        lost=draw(st.booleans()),
    )


def years(*figures: str | None, first: int = 2014) -> tuple[Value, ...]:
    """A value for each calendar year from `first` on; none where None is given."""
    return tuple(
        Value(periods.calendar_year(first + nth), Figure(Decimal(text)))
        for nth, text in enumerate(figures)
        if text is not None
    )


SHARE = Series(
    code="sme-patent-share",
    name="中小企業割合",
    unit="%",
    decimals=1,
    values=years("12.2", "13.2", "13.9", None, None, "14.9", "16.1", first=2013),
    baseline=(periods.calendar_year(2013), Decimal("12.2")),
    goals=(Goal(RevisionState.CURRENT, date(2021, 3, 31), Figure(Decimal(15))),),
    required=Decimal("14.519"),
    latest=periods.calendar_year(2019),
    met_on=periods.calendar_year(2019),
)


@given(one=a_series(), size=st.sampled_from([LARGE, NARROW, SMALL]), language=st.sampled_from(["ja", "en"]))
def test_whatever_the_figures_the_picture_is_whole_and_all_of_it_is_inside(
    one: Series, size: object, language: str
) -> None:
    with translation.override(language):
        chart = draw_series(one, name="kpi", size=size)  # type: ignore[arg-type]
    picture = pictures.read(chart.svg)
    assert pictures.outside(picture) == []
    assert pictures.named(picture, "title") == " ".join([svg.clean(chart.title)])
    assert {len(row) for row in chart.rows} <= {len(chart.columns)}
    assert len(chart.rows) == len(one.values)


@given(one=a_series())
def test_greater_is_higher_and_later_is_further_to_the_right(one: Series) -> None:
    numbers = [value for value in one.values if value.figure.value is not None]
    picture = pictures.read(draw_series(one, name="kpi").svg)
    marks = [*pictures.drawn(picture, "chart-value"), *pictures.drawn(picture, "chart-hollow-value")]
    places = sorted(tuple(pictures.numbers(mark, "cx", "cy")) for mark in marks if len(marks) == len(numbers))
    by_place = sorted(numbers, key=lambda value: value.period.last_day)
    for (before, x), (after, y) in pairwise(zip(by_place, places, strict=False)):
        assert x[0] <= y[0]
        if before.period.last_day < after.period.last_day and before.figure.value < after.figure.value:  # type: ignore[operator]
            assert x[1] >= y[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_stays_text(text: str) -> None:
    value = replace(SHARE.values[0], source=text)
    chart = draw_series(replace(SHARE, name=text, unit=text, values=(value,)), name="kpi")
    picture = pictures.read(chart.svg)
    assert pictures.named(picture, "title") == f"{svg.clean(text)} ({svg.clean(text)})"


def test_the_check_finds_markup_that_was_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = draw_series(replace(SHARE, name="<script>x</script>"), name="kpi").svg
    with pytest.raises(AssertionError, match="script"):
        pictures.read(whole.replace("&lt;", "<").replace("&gt;", ">"))


def test_the_check_finds_what_lies_outside() -> None:
    chart = draw_series(SHARE, name="kpi")
    moved = chart.svg.replace('cx="', 'cx="9', 1)
    assert pictures.outside(pictures.read(chart.svg)) == []
    assert len(pictures.outside(pictures.read(moved))) == 1


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("NaN")])
def test_a_place_that_is_no_number_is_refused(number: float | Decimal) -> None:
    picture = svg.root(key="a", width=1, height=1, title="", description="")
    with pytest.raises(ValueError, match="is not a place"):
        svg.add(picture, "circle", cx=number)


@pytest.mark.parametrize("key", ["", "1a", "a b", 'a"', "Ä", "a_b"])
def test_what_makes_no_ids_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="does not make ids"):
        draw_series(SHARE, name=key)


def test_the_share_of_small_firms_says_where_it_began_where_it_goes_and_when_it_got_there() -> None:
    chart = draw_series(SHARE, name="kpi")
    picture = pictures.read(chart.svg)
    said = pictures.texts(picture)
    for text in (
        "Unit: % (the axis does not begin at 0)",
        "Baseline 12.2 (CY2013)",
        "Target 15 by 2021-03-31",
        "Required by CY2019: 14.519",
        "First met in CY2019",
        "16.1",
        "CY2019",
    ):
        assert text in said
    assert chart.description == (
        "5 values, from CY2013 to CY2019. The latest is CY2019: 16.1 %. Baseline: 12.2 % (CY2013)."
        " Target: 15 % by 2021-03-31. Required by the end of CY2019: 14.519 %. First met in CY2019."
    )
    met, value = pictures.drawn(picture, "chart-met")[0], pictures.drawn(picture, "chart-value")[-2]
    assert pictures.numbers(met, "cx", "cy") == pictures.numbers(value, "cx", "cy")


def test_a_missing_year_is_a_gap_and_zero_is_a_value() -> None:
    picture = pictures.read(draw_series(replace(SHARE, values=years("0", "0", None, "3")), name="kpi", size=SMALL).svg)
    assert len(pictures.drawn(picture, "chart-value")) == 3
    assert len(pictures.drawn(picture, "chart-value-line")) == 1


def test_years_of_different_kinds_stand_where_they_end() -> None:
    kinds = (periods.calendar_year(2019), periods.fiscal_year(2019), periods.point(date(2020, 10, 1)))
    values = tuple(Value(one, Figure(Decimal(nth + 1))) for nth, one in enumerate(kinds))
    one = replace(SHARE, values=values, goals=(), baseline=None, required=None, met_on=None)
    picture = pictures.read(draw_series(one, name="kpi", size=SMALL).svg)
    first, second, third = (pictures.numbers(mark, "cx")[0] for mark in pictures.drawn(picture, "chart-value"))
    assert (second - first) / (third - first) == pytest.approx((31 + 29 + 31) / 275, abs=0.001)
    assert pictures.drawn(picture, "chart-value-line") == []


def test_a_provisional_value_is_hollow_an_approximate_one_has_its_sign_and_a_range_is_a_bar() -> None:
    first, second, third = years("1", "2", "3")
    band = replace(second, figure=Figure(None, Decimal(1), Decimal(4)), provisional=True)
    one = replace(SHARE, values=(replace(first, approximate=True), band, replace(third, provisional=True)))
    chart = draw_series(one, name="kpi", size=SMALL)
    picture = pictures.read(chart.svg)
    assert [len(pictures.drawn(picture, name)) for name in ("chart-value", "chart-hollow-value")] == [1, 2]
    assert "≈" in pictures.texts(picture)
    assert len(pictures.drawn(picture, "chart-value-line")) == 3
    marks = [pictures.row(chart.columns, row)["Marks"] for row in chart.rows]
    assert marks == ["approximate", "provisional", "provisional"]
    assert pictures.row(chart.columns, chart.rows[1])["Value"] == "1 to 4"


def test_a_revision_is_seen_and_told() -> None:
    value = replace(SHARE.values[-1], earlier=(Figure(Decimal("16.3")), Figure(Decimal("16.2"))))
    chart = draw_series(replace(SHARE, values=(value,)), name="kpi")
    assert len(pictures.drawn(pictures.read(chart.svg), "chart-earlier")) == 2 * 3
    assert "earlier 16.3, earlier 16.2" in chart.description


def test_a_range_to_be_in_is_a_band_and_a_revised_target_stays_seen() -> None:
    goals = (
        Goal(RevisionState.ORIGINAL, date(2020, 3, 31), Figure(Decimal(17))),
        Goal(RevisionState.CURRENT, date(2021, 3, 31), Figure(None, Decimal(14), Decimal(16))),
    )
    picture = pictures.read(draw_series(replace(SHARE, goals=goals, required=None), name="kpi").svg)
    assert len(pictures.drawn(picture, "chart-band")) == 1
    assert {"Target 14 to 16 by 2021-03-31", "Earlier target 17 by 2020-03-31"} <= set(pictures.texts(picture))
    assert pictures.drawn(picture, "chart-way") == []


def test_without_anything_the_picture_says_so() -> None:
    chart = draw_series(Series(code="k", name="N", unit="件", decimals=0), name="kpi")
    assert chart.description == "There is no value yet."
    assert pictures.outside(pictures.read(chart.svg)) == []


def test_small_ones_share_their_years_and_tell_what_came_before() -> None:
    late = replace(SHARE, values=years(*["1"] * 60, first=1960))
    early = replace(SHARE, values=years("1", first=1900), goals=(), baseline=None)
    axis = axis_of_days([late, early])
    first, second = (pictures.read(draw_series(one, name="kpi", size=SMALL, days=axis).svg) for one in (late, early))
    assert pictures.texts(first)[2:4] == pictures.texts(second)[2:4]
    assert "‹ 1 earlier" in pictures.texts(second)
    assert pictures.drawn(second, "chart-value") == []


def test_the_chart_speaks_japanese_to_who_asks_in_japanese() -> None:
    with translation.override("ja"):
        chart = draw_series(SHARE, name="kpi")
    said = pictures.texts(pictures.read(chart.svg))
    assert {"基準値 12.2（2013年）", "目標 15（2021年3月31日まで）", "2019年に初めて達成"} <= set(said)
    assert not [text for text in said if set("abcdefghijklmnopqrstuvwxyz") & set(text.lower())]
