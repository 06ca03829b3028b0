"""The headers that requests carry and answers come with, as the document describes them."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from measures.api.authentication import ACTING_AS
from measures.api.edge import FOR_EVER
from measures.api.openapi.operations import Operation
from measures.vocabulary import Role, Scope

# What is done under a duty.
ACTED = (Scope.REPORT, Scope.APPROVE, Scope.COORDINATE)
LIMITS = ("RateLimit-Policy", "RateLimit")
# Left out of some answers: the limits can be off, the last page has no next one, a first answer is no replay, and
# only what is made before it is sent has a digest.
SOMETIMES = {*LIMITS, "Link", "Idempotent-Replayed", "Checkpoint", "Content-Digest"}
# What a file of rows says of itself.
OF_ROWS = {"As-Of", "Revision", "Checkpoint", "Content-Digest"}
TAG = {"type": "string", "pattern": '^"[!#-~]+"$', "examples": ['"v7"']}

FINAL = f"max-age={FOR_EVER}, immutable"
KEPT = ["no-cache", "private, no-cache", f"public, {FINAL}", f"private, {FINAL}"]
ANSWERED: dict[str, tuple[str, dict[str, Any]]] = {
    "X-Request-Id": (
        "What the log knows this request by: the caller's own when it sent one of 8 to 64 letters, digits and . _ -",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$", "examples": ["5f0c2c9d1a7b4e36"]},
    ),
    "Cache-Control": (
        "How long the answer may be kept; `no-cache` may be kept, and asked for again with If-None-Match, and what is "
        "`immutable` is the final answer about a moment.",
        {"type": "string", "enum": ["no-store", *KEPT]},
    ),
    "ETag": ("What stands now; send it as If-None-Match to read again, as If-Match to change.", TAG),
    "Link": (
        'The next page, as `rel="next"` (RFC 8288); left out on the last one.',
        {"type": "string", "pattern": '^<[^>]+>; rel="next"$'},
    ),
    "Location": ("Where what was made is read.", {"type": "string", "format": "uri-reference", "pattern": "^/"}),
    "Consistency-Token": (
        "Where the database's log stands after this write.",
        {"type": "string", "pattern": "^[0-9A-F]+/[0-9A-F]+$", "examples": ["0/19A8B38"]},
    ),
    "Idempotent-Replayed": (
        "`true` when this is the first answer again; left out otherwise.",
        {"type": "string", "enum": ["true"]},
    ),
    "Content-Disposition": (
        "The name to save it by.",
        {"type": "string", "examples": ['attachment; filename="measures.csv"']},
    ),
    "As-Of": (
        "Of which moment the rows are: `known_at`, or when they began to be read.",
        {"type": "string", "format": "date-time", "examples": ["2026-11-23T15:04:05.123456+09:00"]},
    ),
    "Revision": ("How many public changes there were then.", {"type": "integer", "minimum": 0}),
    "Checkpoint": (
        "The log's newest checkpoint of then: its origin, size and root; left out before the first.",
        {"type": "string", "pattern": "^[^ ]+ [0-9]+ [0-9A-Za-z+/]{43}=$"},
    ),
    "Content-Digest": (
        "The SHA-256 of all bytes (RFC 9530), of files that are made before they are sent.",
        {"type": "string", "pattern": "^sha-256=:[0-9A-Za-z+/]{43}=:$"},
    ),
    "WWW-Authenticate": ("How credentials are sent.", {"type": "string"}),
    "Allow": ("The methods that the address takes.", {"type": "string", "examples": ["GET, HEAD, OPTIONS"]}),
    "Retry-After": ("Seconds after which to come back.", {"type": "integer", "minimum": 0}),
    "RateLimit-Policy": (
        "The limit this request was counted under: its name, q requests in w seconds; left out when it is off.",
        {"type": "string", "examples": ['"read";q=2000;w=10']},
    ),
    "RateLimit": (
        "What is left of it: r requests in the next t seconds.",
        {"type": "string", "examples": ['"read";r=1999;t=10']},
    ),
}


def components() -> dict[str, Any]:
    return {
        name: {"description": text, "required": name not in SOMETIMES, "schema": schema}
        for name, (text, schema) in ANSWERED.items()
    }


def references(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ANSWERED if name in set(names)}


def of_answer(
    method: str, status: int, operation: Operation, *, is_list: bool, is_file: bool, is_export: bool, has_rows: bool
) -> dict[str, Any]:
    """The headers of what an operation answers when it does not refuse."""
    names = {"X-Request-Id", "Cache-Control", *LIMITS}
    if method == "GET":
        names |= {"Content-Disposition", "Content-Digest"} if is_file else set()
        names |= set() if is_export else {"ETag"}
        names |= OF_ROWS if has_rows else set()
        names |= {"Link"} if is_list else set()
    else:
        names |= {"Consistency-Token"}
        names |= {"Idempotent-Replayed"} if operation.key != "ignored" else set()
        names |= {"ETag"} if operation.tagged else set()
        names |= {"Location"} if status == 201 else set()
    return references(names)


def sent(method: str, operation: Operation, *, is_tagged: bool, has_rows: bool) -> list[OpenApiParameter]:
    """The request headers that an operation needs or takes."""
    found = []
    if operation.scope in ACTED:
        found.append(_parameter(
            ACTING_AS, "One of the caller's duties, as a role at a ministry, to act under it alone; /me lists them.",
            {"type": "string", "pattern": f"^({'|'.join(Role.values)})@.+$", "examples": ["officer@jpo"]},
        ))  # fmt: skip
    if operation.key != "ignored":
        found.append(_parameter(
            "Idempotency-Key",
            "A new one for each thing you do; sent again, it gets the first answer again. Kept 24 hours.",
            {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
            required=operation.key == "needed",
        ))  # fmt: skip
    if operation.match:
        found.append(_parameter(
            "If-Match", "The ETag of what you read and now act on, or * for whatever stands.",
            {"type": "string", "minLength": 1, "examples": ['"v1"']}, required=True,
        ))  # fmt: skip
    if has_rows:
        found.append(_parameter(
            "Want-Content-Digest", "`sha-256=1` has the file made first, and sent with its Content-Digest (RFC 9530).",
            {"type": "string", "examples": ["sha-256=1"]},
        ))  # fmt: skip
    if method == "GET" and is_tagged:
        found.append(_parameter(
            "If-None-Match", "The ETag of what you have: answered 304 while it still stands.",
            {"type": "string", "examples": ['"v1"']},
        ))  # fmt: skip
    return found


def _parameter(name: str, text: str, schema: dict[str, Any], *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, required=required, description=text)
