"""The living document: the source text in reading order, with what became of each measure in its place."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest

from measures.vocabulary import ElementKind
from measures.web.asking import ask, every
from measures.web.pages import page

# How deep a heading stands under the title of the document.
HEADINGS = {
    ElementKind.SECTION: 2,
    ElementKind.REFERENCE: 2,
    ElementKind.REFERENCE_TITLE: 3,
    ElementKind.SUBSECTION: 3,
    ElementKind.MEASURE_SECTION: 3,
    ElementKind.PLAN_CHAPTER: 3,
    ElementKind.PLAN_ITEM: 3,
    ElementKind.POINT: 3,
}
MEASURE_FIELDS = "code,title,title_en,status,status_label,health,health_label,lead,standing"


@page("measures/document.html")
def document(request: HttpRequest, code: str) -> dict[str, Any]:
    """The document, its pieces as the API lists them, each with the measures that it states and its links both ways."""
    one = ask(request, f"/documents/{code}")
    elements = every(request, f"/documents/{code}/elements")
    measures = {row["code"]: row for row in every(request, "/measures", document=code, fields=MEASURE_FIELDS)}
    viewpoints = _viewpoints(elements)
    back = _links_back(elements)
    pieces = [
        element
        | {
            "level": HEADINGS.get(ElementKind(element["kind"]), 0),
            "first": element["lines"][0],
            "last": element["lines"][1],
            "states": [measures[row["code"]] for row in element["measures"]],
            "answers": [(mark, viewpoints.get(mark)) for mark in element["viewpoints"]],
            "back": back[element["code"]],
        }
        for element in elements
    ]
    return {
        "document": one,
        "pieces": pieces,
        "outline": [piece for piece in pieces if piece["level"]],
        "noise": sorted(one["noise_lines"].items(), key=lambda line: int(line[0].partition("-")[0])),
    }


def _viewpoints(elements: list[dict[str, Any]]) -> dict[str, str]:
    """By the mark of a viewpoint, the code of the piece that says it; the first where several have the mark."""
    found: dict[str, str] = {}
    for element in elements:
        if element["kind"] == ElementKind.CONTEXT_ITEM and element["marker"]:
            found.setdefault(element["marker"], element["code"])
    return found


def _links_back(elements: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """By the code of a piece, the links that lead to it."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for element in elements:
        for link in element["links"]:
            found[link["element"]].append(link | {"element": element["code"]})
    return found
