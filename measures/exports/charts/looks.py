"""How the parts of a bar look: each by its colour and by its hatching, so that neither is needed to tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from measures.exports.charts import svg
from measures.vocabulary import MeasureStatus, Rating

STEP = 8


@dataclass(frozen=True, slots=True)
class Look:
    """A ground, and the strokes over it in a square of STEP; `on` is the colour of a count written over it."""

    ground: str
    ink: str
    strokes: str = ""
    width: float = 1.5


UP, DOWN = "M-2 2L2 -2M0 8L8 0M6 10L10 6", "M-2 6L2 10M0 0L8 8M6 -2L10 2"
LOOKS: Mapping[str, Look] = {
    MeasureStatus.NOT_STARTED: Look("#ffffff", "#626264"),
    MeasureStatus.IN_PROGRESS: Look("#c5d7fb", "#0017c1", UP),
    MeasureStatus.COMPLETED: Look("#197a4b", "#0c472a"),
    MeasureStatus.CONCLUDED: Look("#c2e5d1", "#197a4b", "M0 4H8M4 0V8"),
    MeasureStatus.SUSPENDED: Look("#fff0b3", "#6b4e00", "M0 2H8M0 6H8"),
    MeasureStatus.DISCONTINUED: Look("#e6e6e6", "#4d4d4d", UP + DOWN, 1),
    MeasureStatus.MERGED: Look("#f1eafa", "#5109ad", "M2 0V8M6 0V8"),
    Rating.A: Look("#197a4b", "#0c472a"),
    Rating.B: Look("#ffdfca", "#8b3d00", UP),
    Rating.N: Look("#f8f8fb", "#626264", "M0 2H8M0 6H8"),
    Rating.F: Look("#e6e6e6", "#4d4d4d", UP + DOWN, 1),
    "unrated": Look("#f8f8fb", "#626264", "M0 2H8M0 6H8"),
    "unratable": Look("#ffffff", "#626264"),
}
# On these a count is written in white.
FULL = (MeasureStatus.COMPLETED, Rating.A)


def draw_patterns(picture: Element, name: str, codes: Sequence[str]) -> None:
    """The hatchings of these codes, under ids that begin with `name`."""
    definitions = svg.add(picture, "defs")
    for code in codes:
        look, square = LOOKS[code], {"width": STEP, "height": STEP, "patternUnits": "userSpaceOnUse"}
        pattern = svg.add(definitions, "pattern", id=_id(name, code), **square)
        svg.add(pattern, "rect", class_=_class("ground", code), width=STEP, height=STEP, fill=look.ground)
        if look.strokes:
            pen = {"class_": _class("ink", code), "stroke": look.ink, "stroke_width": look.width}
            svg.add(pattern, "path", d=look.strokes, fill="none", **pen)


def draw_part(parent: Element, name: str, code: str, *, x: float, y: float, width: float, height: float) -> None:
    """A box with the look of `code` in a picture that has its pattern."""
    edge = {"class_": _class("ink", code), "stroke": LOOKS[code].ink, "stroke_width": 1}
    box = {"x": x, "y": y, "width": width, "height": height}
    svg.add(parent, "rect", **box, fill=f"url(#{_id(name, code)})", **edge)


def write_on(parent: Element, text: str, x: float, y: float, code: str) -> None:
    """A count in the middle of a box, with the box's ground around its letters."""
    full = code in FULL
    halo = {"paint_order": "stroke", "stroke": LOOKS[code].ground, "stroke_width": 4, "stroke_linejoin": "round"}
    look = {"class_": f"chart-count {_class('over', code)}", "fill": "#ffffff" if full else "#1a1a1c"}
    svg.word(parent, text, x, y, size=13, text_anchor="middle", **look, **halo)


def _id(name: str, code: str) -> str:
    return f"{name}-{code.lower().replace('_', '-')}"


def _class(part: str, code: str) -> str:
    return f"chart-{part}-{code.lower().replace('_', '-')}"
