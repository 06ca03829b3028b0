"""Shapes that many operations share: the problem, periods, and the codes of the vocabulary."""

import inspect
from typing import Any

from django.db.models import TextChoices

from measures import vocabulary
from measures.api.openapi.refusals import CODES, ITEMS
from measures.api.problems import TYPES
from measures.rules import periods
from measures.vocabulary import PeriodType

YEAR = {"type": "integer", "minimum": periods.FIRST_YEAR, "maximum": periods.LAST_YEAR, "examples": [2019]}
DAY = {"type": "string", "format": "date", "examples": ["2019-10-01"]}
# By kind of period: what it is called, what else names one, and what it covers.
PERIODS: dict[PeriodType, tuple[str, dict[str, Any], str]] = {
    PeriodType.FISCAL_YEAR: ("FiscalYear", {"year": YEAR}, "年度: April of the year to March of the next."),
    PeriodType.CALENDAR_YEAR: ("CalendarYear", {"year": YEAR}, "暦年: January to December."),
    PeriodType.HALF_YEAR: (
        "HalfYear",
        {"year": YEAR, "half": {"type": "integer", "enum": [1, 2]}},
        "半期 of a fiscal year: 1 is April to September, 2 October to March.",
    ),
    PeriodType.QUARTER: (
        "Quarter",
        {"year": YEAR, "quarter": {"type": "integer", "enum": [1, 2, 3, 4]}},
        "四半期 of a fiscal year: 1 is April to June, 4 January to March.",
    ),
    PeriodType.MONTH: (
        "Month",
        {"year": YEAR, "month": {"type": "integer", "minimum": 1, "maximum": 12}},
        "月 of a calendar year.",
    ),
    PeriodType.POINT: ("Point", {"on": DAY}, "時点: one day."),
}


def components() -> dict[str, Any]:
    return {"Problem": _problem(), "ProblemItem": _item(), **_periods(), **_vocabularies()}


def vocabularies() -> dict[str, type[TextChoices]]:
    """The vocabularies by their names."""
    found = inspect.getmembers(vocabulary, inspect.isclass)
    return {name: one for name, one in found if issubclass(one, TextChoices) and one is not TextChoices}


def named(schema: Any) -> Any:
    """`schema` with every list of a vocabulary's codes replaced by a reference to that vocabulary.

    What stands beside an enumeration of DRF's (its labels, the type, drf-spectacular's id) goes; a default stays.
    """
    if isinstance(schema, list):
        return [named(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("enum"), list) and (name := _name_of(schema["enum"])):
        return _reference(name, schema)
    return {key: named(value) for key, value in schema.items() if key != "x-spec-enum-id"}


def _name_of(codes: list[Any]) -> str | None:
    known = {frozenset(one.values): name for name, one in vocabularies().items()}
    return known.get(frozenset(code for code in codes if code not in ("", None)))


def _reference(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [{"$ref": f"#/components/schemas/{name}"}]
    if "" in schema["enum"]:
        choices.append({"type": "string", "const": ""})
    if "null" in schema.get("type", ()):
        choices.append({"type": "null"})
    kept = {key: schema[key] for key in ("default",) if key in schema}
    return {**(choices[0] if len(choices) == 1 else {"anyOf": choices}), **kept}


def _vocabularies() -> dict[str, Any]:
    return {
        name: {
            "type": "string",
            "enum": list(one.values),
            "description": "\n".join(f"- `{value}`: {label}" for value, label in one.choices),
        }
        for name, one in vocabularies().items()
    }


def _periods() -> dict[str, Any]:
    parts = {f"{name}Period": _period(kind, keys, text) for kind, (name, keys, text) in PERIODS.items()}
    references = {kind: f"#/components/schemas/{name}Period" for kind, (name, _, _) in PERIODS.items()}
    mapping = {kind.value: reference for kind, reference in references.items()}
    period = {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
        "examples": [{"type": "calendar_year", "year": 2019}],
    }
    return {**parts, "Period": period}


def _period(kind: PeriodType, keys: dict[str, Any], text: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": text,
        "required": ["type", *keys],
        "properties": {"type": {"type": "string", "const": kind.value}, **keys},
        "additionalProperties": False,
    }


def _problem() -> dict[str, Any]:
    codes = [code for of_status in CODES.values() for code in of_status]
    properties = {
        "type": {"type": "string", "format": "uri", "examples": [f"{TYPES}invalid"]},
        "title": {"type": "string", "description": "What the status means here."},
        "status": {"type": "integer", "enum": list(CODES)},
        "detail": {"type": "string", "description": "What is wrong and what to do, for people."},
        "code": {"type": "string", "description": "For machines; there may be new ones.", "examples": codes},
        "request_id": {"type": "string", "description": "The same as X-Request-Id."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemItem"}},
    }
    return {
        "type": "object",
        "description": "Why a request was refused (RFC 9457); `errors` lists everything that is wrong at once.",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": properties,
    }


def _item() -> dict[str, Any]:
    meanings = "\n".join(f"- `{code}`: {text}" for code, text in ITEMS.items())
    return {
        "type": "object",
        "description": f"One thing that is wrong, and where. Its codes are those of problems, and:\n\n{meanings}",
        "required": ["code", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "A JSON pointer (RFC 6901) into the body."},
            "parameter": {"type": "string", "description": "A query parameter or a header."},
            "code": {"type": "string"},
            "detail": {"type": "string"},
        },
    }
