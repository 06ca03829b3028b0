"""The OpenAPI document: valid, complete, and true of what is answered."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from measures.api import urls
from measures.operations import checkpoints
from tests import builders
from tests.api import second, wire
from tests.duties import also
from tests.openapi.documented import body_of
from tests.operations.logs import seal_here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PARAMETERS = {
    "/documents/{code}": "MEXT2019",
    "/documents/{code}/elements": "MEXT2019",
    "/ministries/{code}": "jpo",
    "/measures/{code}": builders.SME,
    "/cycles/{code}": "FY2020",
    "/kpis/{code}": "sme-patent-share",
    "/kpis/{code}/observations": "sme-patent-share",
    "/kpis/{code}/targets": "univ-patent-licences",
    "/kpis/{code}/measures": "sme-patent-share",
    "/people/{username}": "auditor",
}


def documented_as(route: Any) -> str:
    """The route's address as OpenAPI writes it; rows known by number are so by `id`."""
    return f"{wire.BASE}/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)).replace("{pk}", "{id}")


@pytest.fixture
def document() -> dict[str, Any]:
    return wire.get("/openapi.json")


def test_the_document_is_valid_openapi_31(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_it_names_every_route_with_every_method(document: dict[str, Any]) -> None:
    routes = {}
    for route in urls.urlpatterns:
        path = documented_as(route)
        view = route.callback.view_class
        routes[path] = {name for name in view.http_method_names if hasattr(view, name)} - {"head", "options"}
    assert {path: set(operations) - {"parameters"} for path, operations in document["paths"].items()} == routes


def resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What `part` refers to, or `part` itself."""
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def parameters_of(document: dict[str, Any], path: str, method: str) -> list[dict[str, Any]]:
    shared = document["paths"][path].get("parameters", [])
    return [resolved(document, one) for one in [*shared, *document["paths"][path][method].get("parameters", [])]]


def test_writes_name_the_headers_they_need(document: dict[str, Any]) -> None:
    def headers(path: str, method: str) -> set[str]:
        parameters = parameters_of(document, f"{wire.BASE}{path}", method)
        return {one["name"] for one in parameters if one["in"] == "header" and one.get("required")}

    assert headers("/updates", "post") == {"Idempotency-Key"}
    assert headers("/updates/{id}", "patch") == headers("/updates/{id}", "delete") == {"If-Match"}
    assert headers("/updates/{id}/approve", "post") == {"Idempotency-Key", "If-Match"}
    assert headers("/cycles/{code}/open", "post") == {"Idempotency-Key", "If-Match"}


def test_a_list_names_each_of_its_filters(document: dict[str, Any]) -> None:
    for route in urls.urlpatterns:
        filterset = getattr(route.callback.view_class, "filterset_class", None)
        if filterset is None:
            continue
        path = documented_as(route)
        parameters = parameters_of(document, path, "get")
        named = {one["name"] for one in parameters if one["in"] == "query"}
        assert set(filterset.base_filters) <= named, path


def examples() -> Iterator[tuple[str, str, HttpResponse]]:
    """Path of the document, method, and a real answer."""
    auditor, officer, approver = (builders.client(name) for name in ("auditor", "officer.jpo", "approver.jpo"))
    coordinator, nobody = builders.client("coordinator"), builders.client()
    made = wire.send(officer, "post", "/updates", wire.a_report())
    pk = made.json()["id"]
    yield "/updates", "post", made
    yield "/updates", "post", wire.send(officer, "post", "/updates", wire.a_report())
    yield "/updates", "post", wire.send(officer, "post", "/updates", {"measure": 1})
    yield "/updates", "post", wire.send(nobody, "post", "/updates", {})
    yield "/updates", "post", wire.send(auditor, "post", "/updates", {})
    yield "/updates", "post", wire.raw(officer, "/updates", b"a=b", "application/x-www-form-urlencoded")
    yield "/updates", "post", wire.raw(officer, "/updates", b"[" * 100)
    for _ in range(2):
        yield "/updates/{id}", "patch", wire.send(officer, "patch", f"/updates/{pk}", {}, match='"v1"')
    yield "/updates/{id}", "patch", wire.send(officer, "patch", f"/updates/{pk}", {}, match=None)
    yield "/updates/{id}", "patch", wire.send(officer, "patch", "/updates/0", {})
    yield "/updates/{id}/submit", "post", wire.send(officer, "post", f"/updates/{pk}/submit", key="one")
    yield (
        "/updates/{id}/submit",
        "post",
        wire.send(officer, "post", f"/updates/{pk}/submit", {"comment": ""}, key="one"),
    )
    yield "/updates/{id}", "delete", wire.send(officer, "delete", f"/updates/{pk}")
    yield "/updates/{id}/return", "post", wire.send(approver, "post", f"/updates/{pk}/return", {"comment": "x"})
    yield "/updates/{id}/withdraw", "post", wire.send(officer, "post", f"/updates/{pk}/withdraw")
    again = wire.send(officer, "post", "/updates", wire.a_report()).json()["id"]
    yield "/updates/{id}", "delete", wire.send(officer, "delete", f"/updates/{again}")
    approved = builders.an_update(at_status="submitted")
    yield "/updates/{id}/approve", "post", wire.send(approver, "post", f"/updates/{approved.pk}/approve")
    yield "/updates/{id}", "get", approver.get(f"{wire.BASE}/updates/{approved.pk}")
    yield "/updates/{id}", "get", nobody.get(f"{wire.BASE}/updates/{approved.pk}")
    yield "/cycles/{code}/close", "post", wire.send(coordinator, "post", "/cycles/FY2020/close", {"reason": "期限"})
    yield "/cycles/{code}/open", "post", wire.send(coordinator, "post", "/cycles/FY2020/open")
    yield "/measures", "get", nobody.get(f"{wire.BASE}/measures?no=1")
    yield "/measures", "get", nobody.get(f"{wire.BASE}/measures", headers={"Accept": "text/html"})
    yield "/measures", "get", builders.client("officer.jpo", "report").get(f"{wire.BASE}/measures")
    yield "/measures", "get", nobody.get(f"{wire.BASE}/measures", headers={"Authorization": "Bearer x.y"})
    yield "/measures", "get", nobody.get(f"{wire.BASE}/measures?count=true&limit=2")
    etag = nobody.get(f"{wire.BASE}/measures")["ETag"]
    yield "/measures", "get", nobody.get(f"{wire.BASE}/measures", headers={"If-None-Match": etag})


def test_every_answer_of_a_sample_is_documented_with_its_status_and_its_shape(document: dict[str, Any]) -> None:
    builders.an_open_cycle()
    seen = set()
    for path, method, response in examples():
        conform(document, path, method, response)
        seen.add(response.status_code)
    assert seen == {200, 201, 204, 304, 400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 428}


def test_every_readable_route_answers_in_the_shape_that_is_documented_200(document: dict[str, Any]) -> None:
    second.a_second_document()
    builders.an_update(at_status="approved")
    seal_here()
    checkpoints.checkpoint(at=timezone.now())
    also("auditor", role="administrator", ministry="cao")
    also("auditor", role="officer", ministry="jpo")
    client = builders.client("auditor")
    for full, operations in document["paths"].items():
        path = full.removeprefix(wire.BASE)
        if "get" not in operations or ("{" in path and path not in PARAMETERS):
            continue
        response = client.get(re.sub(r"\{\w+\}", PARAMETERS.get(path, ""), full))
        assert response.status_code == 200, path
        conform(document, path, "get", response)


def conform(document: dict[str, Any], path: str, method: str, response: HttpResponse) -> None:
    """The answer's status, media type and JSON are what the document says of them."""
    documented = document["paths"][f"{wire.BASE}{path}"][method]["responses"]
    assert str(response.status_code) in documented, (path, method, response.status_code)
    content = resolved(document, documented[str(response.status_code)]).get("content")
    if content is None:
        assert response.status_code in (204, 304)
        return
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in content, (path, media_type)
    if media_type.endswith("json"):
        schema = {**content[media_type]["schema"], "components": document["components"]}
        errors = [
            (list(error.path), error.message[:200])
            for error in OAS31Validator(schema).iter_errors(json.loads(body_of(response)))
        ]
        assert errors == [], (path, method, errors[:3])
