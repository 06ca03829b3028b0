"""The document, its elements in reading order, and what corresponds to or repeats what among them."""

from hashlib import sha256
from itertools import combinations
from typing import Any

from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.vocabulary import ElementLinkKind

MEASURES = ("measure", "plan_bullet")


def add(rows: Rows, material: Material) -> None:
    _add_document(rows, material)
    for element in material.document["elements"]:
        _add_element(rows, material, element)
    _add_correspondences(rows, material)
    _add_recurrences(rows, material)


def themes(material: Material) -> list[tuple[str, str, list[str]]]:
    """Each recurring theme: its full name, why its members belong together, and the elements that carry it."""
    reasons = material.decisions["themes"]
    return [
        (one["theme"], reasons[one["theme"].split()[0]], [seen["id"] for seen in one["occurrences"]])
        for one in material.document["recurring_measures"]
    ]


def tracked(material: Material) -> dict[str, dict[str, Any]]:
    """The elements that are measures, by their code in the document."""
    return {one["id"]: one for one in material.document["elements"] if one["kind"] in MEASURES}


def _add_document(rows: Rows, material: Material) -> None:
    given, ours = material.document["document"], material.decisions["documents"]
    rows.add(
        "document",
        {
            "code": material.decisions["import"]["document"],
            "version": 1,
            "title": given["title"],
            "title_en": given["title_en"],
            "issuer": given["issuer"],
            "issuer_en": given["issuer_en"],
            "issued_on": given["date"],
            "plan_from": ours["plan_from"],
            "plan_to": ours["plan_to"],
            "plan_text": given["plan_period_addressed"],
            "text": material.text,
            "sha256": sha256(material.text.encode()).hexdigest(),
            "noise_lines": material.document["noise_lines"],
            "reading": material.document["viewpoints"]["reading"],
            "recorded_at": material.decisions["import"]["at"],
        },
        key=material.decisions["import"]["document"],
    )


def _add_element(rows: Rows, material: Material, element: dict[str, Any]) -> None:
    parent = element["parent"]
    rows.add(
        "element",
        {
            "document": rows.pk("document", material.decisions["import"]["document"]),
            "order": element["order"],
            "code": element["id"],
            "kind": element["kind"],
            "parent": rows.pk("element", parent) if parent else None,
            "first_line": element["lines"][0],
            "last_line": element["lines"][1],
            "marker": element["marker"] or "",
            "text": element["text"],
            "text_normalized": element["text_normalized"],
            "text_en": element["title_or_text_en"],
            **_viewpoints(material, element),
        },
        key=element["id"],
    )


def _viewpoints(material: Material, element: dict[str, Any]) -> dict[str, Any]:
    own = element.get("viewpoint")
    named = [own] if own else element.get("viewpoints", [])
    if not named:
        return {"viewpoints": [], "viewpoints_basis": "", "viewpoints_reason": ""}
    why = "own" if own else "measure" if element["kind"] == "measure" else "section"
    decision = material.decisions["viewpoints"][why]
    return {"viewpoints": named, "viewpoints_basis": decision["basis"], "viewpoints_reason": decision["reason"]}


def _add_correspondences(rows: Rows, material: Material) -> None:
    decided = material.decisions["element_links"]["corresponds"]
    for element in material.document["elements"]:
        for target in element.get("corresponds_to", []):
            _add_link(
                rows, material, element["id"], target, ElementLinkKind.CORRESPONDS, decided[element["id"]][target]
            )


def _add_recurrences(rows: Rows, material: Material) -> None:
    """Every pair of one theme in which not both are measures; the later piece says again what the earlier says."""
    measures = tracked(material)
    for theme, reason, members in themes(material):
        for earlier, later in combinations(members, 2):
            if not (earlier in measures and later in measures):
                kind = ElementLinkKind.RECURS
                _add_link(rows, material, later, earlier, kind=kind, reason=reason, theme=theme)


def _add_link(
    rows: Rows, material: Material, source: str, target: str, kind: str, reason: str, theme: str = ""
) -> None:
    rows.add(
        "elementlink",
        {
            "source": rows.pk("element", source),
            "target": rows.pk("element", target),
            "kind": kind,
            "theme": theme,
            "basis": material.decisions["element_links"]["basis"],
            "reason": reason,
        },
        key=(source, target, kind, theme),
    )
