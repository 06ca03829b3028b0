"""The codes that elements are proposed under: each says where it stands, such as S2-1-03, the third of section 2, 1."""

from collections import Counter

from measures.rules.outlines.trees import Node
from measures.vocabulary import ElementKind

LONGEST = 28
# What a kind's count among its siblings looks like; headings are counted plainly.
FORMS = {
    ElementKind.TITLE: "t{}",
    ElementKind.DATE: "t{}",
    ElementKind.ISSUER: "t{}",
    ElementKind.MEASURE: "{:02d}",
    ElementKind.PLAN_BULLET: "{:02d}",
    ElementKind.CONTEXT_ITEM: "c{}",
    ElementKind.NARRATIVE: "n{}",
    ElementKind.SECTION_NARRATIVE: "n{}",
    ElementKind.PLAN_NARRATIVE: "n{}",
    ElementKind.POINT_TEXT: "n{}",
    ElementKind.REFERENCE_TITLE: "n{}",
    ElementKind.MEASURES_LABEL: "l{}",
    ElementKind.NOTE: "x{}",
}
AT_THE_TOP = {ElementKind.REFERENCE: "R{}"}


def give(nodes: list[Node]) -> None:
    """Gives every node a code that no other has; where it would be too long, its place in the document."""
    counts: Counter[tuple[str, str]] = Counter()
    for place, node in enumerate(nodes, start=1):
        above = node.parent.code if node.parent else ""
        form = FORMS.get(node.kind) or ("{}" if above else AT_THE_TOP.get(node.kind, "S{}"))
        counts[above, form] += 1
        told = form.format(counts[above, form])
        code = f"{above}-{told}" if above else told.upper()
        node.code = code if len(code) <= LONGEST else f"E{place}"
