"""What the OpenAPI document says beyond the serializers and filters: headers, refusals, the problem shape."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="A new one for each thing you do; sent again, it gets the first answer again. Kept 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of what you read and now change.",
)
FIELDS = OpenApiParameter("fields", str, description="Names of the fields to leave in each item, joined by commas.")
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer into the body."},
                    "parameter": {"type": "string", "description": "A query parameter or a header."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
REFUSALS = {
    "get": ("400", "401", "403", "404", "406"),
    "post": ("400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "428"),
    "patch": ("400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "428"),
    "delete": ("400", "401", "403", "404", "406", "409", "412", "422", "428"),
}


class Schema(AutoSchema):
    """Adds the headers that writes need and `fields` where the answer has items to pick from."""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        parameters = []
        on_one_row = "{" in self.path
        if self.method == "POST":
            parameters.append(IDEMPOTENCY_KEY)
        if self.method in ("PATCH", "DELETE") or (self.method == "POST" and on_one_row):
            parameters.append(IF_MATCH)
        if self.method == "GET" and getattr(self.view, "picks_fields", False):
            parameters.append(FIELDS)
        return parameters

    def get_filter_backends(self) -> list[Any]:
        """An export takes the filters of its list, although it answers no list."""
        if self.method == "GET" and getattr(self.view, "filterset_class", None):
            return list(self.view.filter_backends)
        return super().get_filter_backends()


def with_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Documents the refusals of every operation in the one problem shape, and 304 where answers have validators."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if "application/json" in operation["responses"].get("200", {}).get("content", {}) and method == "get":
                operation["responses"]["304"] = {"description": "Unchanged since the ETag sent as If-None-Match."}
            for status in REFUSALS[method]:
                operation["responses"].setdefault(status, {"description": "Refused.", "content": content})
    return result


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token as Bearer or, for programs that can only store a user name and a password, as Basic."""

    target_class = "measures.api.authentication.TokenAuthentication"
    name = ["bearer", "basic"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        return [{"type": "http", "scheme": "bearer"}, {"type": "http", "scheme": "basic"}]


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a signed-in browser."""

    target_class = "measures.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
