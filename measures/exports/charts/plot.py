"""The field of a chart of time: its size, its two axes, and where a day and a figure stand in it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from measures.exports.charts import letters, svg
from measures.exports.charts.scales import Days, Scale
from measures.messages import say
from measures.vocabulary import PeriodType

GRID = "#d8d8db"
INK = "#1a1a1c"
# The month in which the years of a kind of period open.
OPENS = {PeriodType.FISCAL_YEAR: 4, PeriodType.HALF_YEAR: 4, PeriodType.QUARTER: 4}
# The shortest step between ticks, in months; a tick stands at the end of a period.
STEPS = {PeriodType.HALF_YEAR: 6, PeriodType.QUARTER: 3, PeriodType.MONTH: 1}


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's width, the height of its field, the size of its letters, and how many parts its axis has."""

    width: int
    height: int
    letters: int = 12
    parts: int = 5
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """The field between `left` and `right`, `top` and `bottom`, in the picture's units, downwards."""

    left: float
    right: float
    top: float
    bottom: float
    figures: Scale
    days: Days

    def x(self, on: date) -> float:
        return self.left + self.days.share(on) * (self.right - self.left)

    def y(self, value: Decimal) -> float:
        return self.bottom - self.figures.share(value) * (self.bottom - self.top)


def plot(size: Size, figures: Scale, days: Days) -> Plot:
    """A field with room for the widest figure beside it, for the unit above and for the periods below."""
    widest = max(letters.width(letters.figure(tick), size.letters) for tick in figures.ticks)
    # Small ones stand beside each other, and so do their years.
    left = min(max(widest + 8, size.letters * 5 if size.is_small else 0), size.width / 2)
    top = size.letters * (1.8 if size.is_small else 2.8)
    return Plot(left, size.width - size.letters * 2, top, top + size.height, figures, days)


def draw_figures(picture: Element, field: Plot, size: Size, unit: str) -> None:
    """The axis of figures with its lines, and what they count."""
    group = svg.add(picture, "g", class_="chart-axis")
    shown = field.figures.ticks if not size.is_small else (field.figures.ticks[0], field.figures.ticks[-1])
    for tick in shown:
        y, text = field.y(tick), letters.figure(tick)
        look = {"stroke": INK if tick == 0 else GRID, "class_": "chart-zero" if tick == 0 else "chart-grid"}
        svg.line(group, field.left, y, field.right, y, stroke_width=1, **look)
        squeezed: dict[str, Any] = {}
        if letters.width(text, size.letters) > field.left - 6:
            squeezed = {"textLength": field.left - 6, "lengthAdjust": "spacingAndGlyphs"}
        at = (field.left - 6, y + size.letters * 0.35)
        svg.word(group, text, *at, size=size.letters, text_anchor="end", **squeezed)
    if not size.is_small:
        said = letters.wrapped(_counted(unit, field.figures.ticks), size.width, size.letters, lines=1)[0]
        svg.word(group, said, 0, size.letters, size=size.letters)


def draw_days(picture: Element, field: Plot, size: Size, kind: PeriodType) -> None:
    """The axis of time: a tick at the end of a period, which is where a value of it stands."""
    group = svg.add(picture, "g", class_="chart-axis")
    svg.line(group, field.left, field.bottom, field.right, field.bottom, stroke=INK, class_="chart-zero")
    room = field.right - field.left
    wide = letters.width(_tick(kind, date(2020, 3, 31), STEPS.get(kind, 12)), size.letters) + size.letters
    months, ticks = field.days.month_ends(opens=OPENS.get(kind, 1), most=int(room / wide), least=STEPS.get(kind, 12))
    for on in ticks:
        x, text = field.x(on), _tick(kind, on, months)
        svg.line(group, x, field.bottom, x, field.bottom + 4, stroke=INK, class_="chart-zero")
        half = letters.width(text, size.letters) / 2
        at = min(max(x, half), size.width - half)
        svg.word(group, text, at, field.bottom + size.letters * 1.5, size=size.letters, text_anchor="middle")


def _counted(unit: str, ticks: tuple[Decimal, ...]) -> str:
    if ticks[0] <= 0 <= ticks[-1]:
        return say("Unit: {unit}", unit=unit)
    return say("Unit: {unit} (the axis does not begin at 0)", unit=unit)


def _tick(kind: PeriodType, on: date, months: int) -> str:
    if months < 12:
        return say("{year}-{month}", year=on.year, month=f"{on.month:02d}")
    if OPENS.get(kind, 1) == 4:
        return say("FY{year}", year=on.year if on.month > 3 else on.year - 1)
    if kind == PeriodType.CALENDAR_YEAR:
        return say("CY{year}", year=on.year)
    return say("end of {year}", year=on.year)
