"""Elements of SVG: what someone wrote goes in as text or as the value of an attribute, never as markup."""

import math
import re
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

# What XML 1.0 has no way to write.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KEY = re.compile(r"[a-z][a-z0-9-]*")
FONTS = "'Noto Sans JP', 'Noto Sans CJK JP', sans-serif"


def root(*, key: str, width: float, height: float, title: str, description: str) -> Element:
    """A picture that is named by its title and description; `key` makes its ids and is unique on a page.

    Raises ValueError on a key that is no lower-case identifier.
    """
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} does not make ids; use lower-case letters, digits and hyphens.")
    box = {"viewBox": f"0 0 {_number(width)} {_number(height)}", "width": _number(width), "height": _number(height)}
    names = {"class": "chart", "font-family": FONTS, "aria-labelledby": f"{key}-title {key}-desc"}
    picture = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", **box, **names})
    add(picture, "title", title, id=f"{key}-title")
    add(picture, "desc", description, id=f"{key}-desc")
    # White under everything where the page says nothing else, so that the picture can be read on any ground.
    add(picture, "rect", class_="chart-paper", width=width, height=height, fill="#ffffff")
    return picture


def add(parent: Element, name: str, text: str | None = None, /, **attributes: Any) -> Element:
    """A child of `parent`; `class_` is class and `stroke_width` is stroke-width.

    Raises ValueError on a place that is no number.
    """
    child = SubElement(parent, name)
    for attribute, value in attributes.items():
        said = clean(value) if isinstance(value, str) else _number(value)
        child.set(attribute.rstrip("_").replace("_", "-"), said)
    if text is not None:
        child.text = clean(text)
    return child


def word(parent: Element, text: str, x: float, y: float, *, size: float = 12, **attributes: Any) -> Element:
    """Text at its baseline, in the colour of the page's text unless `attributes` say otherwise."""
    look: dict[str, Any] = {"class_": "chart-text", "fill": "#1a1a1c", **attributes}
    return add(parent, "text", text, x=x, y=y, font_size=size, **look)


def line(parent: Element, x1: float, y1: float, x2: float, y2: float, **attributes: Any) -> Element:
    return add(parent, "line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def written(picture: Element) -> str:
    return tostring(picture, encoding="unicode")


def clean(text: str) -> str:
    """`text` with U+FFFD in the place of what no XML document can hold."""
    return UNWRITABLE.sub("\ufffd", text)


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a place in a picture.")
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"
