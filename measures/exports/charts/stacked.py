"""Stacked bars: what the measures of each ministry or section are at, and how far a rollup covers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from measures.exports.charts import letters, looks, scales, svg
from measures.exports.charts.chart import Chart
from measures.messages import say

WIDE, NARROW = 720, 360
LETTERS, LINE, BAR, GAP = 13, 17, 20, 12


@dataclass(frozen=True, slots=True)
class Category:
    """A part that bars are made of; its `code` gives it its look."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What is counted of one ministry or section, by category; `coverage` says of how much a rollup could be made."""

    label: str
    counts: Mapping[str, int]
    coverage: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Stack:
    """Bars of the same categories; `counted` is what one unit is, such as "measures"."""

    title: str
    counted: str
    categories: tuple[Category, ...]
    bars: tuple[Bar, ...]


def draw_stack(one: Stack, *, name: str, width: int = WIDE) -> Chart:
    """The bars one below the other, each under its label; `name` makes the picture's ids.

    Raises ValueError on a category without a look, on a count of what is no category, and on one below zero.
    """
    _check(one)
    shown = [category for category in one.categories if any(bar.counts.get(category.code) for bar in one.bars)]
    legend = _legend(one, shown, width)
    labels = [_labels(bar, width) for bar in one.bars]
    rows = [len(lines) * LINE + BAR + GAP for lines in labels]
    height = len(legend) * LINE * 1.2 + GAP + sum(rows) + LINE * 2.2
    description = _description(one)
    picture = svg.root(key=name, width=width, height=height, title=one.title, description=description)
    looks.draw_patterns(picture, name, [category.code for category in shown])
    _draw_legend(picture, legend, name)
    top = len(legend) * LINE * 1.2 + GAP
    axis = scales.scale([Decimal(max((bar.total for bar in one.bars), default=0))], finest=Decimal(1))
    field = _Field(picture, name, axis, shown, right=_right(one, width))
    _draw_axis(field, (top, top + sum(rows)), width, one.counted)
    for bar, lines, row in zip(one.bars, labels, rows, strict=True):
        _draw_bar(field, bar, lines, top)
        top += row
    return Chart(svg.written(picture), one.title, description, *_table(one))


@dataclass(frozen=True, slots=True)
class _Field:
    """What all bars of a picture share; `right` is where the axis ends."""

    picture: Element
    name: str
    axis: scales.Scale
    shown: list[Category]
    right: float

    def x(self, count: int | Decimal) -> float:
        return self.axis.share(Decimal(count)) * self.right


def _check(one: Stack) -> None:
    known = {category.code for category in one.categories}
    if strange := known - set(looks.LOOKS):
        raise ValueError(f"{sorted(strange)} have no look; give them one in looks.py.")
    for bar in one.bars:
        if not set(bar.counts) <= known or any(count < 0 for count in bar.counts.values()):
            raise ValueError(f"{bar.label}: {dict(bar.counts)} is not counted in {sorted(known)}.")


def _labels(bar: Bar, width: int) -> list[str]:
    lines = letters.wrapped(bar.label, width - 4, LETTERS)
    if not bar.coverage:
        return lines
    together = f"{lines[-1]}  {bar.coverage}"
    if letters.width(together, LETTERS) <= width - 4:
        return [*lines[:-1], together]
    return [*lines, *letters.wrapped(bar.coverage, width - 4, LETTERS)]


def _right(one: Stack, width: int) -> float:
    """Where the axis ends, with room for the longest total beside the longest bar."""
    return width - 8 - max((letters.width(f"{bar.total}", LETTERS) for bar in one.bars), default=0.0)


def _draw_axis(field: _Field, ends: tuple[float, float], width: int, counted: str) -> None:
    group = svg.add(field.picture, "g", class_="chart-axis")
    for tick in field.axis.ticks:
        x = field.x(tick) + 0.5
        look = ("chart-zero", "#1a1a1c") if tick == 0 else ("chart-grid", "#d8d8db")
        svg.line(group, x, ends[0], x, ends[1], class_=look[0], stroke=look[1])
        text = letters.figure(tick)
        half = letters.width(text, 12) / 2
        svg.word(group, text, min(max(x, half), width - half), ends[1] + LINE, text_anchor="middle")
    said = letters.wrapped(counted, width, 12, lines=1)[0]
    svg.word(group, said, width, ends[1] + LINE * 1.9, text_anchor="end")


def _draw_bar(field: _Field, bar: Bar, lines: list[str], top: float) -> None:
    group = svg.add(field.picture, "g")
    for nth, text in enumerate(lines):
        look = {"class_": "chart-text chart-over", "paint_order": "stroke", "stroke": "#ffffff", "stroke_width": 3}
        svg.word(group, text, 4, top + nth * LINE + LETTERS, size=LETTERS, **look)
    y, done = top + len(lines) * LINE, 0
    for category in field.shown:
        count = bar.counts.get(category.code, 0)
        if count:
            _draw_part(group, field, bar, category, y, since=done)
            done += count
    svg.word(group, f"{bar.total}", field.x(done) + 6, y + BAR * 0.72, size=LETTERS, font_weight="bold")


def _draw_part(group: Element, field: _Field, bar: Bar, category: Category, y: float, *, since: int) -> None:
    """The part of a bar that begins where `since` are counted, with its count where that has room."""
    count = bar.counts[category.code]
    left, right = field.x(since), field.x(since + count)
    part = svg.add(group, "g")
    svg.add(part, "title", f"{bar.label}, {category.label}: {count}")
    looks.draw_part(part, field.name, category.code, x=left + 0.5, y=y, width=right - left, height=BAR)
    if letters.width(f"{count}", LETTERS) + 8 <= right - left:
        looks.write_on(part, f"{count}", (left + right) / 2, y + BAR * 0.72, category.code)


def _legend(one: Stack, shown: list[Category], width: int) -> list[list[tuple[float, Category, str]]]:
    """Rows of (where, what, its words), filled from the left; each says how many there are in all."""
    rows: list[list[tuple[float, Category, str]]] = []
    x = float(width)
    for category in shown:
        total = sum(bar.counts.get(category.code, 0) for bar in one.bars)
        text = letters.wrapped(f"{category.label} {total}", width - 40, LETTERS, lines=1)[0]
        room = 28 + letters.width(text, LETTERS) + 14
        if x + room - 14 > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, category, text))
        x += room
    return rows


def _draw_legend(picture: Element, rows: list[list[tuple[float, Category, str]]], name: str) -> None:
    group = svg.add(picture, "g", class_="chart-key")
    for nth, row in enumerate(rows):
        y = nth * LINE * 1.2
        for x, category, text in row:
            looks.draw_part(group, name, category.code, x=x + 0.5, y=y + 1.5, width=22, height=14)
            svg.word(group, text, x + 28, y + LETTERS, size=LETTERS)


def _description(one: Stack) -> str:
    if not one.bars:
        return say("There is nothing to count yet.")
    labels = {category.code: category.label for category in one.categories}
    said = []
    for bar in one.bars:
        parts = ", ".join(f"{labels[code]} {bar.counts[code]}" for code in labels if bar.counts.get(code))
        said.append(f"{bar.label}: {bar.total} ({'; '.join(filter(None, (parts, bar.coverage)))})")
    return " / ".join(said)


def _table(one: Stack) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    covered = any(bar.coverage for bar in one.bars)
    columns = ("", *(category.label for category in one.categories), say("Total"))
    rows = [
        (
            bar.label,
            *(f"{bar.counts.get(category.code, 0)}" for category in one.categories),
            f"{bar.total}",
            *((bar.coverage,) if covered else ()),
        )
        for bar in one.bars
    ]
    return (*columns, *((say("Coverage"),) if covered else ())), tuple(rows)
