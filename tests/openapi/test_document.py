"""The document: valid, complete, and precise about what is taken."""

import ast
import keyword
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from openapi_spec_validator import OpenAPIV31SpecValidator

from measures.api import urls
from measures.api.fields import StrictSerializer
from measures.api.openapi import refusals, shapes, views
from measures.api.openapi.operations import OPERATIONS, PREFIX, TAGS
from measures.api.openapi.parameters import ASKS
from tests import builders
from tests.openapi import documented

ROOT = Path(__file__).resolve().parents[2]
# Where a code stands in the call that refuses.
PLACES = {"Problem": 1, "WrongTurn": 0, "WrongRole": 0, "Stale": 0, "NotVisible": 0, "Precondition": 0}
PLACES |= {"KeyReused": 0, "Busy": 0, "TooLarge": 0, "answer": 2, "ErrorDetail": 1, "_refuse": 1, "fail": 0}
CODE = re.compile(r"[a-z]+([-_][a-z]+)*")


def test_it_is_valid_openapi_31() -> None:
    assert documented.document()["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(documented.document()).iter_errors()) == []


@pytest.mark.django_db
def test_it_is_the_same_for_everyone_in_every_language() -> None:
    answers = [builders.client().get(f"{PREFIX}/openapi.json", headers={"Accept-Language": it}) for it in ("ja", "en")]
    assert answers[0].content == answers[1].content == views.document()
    with override("ja"):
        views._made.cache_clear()
        assert views.document() == answers[0].content


def test_its_title_makes_a_package_name_that_can_be_typed_and_installed() -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z ]+[A-Za-z]", documented.document()["info"]["title"])
    assert "施策トラッカー" in documented.document()["info"]["description"]


def test_what_is_text_is_not_documented_as_binary() -> None:
    """A generated client would hand over bytes, of which it has none: it decodes what comes as text."""
    texts = {
        (name, str(media["schema"]))
        for name, operation in documented.operations().items()
        for answer in operation["responses"].values()
        for media_type, media in answer.get("content", {}).items()
        if media_type.startswith("text/")
    }
    assert {schema for _, schema in texts} == {"{'type': 'string'}"}
    assert {name for name, _ in texts if name.startswith("export_")} == {
        name
        for name in documented.operations()
        if name.startswith("export_") and not name.endswith(("_xlsx", "_json", "_bundle"))
    }


def test_it_names_every_route_with_every_method() -> None:
    routes = {}
    for route in urls.urlpatterns:
        view = route.callback.view_class
        path = f"{PREFIX}/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)).replace("{pk}", "{id}")
        routes[path] = {name for name in view.http_method_names if hasattr(view, name)} - {"head", "options"}
    assert {path: set(methods) for path, methods in documented.document()["paths"].items()} == routes
    assert len(OPERATIONS) == sum(len(methods) for methods in routes.values())


def test_every_operation_has_a_name_fit_for_a_method_a_summary_and_a_tag_that_is_described() -> None:
    operations = documented.operations()
    assert len(operations) == len(OPERATIONS)
    for name, operation in operations.items():
        assert name.isidentifier() and not keyword.iskeyword(name) and "_" in name
        assert operation["summary"] and operation["summary"][0].isupper(), name
        assert not operation["summary"].endswith("."), name
        assert set(operation["tags"]) <= set(TAGS), name
    summaries = [one["summary"] for name, one in operations.items() if not name.startswith("export_")]
    assert len(set(summaries)) == len(summaries)
    assert [tag["name"] for tag in documented.document()["tags"]] == list(TAGS)


def test_every_input_is_closed_and_says_the_bounds_of_each_text_list_and_number() -> None:
    inputs = {name: one for name, one in documented.document()["components"]["schemas"].items() if name.endswith("In")}
    assert {kind.__name__ for kind in kinds(StrictSerializer)} - set(inputs) <= ABSTRACT
    for name, schema in inputs.items():
        assert schema["additionalProperties"] is False, name
        for field, given in schema["properties"].items():
            assert bounded(given), (name, field, given)


ABSTRACT = {"ReasonIn", "BasisIn", "EvidenceIn", "HeadIn", "ReplacingIn"}


def bounded(schema: dict[str, Any]) -> bool:
    if "oneOf" in schema or "anyOf" in schema:
        return all(bounded(one) for one in schema.get("oneOf", []) + schema.get("anyOf", []))
    kind = schema.get("type", "")
    if "string" in kind:
        return bool({"maxLength", "format", "const", "pattern", "minLength", "enum"} & set(schema))
    if "array" in kind:
        return "maxItems" in schema
    if "integer" in kind:
        return {"minimum", "maximum"} <= set(schema)
    return kind in ("boolean", "null") or "$ref" in schema


def kinds(base: type) -> Iterator[type]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_output_requires_all_of_its_fields_and_says_the_type_of_each() -> None:
    for name, schema in documented.document()["components"]["schemas"].items():
        if name.endswith(("Out", "Brief")):
            assert set(schema["required"]) == set(schema["properties"]), name
            for field, given in schema["properties"].items():
                assert {"type", "$ref", "oneOf", "anyOf", "allOf"} & set(given), (name, field)
                assert "readOnly" not in given, (name, field)


def test_every_list_of_a_vocabulary_is_that_vocabulary_by_name() -> None:
    text = views.document().decode()
    for name, words in shapes.vocabularies().items():
        schema = documented.document()["components"]["schemas"][name]
        assert schema["enum"] == list(words.values), name
    assert "x-spec-enum-id" not in text
    assert text.count('"in_progress","completed"') == 1


def test_every_query_parameter_and_address_says_what_it_asks_and_takes() -> None:
    for name, operation in documented.operations().items():
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])
            # A list of filters may be long; an entity tag is compared, not read; a wish that is none is passed over.
            is_free = parameter["name"] in ("If-None-Match", "Want-Content-Digest")
            free = {"maxItems": 0, **({"maxLength": 0} if is_free else {})}
            assert bounded({**free, **parameter["schema"]}), (name, parameter)
            if parameter["in"] == "path":
                assert parameter["example"], (name, parameter)


def test_no_text_on_a_parameter_is_left_over() -> None:
    named = {one["name"] for operation in documented.operations().values() for one in operation.get("parameters", [])}
    assert set(ASKS) <= named


def test_every_code_that_the_service_refuses_with_is_explained() -> None:
    explained = {code for codes in refusals.CODES.values() for code in codes} | set(refusals.ITEMS)
    assert set(codes()) - explained == set()
    assert len(set(codes())) > 40


def codes() -> Iterator[str]:
    for path in (ROOT / "measures").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                given = node.args[PLACES[name]] if name in PLACES and len(node.args) > PLACES[name] else None
                for one in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                    if isinstance(one, ast.Constant) and CODE.fullmatch(str(one.value)):
                        yield str(one.value).replace("_", "-")


def test_every_example_of_a_refusal_has_a_code_that_its_status_lists() -> None:
    for status, body in documented.examples_by_status().items():
        assert body["code"] in refusals.CODES[status]
        assert documented.wrong({"$ref": "#/components/schemas/Problem"}, body) == []


def test_every_example_of_an_answer_is_of_the_shape_beside_it() -> None:
    shown = 0
    for name, operation in documented.operations(documented.closed()).items():
        for answer in operation["responses"].values():
            for media in answer.get("content", {}).values():
                for example in media.get("examples", {}).values():
                    assert documented.wrong(media["schema"], example["value"]) == [], name
                    shown += 1
    assert shown >= 55
