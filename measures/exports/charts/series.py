"""The chart of a KPI over time: its values, where they began, where they are to go, and what became of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from measures.exports.charts import key, letters, marks, plot, scales, svg, told
from measures.exports.charts.chart import Chart
from measures.exports.charts.plot import Plot, Size
from measures.messages import say
from measures.queries.series import Goal, Series, Value
from measures.vocabulary import PeriodType, RevisionState

LARGE = Size(width=720, height=260)
NARROW = Size(width=360, height=220, letters=12)
# One value in so many may lie before an axis that charts share.
FEW = 20
SMALL = Size(width=300, height=96, letters=11, parts=2, is_small=True)


def draw_series(one: Series, *, name: str, size: Size = LARGE, days: scales.Days | None = None) -> Chart:
    """The picture of a KPI; `name` makes its ids, and `days` the axis of time that it shares with others.

    A small one has neither key nor unit.
    """
    description = told.description(one)
    field = plot.plot(size, _figures(one, size), days or axis_of_days([one]))
    signs = key.signs(one, size) if not size.is_small else []
    below = field.bottom + size.letters * 2.4
    height = below + key.height(signs, size)
    picture = svg.root(key=name, width=size.width, height=height, title=told.title(one), description=description)
    plot.draw_figures(picture, field, size, one.unit)
    plot.draw_days(picture, field, size, _kind(one))
    _draw_targets(picture, field, one, size)
    _draw_standing(picture, field, one, size)
    _draw_values(picture, field, one, size)
    key.draw(picture, signs, below, size)
    columns, rows = told.table(one)
    return Chart(svg.written(picture), told.title(one), description, columns, rows)


def axis_of_days(several: Sequence[Series]) -> scales.Days:
    """One axis of time for all of them: it holds all that is to come, and of the past what all but a few reach."""
    seen = sorted(on for one in several for on in _days(one))
    return scales.days(seen[len(seen) // FEW :])


def _days(one: Series) -> Iterator[date]:
    yield from (value.period.last_day for value in one.values)
    yield from (goal.due_on for goal in one.goals)
    if one.baseline:
        yield one.baseline[0].last_day


def _figures(one: Series, size: Size) -> scales.Scale:
    seen = [end for value in one.values for figure in (value.figure, *value.earlier) for end in figure.ends]
    seen += [end for goal in one.goals for end in goal.figure.ends]
    seen += [number for number in (one.baseline and one.baseline[1], one.required) if number is not None]
    return scales.scale(seen, parts=size.parts, finest=Decimal(1).scaleb(-one.decimals))


def _kind(one: Series) -> PeriodType:
    """The kind of period that most of its values have."""
    kinds = [value.period.type for value in one.values] or ([one.baseline[0].type] if one.baseline else [])
    return max(kinds, key=kinds.count, default=PeriodType.FISCAL_YEAR)


def _radius(size: Size) -> float:
    return 2.6 if size.is_small else 4


def _draw_targets(picture: Element, field: Plot, one: Series, size: Size) -> None:
    group = svg.add(picture, "g")
    for goal in one.goals:
        _draw_goal(group, field, goal, one)
        if goal.state == RevisionState.CURRENT and not size.is_small:
            for end in goal.figure.ends:
                marks.due(group, field.x(goal.due_on), field.y(end), _radius(size))
    current, base = one.goal, one.baseline
    if current and base and base[1] is not None and current.figure.value is not None:
        begins, ends = (base[0].last_day, base[1]), (current.due_on, current.figure.value)
        if begins[0] < ends[0]:
            marks.way(group, field.x(begins[0]), field.y(begins[1]), field.x(ends[0]), field.y(ends[1]))


def _draw_goal(group: Element, field: Plot, goal: Goal, one: Series) -> None:
    """From the baseline, or the first value, to the due day; a range is what lies between its ends."""
    since = one.baseline[0].last_day if one.baseline else next((value.period.last_day for value in one.values), None)
    left = field.x(since) if since is not None and since < goal.due_on else field.left
    right = field.x(goal.due_on)
    draw = marks.target if goal.state == RevisionState.CURRENT else marks.earlier_target
    if goal.figure.low is not None and goal.figure.high is not None:
        top, bottom = field.y(goal.figure.high), field.y(goal.figure.low)
        size = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        svg.add(group, "rect", class_="chart-band", **size, fill=marks.TARGET, fill_opacity=0.12)
    for end in goal.figure.ends:
        draw(group, left, field.y(end), right, field.y(end))


def _draw_values(picture: Element, field: Plot, one: Series, size: Size) -> None:
    group, radius = svg.add(picture, "g"), _radius(size)
    seen = [value for value in one.values if value.period.last_day >= field.days.first]
    if len(seen) < len(one.values):
        _say_earlier(group, field, one.values[: -len(seen) or None], size)
    for before, after in pairwise(seen):
        _join(group, field, before, after, size)
    for value in seen:
        mark = svg.add(group, "g")
        svg.add(mark, "title", told.value(one, value))
        x = field.x(value.period.last_day)
        for figure in value.earlier if not size.is_small else ():
            for end in figure.ends:
                marks.revised(mark, x, field.y(end), radius)
        _draw_value(mark, field, value, x, radius, is_latest=value is seen[-1])
    if seen:
        _write_latest(group, field, one, size)


def _say_earlier(group: Element, field: Plot, values: Sequence[Value], size: Size) -> None:
    """That there are values before the axis begins, and how many."""
    mark = svg.add(group, "g")
    text = say("{number} earlier", number=len(values))
    svg.word(mark, f"‹ {text}", field.left + 2, field.bottom - size.letters / 2, size=size.letters)


def _join(group: Element, field: Plot, before: Value, after: Value, size: Size) -> None:
    """A line between two numbers whose periods follow each other; anything else is a gap."""
    first, second = before.figure.value, after.figure.value
    if first is None or second is None or before.period.following() != after.period:
        return
    begins = (field.x(before.period.last_day), field.y(first))
    ends = (field.x(after.period.last_day), field.y(second))
    unsure = {"stroke_dasharray": "4 3"} if before.provisional or after.provisional else {}
    width = 1.5 if size.is_small else 2
    look: dict[str, Any] = {"class_": "chart-value-line", "stroke": marks.VALUE, "stroke_width": width, **unsure}
    svg.line(group, *begins, *ends, **look)


def _draw_value(mark: Element, field: Plot, value: Value, x: float, radius: float, *, is_latest: bool) -> None:
    """The sign of a value; the latest has ≈ in its figure."""
    figure = value.figure
    if figure.value is not None:
        (marks.provisional if value.provisional else marks.value)(mark, x, field.y(figure.value), radius)
    elif figure.low is not None and figure.high is not None:
        marks.band(mark, x, field.y(figure.high), field.y(figure.low), radius)
        if value.provisional:
            marks.provisional(mark, x, field.y(figure.high), radius)
    if value.approximate and not is_latest:
        marks.approximate(mark, x, field.y(max(figure.ends)), radius)


def _draw_standing(picture: Element, field: Plot, one: Series, size: Size) -> None:
    """The baseline, what was required, and the first value that met the target: around and under the values."""
    group, radius = svg.add(picture, "g"), _radius(size)
    if one.baseline and one.baseline[1] is not None and one.baseline[0].last_day >= field.days.first:
        marks.baseline(group, field.x(one.baseline[0].last_day), field.y(one.baseline[1]), radius)
    if one.required is not None and one.latest is not None and one.latest.last_day >= field.days.first:
        marks.required(group, field.x(one.latest.last_day), field.y(one.required), radius)
    for value in one.values:
        if value.period == one.met_on and value.period.last_day >= field.days.first:
            marks.met(group, field.x(value.period.last_day), field.y(max(value.figure.ends)), radius)


def _write_latest(group: Element, field: Plot, one: Series, size: Size) -> None:
    """The latest figure in letters over its sign, or under it where there is one more right above."""
    value, radius = one.values[-1], _radius(size)
    text = letters.wrapped(told.marked(value), size.width, size.letters, lines=1)[0]
    top, bottom = field.y(max(value.figure.ends)), field.y(min(value.figure.ends))
    above = 0.0 if one.required is None else top - field.y(one.required)
    is_under = 2 < above < size.letters * 2.5 and bottom + size.letters * 2 < field.bottom
    half = letters.width(text, size.letters) / 2
    x = min(max(field.x(value.period.last_day), half), size.width - half)
    y = bottom + radius * 2 + size.letters if is_under else top - radius * 2.6
    look = {"text_anchor": "middle", "font_weight": "bold", "class_": "chart-text chart-over", **marks.halo()}
    svg.word(group, text, x, y, size=size.letters, **look)
