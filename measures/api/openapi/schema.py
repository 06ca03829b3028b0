"""The OpenAPI document beyond what serializers and filters say by themselves: names, headers, refusals, examples."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from measures.api import known_at
from measures.api.fields import StrictSerializer
from measures.api.openapi import examples, headers, links, parameters, refusals, shapes
from measures.api.openapi.introduction import INTRODUCTION
from measures.api.openapi.operations import OPERATIONS, PREFIX, TAGS, Operation
from measures.vocabulary import Scope

FILES = {
    "csv": OpenApiTypes.STR,
    "codebook.csv": OpenApiTypes.STR,
    "xlsx": OpenApiTypes.BINARY,
    "json": OpenApiTypes.OBJECT,
}
ACRONYMS = {"kpi": "KPI", "kpis": "KPIs"}


class Schema(AutoSchema):
    """One operation, as its line in `operations` says."""

    @property
    def operation(self) -> Operation:
        return OPERATIONS[f"{self.method} {self._address}"]

    @property
    def _address(self) -> str:
        return str(self.path.removeprefix(PREFIX))

    @property
    def _is_list(self) -> bool:
        return self.method == "GET" and bool(getattr(self.view, "keyset", None))

    @property
    def _is_export(self) -> bool:
        return self._address.startswith("/exports/")

    @property
    def _is_file(self) -> bool:
        return self._is_export or self._address.endswith(("/file", "/files/{name}", ".xlsx"))

    @property
    def _has_rows(self) -> bool:
        return self._is_export and bool(getattr(self.view, "takes_known_at", False))

    @property
    def _is_tagged(self) -> bool:
        return not self._is_export and not getattr(self.view, "always_whole", False)

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        for status, answer in operation["responses"].items():
            answer["headers"] = headers.of_answer(
                self.method,
                int(status),
                self.operation,
                is_list=self._is_list,
                is_file=self._is_file,
                is_export=self._is_export,
                has_rows=self._has_rows,
            )
            answer["description"] = answer["description"] or "Done."
            if following := links.after(self.operation.id):
                answer["links"] = following
        operation["responses"] |= self._refusals()
        return examples.placed(operation)

    def get_operation_id(self) -> str:
        return self.operation.id

    def get_summary(self) -> str:
        """The first sentence of the method's docstring, or of the view's own."""
        said = self._said() or " ".join(ACRONYMS.get(word, word) for word in self.operation.id.split("_"))
        summary = said.partition("\n")[0].rstrip(".")
        return summary[:1].upper() + summary[1:]

    def get_description(self) -> str:
        return self._said().partition("\n")[2].strip()

    def get_override_parameters(self) -> list[OpenApiParameter]:
        return headers.sent(self.method, self.operation, is_tagged=self._is_tagged, has_rows=self._has_rows)

    def get_response_serializers(self) -> Any:
        form = getattr(self.view, "form", None)
        return {(200, form.media_type): FILES[form.ending]} if form else super().get_response_serializers()

    def get_filter_backends(self) -> list[Any]:
        """An export takes the filters of its list, although it answers no list."""
        if self.method == "GET" and getattr(self.view, "filterset_class", None):
            return list(self.view.filter_backends)
        return super().get_filter_backends()

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name.removesuffix('Out')}Page"

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Ways to sign in, one of which is enough; none at all is one of them where anyone may read."""
        super().get_auth()
        if not self.view.authentication_classes:
            return []
        asked = {self.operation.scope, Scope.READ if self.method == "GET" else None}
        scopes = sorted(str(one) for one in asked if one)
        signed_in: dict[str, list[str]] = {"session": []} if self.method == "GET" else {"session": [], "csrf": []}
        ways: list[dict[str, list[str]]] = [{"bearer": scopes}, {"basic": scopes}, signed_in]
        return [*ways, {}] if self.operation.public and settings.PUBLIC_READING else ways

    def _get_parameters(self) -> list[dict[str, Any]]:
        found = super()._get_parameters()
        if self.method == "GET" and getattr(self.view, "picks_fields", False):
            found.append(parameters.fields(self.view.serializer_class().fields))
        if self.method == "GET" and getattr(self.view, "takes_known_at", False):
            found.append(known_at.parameter())
        return [parameters.of_address(one["name"], self._address) if one["in"] == "path" else one for one in found]

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        """Input takes nothing it does not know; output always has all of its fields."""
        schema = super()._map_basic_serializer(serializer, direction)
        schema.pop("description", None)
        if said := vars(type(serializer)).get("__doc__"):
            schema["description"] = said
        fields = {name: (one, serializer.fields[name]) for name, one in schema.get("properties", {}).items()}
        if isinstance(serializer, StrictSerializer):
            properties = {name: _taken(one, field) for name, (one, field) in fields.items()}
            return {**schema, "properties": properties, "additionalProperties": False}
        properties = {name: _written(one) for name, (one, _) in fields.items()}
        return {**schema, "properties": properties, "required": list(properties)}

    def _said(self) -> str:
        """What was written about this very operation: inherited words are about no one in particular."""
        method = getattr(type(self.view), self.method.lower())
        said = vars(type(self.view)).get(self.method.lower(), method).__doc__ or vars(type(self.view)).get("__doc__")
        return "\n".join(line.strip() for line in (said or "").splitlines())

    def _refusals(self) -> dict[str, Any]:
        named: dict[str, Any] = {str(status): refusals.reference(status) for status in self._refused()}
        if self.method == "GET" and self._is_tagged:
            kept = headers.references({"X-Request-Id", "Cache-Control", "ETag", "Link", *headers.LIMITS})
            kept = {name: one for name, one in kept.items() if name != "Link" or self._is_list}
            named["304"] = {"description": "Unchanged since the ETag sent as If-None-Match.", "headers": kept}
        return dict(sorted(named.items()))

    def _refused(self) -> set[int]:
        """The statuses this operation can refuse with."""
        operation, statuses = self.operation, {400, 406, 429, 503, *self.operation.refuses}
        if self.view.authentication_classes:
            statuses |= {401, 403}
        if "{" in self.path:
            statuses |= {404}
        if self.method in ("POST", "PATCH"):
            statuses |= {411, 413, 415}
        if self.method != "GET":
            statuses |= {409}
        if operation.key != "ignored":
            statuses |= {422}
        if operation.match:
            statuses |= {412, 428}
        return statuses


def _taken(schema: dict[str, Any], field: Any) -> dict[str, Any]:
    """A field of an input with the bounds that drf-spectacular does not look for."""
    if "oneOf" in schema and "default" in schema["oneOf"][0]:
        # drf-spectacular puts all it knows of a text that may be blank into the other choice, its default, too.
        return {**schema, "default": schema["oneOf"][0].pop("default")}
    if isinstance(field, serializers.CharField) and not field.allow_blank:
        return {"minLength": 1, "pattern": r"\S", **schema}
    if isinstance(field, serializers.ListField) and not field.allow_empty:
        return {"minItems": 1, **schema}
    if isinstance(field, serializers.ListSerializer) and field.max_length:
        return {**schema, "maxItems": field.max_length}
    return schema


def _written(schema: dict[str, Any]) -> dict[str, Any]:
    """A field of an output, which is only ever read."""
    return {key: value for key, value in schema.items() if key not in ("readOnly", "default")}


def finished(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """The shared components, the vocabularies by name, and the tags in the order of the addresses."""
    components = result["components"]
    components["schemas"] = dict(sorted({**components["schemas"], **shapes.components()}.items()))
    own = {f"#/components/schemas/{name}" for name in shapes.vocabularies()}
    schemas = {
        name: one if f"#/components/schemas/{name}" in own else shapes.named(one)
        for name, one in components["schemas"].items()
    }
    components |= {
        "schemas": schemas,
        "responses": refusals.components(examples.of_refusals()),
        "headers": headers.components(),
    }
    components["securitySchemes"] = components.get("securitySchemes", {}) | CSRF
    used = {tag for operations in result["paths"].values() for one in operations.values() for tag in one["tags"]}
    return {
        **result,
        "info": {**result["info"], "description": INTRODUCTION},
        "tags": [{"name": name, "description": text} for name, text in TAGS.items() if name in used],
        "paths": shapes.named(result["paths"]),
    }


CSRF = {
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": "A session's write also carries the value of the cookie `csrftoken`.",
    }
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token as Bearer or, for programs that can only store a user name and a password, as Basic."""

    target_class = "measures.api.authentication.TokenAuthentication"
    name = ["bearer", "basic"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "A token, `<id>.<secret>`."},
            {"type": "http", "scheme": "basic", "description": "A token's id as user name, its secret as password."},
        ]


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a signed-in browser."""

    target_class = "measures.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of a signed-in browser.",
        }
