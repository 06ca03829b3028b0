"""What query parameters and parts of addresses take, precisely, and what each asks for."""

from collections.abc import Iterable
from typing import Any

import django_filters
from drf_spectacular.extensions import OpenApiFilterExtension
from drf_spectacular.openapi import AutoSchema

from measures.api.filters import (
    MAX_TEXT,
    ChoicesFilter,
    CodesFilter,
    FlagFilter,
    InstantFilter,
    NumbersFilter,
    SubjectsFilter,
    WordsFilter,
    YearField,
)
from measures.api.openapi.operations import PLACES

LARGEST_NUMBER = 10**18 - 1
WORD = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
REPEATED = "Repeated, it means any of them."
ASKS = {
    "actor": "Numbers of the people who acted.",
    "author": "The user name of who began the report; known to those who see its rounds.",
    "current": "`true` leaves out what has ended.",
    "cycle": "Codes of cycles.",
    "direction": "Which way the KPI is meant to move.",
    "divergent": "Whether the declared health and the computed standing of the KPIs contradict each other.",
    "document": "Codes of documents.",
    "done": "Whether the milestone was done.",
    "explained": "Whether an approved report explains that contradiction.",
    "has_kpi": "Whether a KPI speaks of the measure.",
    "has_target": "Whether the KPI has a target.",
    "health": "The declared health.",
    "is_active": "Whether the account is open.",
    "is_demo": "Whether the account is one of the demo cast.",
    "kind": "Its kind.",
    "kpi": "Codes of KPIs.",
    "measure": "Codes of measures.",
    "milestone": "Numbers of milestones.",
    "mine": "Whether the caller wrote any of it.",
    "ministry": "Codes of ministries.",
    "outcome": "What was decided.",
    "overdue": "Whether a report that is still taken is overdue.",
    "period_type": "The kind of period.",
    "q": "Words in its code, title or text, whatever their width, case or kana.",
    "rating": "The computed rating.",
    "role": "The part the ministry has in the measure, or the role of the duty.",
    "section": "Codes of the document's sections.",
    "standing": "The worst rating among the measure's KPIs.",
    "state": "Its state.",
    "status": "Its status.",
    "subject": "What the event is about: a type, or one thing of it by its code, such as `update:42`.",
    "superseded": "Whether there is a later version.",
    "update": "Numbers of reports.",
    "updated_since": "An instant with its offset: what changed then or later.",
    "verb": "What was done.",
    "version": "Numbers of the document's versions; left out, the newest.",
    "verified": "Whether someone else verified it.",
    "viewpoint": "Marks of viewpoints, such as ①.",
    "year_from": "The first year by which a period is named: 2019 is FY2019, CY2019 and October 2019.",
    "year_to": "The last year by which a period is named.",
}


class StrictFilters(OpenApiFilterExtension):  # type: ignore[no-untyped-call]
    """Each filter of a view's filter set with exactly the values it takes."""

    target_class = "measures.api.filters.StrictFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: AutoSchema, *args: Any, **kwargs: Any) -> list[Any]:
        filterset = getattr(auto_schema.view, "filterset_class", None)
        return [_query(name, _takes(one)) for name, one in filterset.base_filters.items()] if filterset else []


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    shown = {"name": name, "in": "query", "required": False, "description": ASKS[name], "schema": schema}
    if schema["type"] == "array":
        shown |= {"style": "form", "explode": True, "description": f"{ASKS[name]} {REPEATED}"}
    return shown


def _takes(one: django_filters.Filter) -> dict[str, Any]:
    if isinstance(one, WordsFilter | CodesFilter):
        return {"type": "array", "items": WORD}
    if isinstance(one, ChoicesFilter):
        return {"type": "array", "items": {"type": "string", "enum": [code for code, _ in one.extra["choices"]]}}
    if isinstance(one, SubjectsFilter):
        kinds = "|".join(code for code, _ in one.extra["choices"])
        return {"type": "array", "items": {**WORD, "pattern": f"^({kinds})(:.+)?$"}}
    if isinstance(one, NumbersFilter):
        return {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}}
    if isinstance(one, FlagFilter):
        return {"type": "boolean"}
    if isinstance(one, InstantFilter):
        return {"type": "string", "format": "date-time", "examples": ["2026-11-23T15:04:05+09:00"]}
    if issubclass(one.field_class, YearField):
        return {"type": "integer", "minimum": one.extra["min_value"], "maximum": one.extra["max_value"]}
    return WORD


def fields(names: Iterable[str]) -> dict[str, Any]:
    """The parameter that picks among `names`, the fields of an item."""
    name = f"({'|'.join(names)})"
    return {
        "name": "fields",
        "in": "query",
        "required": False,
        "description": "Names of the fields to leave in each item, joined by commas; the others are left out of the "
        "answer. A client that expects whole items leaves this out.",
        "schema": {**WORD, "pattern": f"^{name}(,{name})*$"},
    }


def of_address(name: str, address: str) -> dict[str, Any]:
    """The part `name` of an address: what stands before it says what it names, or else the first word does."""
    words = address.split("/")
    before = words[words.index(f"{{{name}}}") - 1]
    text, example = PLACES[before if before in PLACES else words[1]]
    if isinstance(example, int):
        schema: dict[str, Any] = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}
    else:
        schema = {"type": "string", "pattern": "^[^/]+$"}
    shown = {"name": name, "in": "path", "required": True, "description": text, "schema": schema}
    return {**shown, "example": example}
