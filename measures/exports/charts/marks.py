"""The signs of a chart of time, each told from the others by its shape: they stand in the field and in the key."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from measures.exports.charts import svg

PAPER, VALUE, TARGET, WAY, FAINT = "#ffffff", "#0017c1", "#8b3d00", "#006f83", "#626264"


def value(parent: Element, x: float, y: float, radius: float) -> None:
    """A value that is final: full."""
    svg.add(parent, "circle", class_="chart-value", cx=x, cy=y, r=radius, fill=VALUE)


def provisional(parent: Element, x: float, y: float, radius: float) -> None:
    """A value that may still change: hollow."""
    look = {"class_": "chart-hollow-value", "fill": PAPER, "stroke": VALUE}
    svg.add(parent, "circle", cx=x, cy=y, r=radius, stroke_width=radius / 2, **look)


def approximate(parent: Element, x: float, y: float, radius: float) -> None:
    """Above the sign of a value that was printed as about so much."""
    at = {"x": x, "y": y - radius * 1.6}
    svg.word(parent, "≈", **at, size=radius * 3, text_anchor="middle", class_="chart-text chart-over", **halo())


def band(parent: Element, x: float, high: float, low: float, radius: float) -> None:
    """A value known as a range: a bar from end to end."""
    look: dict[str, Any] = {"class_": "chart-value-line", "stroke": VALUE, "stroke_width": radius / 2}
    for one in (high, low):
        svg.line(parent, x - radius, one, x + radius, one, **look)
    svg.line(parent, x, high, x, low, **{**look, "stroke_width": radius})


def revised(parent: Element, x: float, y: float, radius: float) -> None:
    """What was published before: crossed out."""
    look: dict[str, Any] = {"class_": "chart-earlier", "stroke": FAINT, "stroke_width": 1.5}
    svg.line(parent, x - radius, y - radius, x + radius, y + radius, **look)
    svg.line(parent, x - radius, y + radius, x + radius, y - radius, **look)


def baseline(parent: Element, x: float, y: float, radius: float) -> None:
    """A square around what is measured from."""
    side = radius * 3.4
    at = {"x": x - side / 2, "y": y - side / 2, "width": side, "height": side}
    svg.add(parent, "rect", class_="chart-ring", **at, fill="none", stroke=FAINT, stroke_width=1.5)


def met(parent: Element, x: float, y: float, radius: float) -> None:
    """A ring around the first value at or past the target."""
    look = {"class_": "chart-met", "fill": "none", "stroke": TARGET}
    svg.add(parent, "circle", cx=x, cy=y, r=radius * 2.2, stroke_width=2, **look)


def required(parent: Element, x: float, y: float, radius: float) -> None:
    """A diamond where the value had to be."""
    reach = radius * 1.5
    corners = f"M{x:.2f} {y - reach:.2f}L{x + reach:.2f} {y:.2f}L{x:.2f} {y + reach:.2f}L{x - reach:.2f} {y:.2f}Z"
    svg.add(parent, "path", class_="chart-hollow-way", d=corners, fill=PAPER, stroke=WAY, stroke_width=1.75)


def due(parent: Element, x: float, y: float, radius: float) -> None:
    """A flag at a target on its due day."""
    reach = radius * 1.6
    tip = f"L{x - reach * 1.6:.2f} {y - reach * 1.3:.2f}L{x:.2f} {y - reach * 0.6:.2f}"
    flag = f"M{x:.2f} {y:.2f}V{y - reach * 2:.2f}{tip}"
    svg.add(parent, "path", class_="chart-flag", d=flag, fill=TARGET, stroke=TARGET, stroke_width=1)


def target(parent: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    """Long dashes: what is to be reached."""
    _dashed(parent, x1, y1, x2, y2, name="chart-target", stroke=TARGET, dashes="8 4", width=2)


def earlier_target(parent: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    """Thin, dashes and dots: what was to be reached before a revision."""
    _dashed(parent, x1, y1, x2, y2, name="chart-earlier", stroke=FAINT, dashes="8 3 1.5 3", width=1.5)


def way(parent: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    """Dots: the way from the baseline to the target."""
    _dashed(parent, x1, y1, x2, y2, name="chart-way", stroke=WAY, dashes="2 4", width=2)


def halo() -> Mapping[str, Any]:
    """Letters that can be read over lines."""
    return {"paint_order": "stroke", "stroke": PAPER, "stroke_width": 3, "stroke_linejoin": "round"}


def _dashed(
    parent: Element, x1: float, y1: float, x2: float, y2: float, *, name: str, stroke: str, dashes: str, width: float
) -> None:
    svg.line(parent, x1, y1, x2, y2, class_=name, stroke=stroke, stroke_width=width, stroke_dasharray=dashes)
