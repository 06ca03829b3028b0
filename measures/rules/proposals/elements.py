"""The elements of a proposal: from the outline, as a coordinator edits them, with the words of their lines.

An element is stored as {code, kind, parent, lines, rule, is_sure, text_en, measure}; its words are those of its lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measures.errors import Problem
from measures.messages import say
from measures.rules.outlines import TRACKED, Outline, markers, pieces, words
from measures.vocabulary import Basis, MeasureKind

Element = dict[str, Any]
BY_HAND = "by-hand"
LONGEST_TITLE = 200
# What a measure is worded with that ends in a decision, and not in a deed.
STUDIED = "検討"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in an element's lines."""

    marker: str
    text: str

    @property
    def normalised(self) -> str:
        return words.normalised(self.text)


class Source:
    """A text with its lines, and those of them that belong to nothing."""

    def __init__(self, text: str, noise: Mapping[str, str]) -> None:
        self.lines = pieces.lines_of(text)
        self.noise = {int(number) for number in noise}

    def words(self, first: int, last: int) -> Words:
        """The words of lines `first` to `last` without noise, put together, and the mark they begin with."""
        told = [
            line.strip(words.BLANKS)
            for number, line in enumerate(self.lines[first - 1 : last], start=first)
            if number not in self.noise and line.strip(words.BLANKS)
        ]
        marker = markers.read(told[0]) if told else None
        if marker is None:
            return Words("", words.joined(told))
        return Words(marker.sign, words.joined([marker.rest, *told[1:]]))

    def written(self) -> list[int]:
        """The numbers of all lines that have to be in an element."""
        return [
            number
            for number, line in enumerate(self.lines, start=1)
            if number not in self.noise and line.strip(words.BLANKS)
        ]


def of_outline(found: Outline) -> list[Element]:
    """The proposed elements as they are stored, each measure with what can be told of it."""
    return [
        {
            **one.wire,
            "text_en": "",
            "measure": _measure(one.text_normalized) if one.kind in TRACKED else None,
        }
        for one in found.elements
    ]


def _measure(text: str) -> dict[str, Any]:
    """A measure whose code follows from its element's, and whose lead is the proposal's, until others are given."""
    return {
        "code": "",
        "title": text[:LONGEST_TITLE],
        "title_en": "",
        "kind": str(MeasureKind.STUDY if STUDIED in text else MeasureKind.ACTION),
        "action_type": "",
        "theme": "",
        "classification_basis": str(Basis.INFERRED),
        "due_on": None,
        "lead": None,
    }


def edited(
    elements: Sequence[Element], *, changes: Iterable[Mapping[str, Any]], dropped: Iterable[str], source: Source
) -> tuple[list[Element], list[Problem]]:
    """The elements after `changes` and without the `dropped`, in the order of their lines; and what could not be done.

    A change names an element by its code, or adds one with its kind and lines. What stood under a dropped element, or
    one that is called otherwise now, stands under what was above it, or under its new name.
    """
    by_code: dict[str, Element] = {one["code"]: dict(one) for one in elements}
    problems = list(_drop(by_code, dropped))
    for place, change in enumerate(changes):
        problems += _change(by_code, dict(change), f"/elements/{place}", source)
    ordered = sorted(by_code.values(), key=lambda one: (one["lines"][0], -one["lines"][1]))
    return ordered, problems


def _drop(by_code: dict[str, Element], dropped: Iterable[str]) -> Iterable[Problem]:
    for place, code in enumerate(dropped):
        gone = by_code.pop(code, None)
        if gone is None:
            yield Problem(f"/drop/{place}", "unknown", say("There is no element '{code}' here.", code=code))
        else:
            _hang(by_code, code, gone["parent"])


def _hang(by_code: dict[str, Element], old: str, new: str | None) -> None:
    for one in by_code.values():
        if one["parent"] == old:
            one["parent"] = new


def _change(by_code: dict[str, Element], change: dict[str, Any], pointer: str, source: Source) -> Iterable[Problem]:
    code, renamed, measure = change.pop("code"), change.pop("renamed", None), change.pop("measure", {})
    element = by_code.get(code)
    if element is None:
        if missing := [name for name in ("kind", "lines") if name not in change]:
            detail = say("There is no element '{code}' here, and a new one needs its kind and lines.", code=code)
            return [Problem(f"{pointer}/{name}", "required", detail) for name in missing]
        element = {"code": code, "parent": None, "text_en": "", "measure": None}
        by_code[code] = element
    if renamed and renamed != code:
        if renamed in by_code:
            return [Problem(f"{pointer}/renamed", "taken", say("There is an element '{code}' here.", code=renamed))]
        _hang(by_code, code, renamed)
        by_code[renamed] = by_code.pop(code)
        element["code"] = renamed
    element |= {**change, "rule": BY_HAND, "is_sure": True}
    _track(element, measure, source)
    return []


def _track(element: Element, measure: Mapping[str, Any], source: Source) -> None:
    """An element of a kind that is tracked has a measure, and no other has."""
    if element["kind"] not in TRACKED:
        element["measure"] = None
        return
    told = element["measure"] or _measure(source.words(*element["lines"]).normalised)
    element["measure"] = {**told, **measure}


def measure_code(document: str, element: Element) -> str:
    """The code that the element's measure gets: its own, or that of its place in `document`, or in a version of it."""
    return str(element["measure"]["code"]) or f"{document}-{element['code']}"
