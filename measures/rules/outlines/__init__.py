"""The outline of a policy document: its text as proposed elements, by rules that know no particular document."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from measures.rules.outlines import codes, kinds, pieces, trees, words
from measures.rules.outlines.pieces import lines_of as lines_of
from measures.vocabulary import ElementKind

# What is tracked: a measure of the document, or of a plan that its annex quotes.
TRACKED = (ElementKind.MEASURE, ElementKind.PLAN_BULLET)


@dataclass(frozen=True, slots=True)
class Outline:
    """The proposed elements in reading order, and the lines that belong to none, each with the rule that says so."""

    elements: tuple["Proposed", ...]
    noise: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """One element: where it stands, what it says, and by which rule; `parent` is the code of the one above it."""

    code: str
    kind: ElementKind
    parent: str | None
    first_line: int
    last_line: int
    marker: str
    text: str
    rule: str
    is_sure: bool

    @property
    def text_normalized(self) -> str:
        return words.normalised(self.text)

    @property
    def wire(self) -> dict[str, Any]:
        """As it is stored and shown, without its words, which are those of its lines."""
        return {
            "code": self.code,
            "kind": str(self.kind),
            "parent": self.parent,
            "lines": [self.first_line, self.last_line],
            "rule": self.rule,
            "is_sure": self.is_sure,
        }


def outline(text: str, *, most: int | None = None) -> Outline:
    """What the rules make of a text; every line that is not blank is in one element or is noise.

    With more elements than `most` it stops at one too many.
    """
    lines = lines_of(text)
    skipped = pieces.noise(lines)
    nodes = trees.tree(islice(pieces.pieces(lines, skipped), None if most is None else most + 1))
    kinds.name(nodes)
    codes.give(nodes)
    proposed = tuple(
        Proposed(
            code=node.code,
            kind=node.kind,
            parent=node.parent.code if node.parent else None,
            first_line=node.piece.first,
            last_line=node.piece.last,
            marker=node.piece.marker.sign if node.piece.marker else "",
            text=node.text,
            rule=node.rule,
            is_sure=node.is_sure,
        )
        for node in nodes
    )
    return Outline(proposed, skipped)
