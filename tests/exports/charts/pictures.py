"""A picture read as a stranger's program would: its elements, what they say, and where they are."""

import unicodedata
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
ACROSS, DOWN = ("x", "x1", "x2", "cx"), ("y", "y1", "y2", "cy")
# What a picture may be made of: nothing that runs, asks for something, or is styled beside the page's rules.
ELEMENTS = {"svg", "title", "desc", "g", "rect", "line", "circle", "path", "text", "defs", "pattern"}


def read(svg: str) -> Element:
    """The picture, once it is well-formed, made of what it may be, and named by its title and description."""
    picture = ElementTree.fromstring(svg)  # noqa: S314 drawn a moment ago
    names = [one.tag.removeprefix(SVG) for one in picture.iter()]
    assert set(names) <= ELEMENTS, set(names) - ELEMENTS
    ids = [one.get("id") for one in picture.iter() if one.get("id")]
    assert len(set(ids)) == len(ids)
    assert picture.get("role") == "img"
    assert set((picture.get("aria-labelledby") or "").split()) <= set(ids)
    for one in picture.iter():
        for name, value in one.items():
            assert name != "style" and not name.lower().startswith("on") and "href" not in name, name
            assert "nan" not in value.lower().split() and "inf" not in value.lower().split()
            if value.startswith("url("):
                assert value[5:-1] in ids
    return picture


def texts(picture: Element) -> list[str]:
    return [one.text or "" for one in picture.iter(f"{SVG}text")]


def named(picture: Element, name: str) -> str:
    """The text of its title or its desc."""
    return picture.findtext(f"{SVG}{name}") or ""


def drawn(picture: Element, name: str) -> list[Element]:
    """The elements with this class."""
    return [one for one in picture.iter() if name in (one.get("class") or "").split()]


def outside(picture: Element) -> list[str]:
    """What lies beyond the edges of the picture, letters included."""
    _, _, width, height = map(float, (picture.get("viewBox") or "").split())
    found = []
    for one in picture.iter():
        across = [float(one.attrib[name]) for name in ACROSS if name in one.attrib]
        down = [float(one.attrib[name]) for name in DOWN if name in one.attrib]
        if one.tag == f"{SVG}rect" and "x" in one.attrib:
            across.append(across[0] + float(one.attrib["width"]))
            down.append(down[0] + float(one.attrib["height"]))
        if one.tag == f"{SVG}text":
            across = list(_reach(one))
        if any(not -1 <= x <= width + 1 for x in across) or any(not -1 <= y <= height + 1 for y in down):
            found.append(ElementTree.tostring(one, encoding="unicode"))
    return found


def _reach(text: Element) -> Iterator[float]:
    size = float(text.attrib["font-size"])
    letters = sum(1 if unicodedata.east_asian_width(one) in "WFA" else 0.6 for one in text.text or "") * size
    room = float(text.get("textLength", letters))
    begins = {"start": 0.0, "middle": room / 2, "end": room}[text.get("text-anchor", "start")]
    yield float(text.attrib["x"]) - begins
    yield float(text.attrib["x"]) - begins + room


def numbers(one: Element, *names: str) -> list[float]:
    return [float(one.attrib[name]) for name in names]


def row(columns: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(columns, values, strict=True))
