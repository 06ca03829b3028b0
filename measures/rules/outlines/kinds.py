"""The rules by which a piece of a document is what it is, each with the sentence that tells a person why."""

import re
from collections.abc import Mapping

from measures.messages import lazy
from measures.rules.outlines import markers, trees, words
from measures.rules.outlines.trees import Node
from measures.vocabulary import ElementKind

DIGITS = "[0-9０-９]{1,4}"
DATE = re.compile(
    f"(?:令和|平成|昭和)? ?(?:{DIGITS}|元) ?年(?: ?{DIGITS} ?月)?(?: ?{DIGITS} ?日)?[ 　]*(?:[(（].{{1,8}}[)）])?"
)
# What a government undertakes in a sentence, and not what it finds.
UNDERTAKES = re.compile(
    "(?:する|図る|進める|行う|講じる|講ずる|取り組む|目指す|設ける|定める|努める|促す|高める|広げる|支える|設置|整備|検討)"
    "(?:こととする|ものとする)?[。．][」』）)]*\\Z"
)

Reading = tuple[ElementKind, str, bool]
# By rule: why, as people are told.
REASONS: Mapping[str, object] = {
    "page-number": lazy("The line is a number alone: a page's."),
    "by-hand": lazy("A coordinator edited it."),
    "title": lazy("The first paragraph is the document's title."),
    "date": lazy("The paragraph before the first section is a date."),
    "issuer": lazy("A short paragraph before the first section names who issued it."),
    "note": lazy("It begins with a mark of notes."),
    "measures-label": lazy("A label in brackets announces measures."),
    "label": lazy("A label in brackets stands like a heading."),
    "annex": lazy("The line is the mark of an annex."),
    "annex-title": lazy("The first paragraph of an annex is its title."),
    "chapter-of-annex": lazy("A numbered chapter in an annex is quoted from a plan."),
    "item-of-annex": lazy("A numbered heading under a chapter that is quoted."),
    "bullet-of-annex": lazy("A bullet of a plan that is quoted in an annex is tracked as a measure."),
    "text-of-annex": lazy("Text under a chapter that is quoted."),
    "point": lazy("A heading in an annex without chapters is one of its points."),
    "text-of-point": lazy("Text in an annex without chapters explains its points."),
    "pillar": lazy("Measures stand right under this heading."),
    "numbered-section": lazy("A number of the first level heads what follows."),
    "numbered-subsection": lazy("A number of a further level heads what follows."),
    "plain-heading": lazy("A short paragraph that is no sentence heads what follows."),
    "numbered-sentence": lazy("A numbered sentence without measures under it describes the situation."),
    "noun-bullet": lazy("A bullet that ends in a noun says what is to be done."),
    "undertaking": lazy("The sentence says what is undertaken."),
    "numbered-noun": lazy("A numbered item ends in a noun, and nothing stands under it: it may be a measure."),
    "sentence-bullet": lazy("The bullet is a sentence that undertakes nothing."),
    "detail": lazy("It explains the measure above it."),
    "text-of-pillar": lazy("Text under a heading that measures stand under."),
    "text": lazy("Text without a mark."),
}


def name(nodes: list[Node]) -> None:
    """Gives every node its kind, the rule and whether it is sure; headings are known by what stands under them."""
    for node in nodes:
        node.kind, node.rule, node.is_sure = _reading(node, is_first=node is nodes[0])
        if node.piece.fits is False:
            node.is_sure = False
    _name_pillars(nodes)


def _reading(node: Node, *, is_first: bool) -> Reading:
    if node.is_preface:
        return _of_preface(node, is_first=is_first)
    return _of_mark(node) or (_of_annex(node, node.annex) if node.annex else _of_body(node))


def _of_preface(node: Node, *, is_first: bool) -> Reading:
    if is_first:
        return ElementKind.TITLE, "title", True
    if DATE.fullmatch(node.text):
        return ElementKind.DATE, "date", True
    return ElementKind.ISSUER, "issuer", False


def _of_mark(node: Node) -> Reading | None:
    marker = node.piece.marker
    if marker is None:
        return None
    if marker.name == markers.NOTE:
        return ElementKind.NOTE, "note", True
    if marker.name == markers.ANNEX:
        return ElementKind.REFERENCE, "annex", True
    if marker.name == markers.LABEL:
        if trees.is_of_measures(node.text):
            return ElementKind.MEASURES_LABEL, "measures-label", True
        return ElementKind.SUBSECTION, "label", False
    return None


def _of_annex(node: Node, annex: Node) -> Reading:
    if annex.children and annex.children[0] is node and node.piece.marker is None:
        return ElementKind.REFERENCE_TITLE, "annex-title", True
    if not annex.has_chapters:
        return _of_points(node)
    if node.piece.marker and node.piece.marker.name == markers.CHAPTER:
        return ElementKind.PLAN_CHAPTER, "chapter-of-annex", True
    if node.heads or node.is_heading:
        return ElementKind.PLAN_ITEM, "item-of-annex", True
    if node.piece.marker and not _is_finding(node):
        return ElementKind.PLAN_BULLET, "bullet-of-annex", True
    return ElementKind.PLAN_NARRATIVE, "text-of-annex", True


def _of_points(node: Node) -> Reading:
    marker = node.piece.marker
    if node.heads or node.is_heading or (marker and not marker.is_bullet):
        return ElementKind.POINT, "point", True
    return ElementKind.POINT_TEXT, "text-of-point", True


def _of_body(node: Node) -> Reading:
    marker = node.piece.marker
    if marker is None:
        if node.is_heading:
            return ElementKind.SUBSECTION, "plain-heading", node.piece.gap
        return ElementKind.NARRATIVE, "detail" if _explains(node) else "text", True
    if _explains(node):
        return ElementKind.NARRATIVE, "detail", False
    if not marker.is_bullet and node.heads:
        is_first = node.parent is None
        rule = "numbered-section" if is_first else "numbered-subsection"
        return ElementKind.SECTION if is_first else ElementKind.SUBSECTION, rule, True
    return _of_item(node, is_bullet=marker.is_bullet)


def _of_item(node: Node, *, is_bullet: bool) -> Reading:
    if not words.ends_sentence(node.text):
        if is_bullet:
            return ElementKind.MEASURE, "noun-bullet", not node.children
        if node.parent is None:
            return ElementKind.SECTION, "numbered-section", False
        return ElementKind.MEASURE, "numbered-noun", False
    if not _is_finding(node):
        return ElementKind.MEASURE, "undertaking", False
    if is_bullet:
        return ElementKind.NARRATIVE, "sentence-bullet", True
    return ElementKind.CONTEXT_ITEM, "numbered-sentence", True


def _explains(node: Node) -> bool:
    """Whether it stands under a bullet, which says a thing itself."""
    return node.parent is not None and node.parent.is_bullet


def _is_finding(node: Node) -> bool:
    return words.ends_sentence(node.text) and not UNDERTAKES.search(node.text)


def _name_pillars(nodes: list[Node]) -> None:
    """A heading right above measures is their pillar, and its text is that of a pillar."""
    for node in nodes:
        if node.kind in (ElementKind.SUBSECTION, ElementKind.SECTION) and any(
            child.kind == ElementKind.MEASURE for child in node.children
        ):
            node.kind, node.rule = ElementKind.MEASURE_SECTION, "pillar"
            for child in node.children:
                if child.kind == ElementKind.NARRATIVE and child.rule == "text":
                    child.kind, child.rule = ElementKind.SECTION_NARRATIVE, "text-of-pillar"
