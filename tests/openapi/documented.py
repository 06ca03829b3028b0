"""The document as it is served, and whether an answer is what it says."""

import json
import re
from copy import deepcopy
from functools import cache
from typing import Any

import orjson
from django.http import HttpResponse
from openapi_schema_validator import OAS31Validator

from measures.api.openapi import views

BASE = "/api/v1"


@cache
def document() -> dict[str, Any]:
    return dict(orjson.loads(views.document()))


@cache
def closed() -> dict[str, Any]:
    """The document with its outputs closed: what is answered and not documented is then found, too."""
    strict = deepcopy(document())
    for schema in strict["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    for operation in operations(strict).values():
        for answer in operation["responses"].values():
            for media in answer.get("content", {}).values():
                media["schema"] = _closed(media["schema"])
    return strict


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False} if "properties" in schema else schema


def operations(source: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """By operationId."""
    paths = (source or document())["paths"]
    return {one["operationId"]: one for methods in paths.values() for one in methods.values()}


def resolved(node: dict[str, Any], source: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a reference stands for, or the thing itself."""
    while "$ref" in node:
        target: Any = source or document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def wrong(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with `value` by a schema of the closed document, formats included."""
    rooted = {**schema, "components": closed()["components"]}
    validator = OAS31Validator(rooted, format_checker=OAS31Validator.FORMAT_CHECKER)
    return [f"{list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(value)]


def body_of(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def conform(operation_id: str, response: HttpResponse) -> None:
    """The answer's status, media type, body and headers are what the document says of the operation."""
    answers = operations(closed())[operation_id]["responses"]
    status = str(response.status_code)
    assert status in answers, (operation_id, status)
    answer = resolved(answers[status], closed())
    _conform_headers(operation_id, answer.get("headers", {}), response)
    if "content" not in answer:
        assert not body_of(response), operation_id
        return
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in answer["content"], (operation_id, media_type)
    if media_type.endswith("json"):
        assert wrong(answer["content"][media_type]["schema"], json.loads(body_of(response))) == [], operation_id


def _conform_headers(operation_id: str, headers: dict[str, Any], response: HttpResponse) -> None:
    for name, reference in headers.items():
        header = resolved(reference, closed())
        if name not in response:
            assert not header["required"], (operation_id, name)
        elif pattern := header["schema"].get("pattern"):
            assert re.search(pattern, response[name]), (operation_id, name, response[name])
    spoken = {"ETag", "Location", "Link", "Consistency-Token", "Retry-After", "WWW-Authenticate", "Content-Disposition"}
    assert {name for name in spoken if name in response} <= set(headers), (operation_id, dict(response.items()))


def examples_by_status() -> dict[int, dict[str, Any]]:
    """The examples of refusals, by status."""
    found = {}
    for answer in document()["components"]["responses"].values():
        for media in answer["content"].values():
            for example in media.get("examples", {}).values():
                found[example["value"]["status"]] = example["value"]
    return found
