"""The key of a chart of time: the signs that it shows, each with its meaning and, where there is one, its figure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from measures.exports.charts import letters, marks, svg, told
from measures.exports.charts.plot import Size
from measures.messages import say
from measures.queries.series import Goal, Series
from measures.vocabulary import RevisionState

# A sign's room, in letters.
ROOM = 2.6
Entry = tuple[str, list[str]]


def signs(one: Series, size: Size) -> list[Entry]:
    """A sign and the lines of its meaning, each; a narrow picture has them in one column, a wide one in two."""
    room = size.width / _columns(size) - size.letters * (ROOM + 1)
    return [(sign, letters.wrapped(text, room, size.letters)) for sign, text in _entries(one)]


def height(entries: list[Entry], size: Size) -> float:
    rows = _rows(entries, size)
    return sum(_row(row, size) for row in rows) + (size.letters * 0.8 if rows else 0)


def draw(picture: Element, entries: list[Entry], top: float, size: Size) -> None:
    group = svg.add(picture, "g", class_="chart-key")
    y = top + size.letters * 0.4
    for row in _rows(entries, size):
        for nth, (sign, text) in enumerate(row):
            x = nth * size.width / _columns(size)
            _draw_sign(group, sign, x, y + size.letters * 0.75, size)
            for line, part in enumerate(text):
                at = (x + size.letters * ROOM, y + size.letters * (1.1 + line * 1.3))
                svg.word(group, part, *at, size=size.letters)
        y += _row(row, size)


def _entries(one: Series) -> Iterator[tuple[str, str]]:
    numbers = [value for value in one.values if value.figure.value is not None]
    if any(not value.provisional for value in numbers):
        yield "value", say("Value at the end of its period")
    if any(value.provisional for value in one.values):
        yield "provisional", say("Provisional")
    if any(value.figure.low is not None for value in one.values):
        yield "band", say("Published as a range")
    if any(value.approximate for value in one.values):
        yield "approximate", say("Published as about")
    if any(value.earlier for value in one.values):
        yield "revised", say("Before it was revised")
    base, number = one.baseline or (None, None)
    if base is not None and number is not None:
        yield "baseline", say("Baseline {value} ({period})", value=letters.figure(number), period=letters.period(base))
    yield from (_goal(goal) for goal in one.goals if goal.figure.ends)
    if one.required is not None and one.latest is not None:
        required, period = told.computed(one, one.required), letters.period(one.latest)
        yield "required", say("Required by {period}: {required}", period=period, required=required)
    if one.met_on is not None:
        yield "met", say("First met in {period}", period=letters.period(one.met_on))


def _goal(goal: Goal) -> tuple[str, str]:
    value, by = letters.figures(goal.figure.ends), letters.day(goal.due_on)
    if goal.state == RevisionState.CURRENT:
        return "target", say("Target {value} by {day}", value=value, day=by)
    return "earlier_target", say("Earlier target {value} by {day}", value=value, day=by)


def _draw_sign(group: Element, sign: str, x: float, y: float, size: Size) -> None:
    reach, middle = size.letters * (ROOM - 0.8), x + size.letters * (ROOM - 0.8) / 2
    if sign in ("target", "earlier_target"):
        (marks.target if sign == "target" else marks.earlier_target)(group, x, y, x + reach, y)
        if sign == "target":
            marks.due(group, x + reach, y, 3.4)
    elif sign == "required":
        marks.way(group, x, y, x + reach, y)
        marks.required(group, middle, y, 4)
    elif sign == "approximate":
        marks.approximate(group, middle, y + 6.4, 4)
    elif sign == "band":
        marks.band(group, middle, y - 5, y + 5, 4)
    else:
        if sign == "value":
            look = {"class_": "chart-value-line", "stroke": marks.VALUE, "stroke_width": 2.0}
            svg.line(group, x, y, x + reach, y, **look)
        draw_one = {
            "value": marks.value,
            "provisional": marks.provisional,
            "revised": marks.revised,
            "baseline": marks.baseline,
            "met": marks.met,
        }[sign]
        draw_one(group, middle, y, 3.4)


def _columns(size: Size) -> int:
    return 2 if size.width >= 560 else 1


def _rows(entries: list[Entry], size: Size) -> list[list[Entry]]:
    columns = _columns(size)
    return [entries[at : at + columns] for at in range(0, len(entries), columns)]


def _row(row: list[Entry], size: Size) -> float:
    return size.letters * (0.4 + 1.3 * max(len(text) for _, text in row))
