"""The measures, who owns them on what grounds, and which of them say the same thing."""

from itertools import combinations
from typing import Any

from measures.management.seed import documents, ministries
from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.vocabulary import AssignmentRole, Basis, MeasureKind, MeasureLinkKind


def add(rows: Rows, material: Material) -> None:
    for code, element in documents.tracked(material).items():
        _add_measure(rows, material, code, element)
    for code, element in documents.tracked(material).items():
        _add_status(rows, material, code)
        for owner in _owners(material, code, element):
            _add_assignment(rows, material, code, **owner)
    _add_links(rows, material)


def code_of(material: Material, element: str) -> str:
    return f"{material.decisions['import']['document']}-{element}"


def _add_measure(rows: Rows, material: Material, code: str, element: dict[str, Any]) -> None:
    decided = material.decisions["measures"]
    words = decided["annex"].get(code) or {
        "title": element["short_ja"],
        "title_en": element["short_en"],
        "theme": element["theme"],
        "action_type": element["action_type"],
    }
    studied = element["kind"] == "measure" and decided["kind"]["study_when_text_contains"] in element["text"]
    rows.add(
        "measure",
        {
            "code": code_of(material, code),
            "element": rows.pk("element", code),
            "kind": MeasureKind.STUDY if studied else MeasureKind.ACTION,
            **{name: words[name] for name in ("title", "title_en", "action_type", "theme")},
            "classification_basis": decided["classification"]["basis"],
            "due_on": decided["due_on"]["value"],
            "status": decided["status"]["value"],
            "status_since": None,
            "health": decided["status"]["health"],
            "version": 1,
            "updated_at": material.decisions["import"]["at"],
        },
        key=code,
    )


def _add_status(rows: Rows, material: Material, code: str) -> None:
    decided = material.decisions["measures"]["status"]
    rows.add(
        "statuschange",
        {
            "measure": rows.pk("measure", code),
            "status": decided["value"],
            "status_since": None,
            "health": decided["health"],
            "update": None,
            "reason": decided["reason"],
            "recorded_at": material.decisions["import"]["at"],
        },
    )


def _owners(material: Material, code: str, element: dict[str, Any]) -> list[dict[str, Any]]:
    """The lead first, then the partners as listed: ministry, role, basis, reason and the element that states it."""
    if code in material.decisions["measures"]["annex"]:
        return _annex_owners(material.decisions["measures"]["annex"][code])
    names = ministries.by_name(material)
    lead = {
        "ministry": names[element["owner_lead"]],
        "role": AssignmentRole.LEAD,
        "basis": element["owner_basis"],
        "reason": element["owner_reason"],
        "element": None,
    }
    partners = [_partner(material, code, names[one["ministry"]], one) for one in element["owner_partners"]]
    return [lead, *partners]


def _annex_owners(decided: dict[str, Any]) -> list[dict[str, Any]]:
    lead = {"ministry": decided["lead"], "basis": decided["basis"], "reason": decided["reason"]}
    return [
        {**lead, "role": AssignmentRole.LEAD, "element": None},
        *({**one, "role": AssignmentRole.SUPPORT, "element": None} for one in decided["support"]),
    ]


def _partner(material: Material, code: str, ministry: str, given: dict[str, Any]) -> dict[str, Any]:
    decided = material.decisions["assignments"]
    element = decided["stated"].get(code, {}).get(ministry)
    if (given["basis"] == Basis.STATED) != (element is not None):
        raise ValueError(f"{code} {ministry}: only a stated partner, and every one, names the element that states it")
    return {
        "ministry": ministry,
        "role": AssignmentRole.SUPPORT,
        "basis": given["basis"],
        "reason": given["why"] or decided["no_reason_given"],
        "element": element,
    }


def _add_assignment(
    rows: Rows, material: Material, code: str, *, ministry: str, role: str, basis: str, reason: str, element: str | None
) -> None:
    rows.add(
        "assignment",
        {
            "measure": rows.pk("measure", code),
            "ministry": rows.pk("ministry", ministry),
            "role": role,
            "valid_from": material.decisions["assignments"]["valid_from"],
            "valid_to": None,
            "basis": basis,
            "reason": reason,
            "element": rows.pk("element", element) if element else None,
            "recorded_at": material.decisions["import"]["at"],
            "updated_at": material.decisions["import"]["at"],
        },
        key=(code, ministry),
    )


def _add_links(rows: Rows, material: Material) -> None:
    """Every pair of measures of one recurring theme, once a theme."""
    elements = documents.tracked(material)
    decided = material.decisions["measure_links"]
    for theme, reason, members in documents.themes(material):
        for one, other in combinations([member for member in members if member in elements], 2):
            same = elements[one]["text"] == elements[other]["text"]
            rows.add(
                "measurelink",
                {
                    "measure": rows.pk("measure", one),
                    "other": rows.pk("measure", other),
                    "kind": MeasureLinkKind.SAME_AS if same else MeasureLinkKind.OVERLAPS,
                    "theme": theme,
                    "basis": decided["basis"],
                    "reason": decided["same_as"] if same else reason,
                    "recorded_at": material.decisions["import"]["at"],
                },
                key=(one, other, theme),
            )
