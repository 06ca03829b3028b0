"""Lists by keyset: a page begins where the last one ended, however many rows came or went in between."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api import orders
from measures.api.authentication import actor_of
from measures.errors import BadInput, Problem
from measures.messages import say

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
PARAMETERS = ("limit", "cursor", "count", "fields")


class KeysetPagination(BasePagination):
    """`limit`, `cursor` and `count` for a view that names its `keyset`: the fields it is ordered by, the last unique.

    A leading minus in `keyset` turns the whole order of that field around.
    """

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        self.request, self.keyset = request, tuple(view.keyset)
        self.total = queryset.count() if _flag(request, "count") else None
        limit = limit_of(request)
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(_after(self.keyset, self._position(cursor)))
        read = getattr(view, "read", self._read)
        rows = read(queryset.order_by(*self.keyset)[: limit + 1])
        self.next = self._cursor(rows[limit - 1][1]) if len(rows) > limit else None
        return [row for row, _ in rows[:limit]]

    def get_paginated_response(self, data: Any) -> Response:
        body = {"items": data, "next": self.next}
        if self.total is not None:
            body["total"] = self.total
        response = Response(body)
        if self.next:
            given = [(key, value) for key, values in self.request.query_params.lists() for value in values]
            query = urlencode([pair for pair in given if pair[0] != "cursor"] + [("cursor", self.next)])
            response["Link"] = f'<{self.request.build_absolute_uri(self.request.path)}?{query}>; rel="next"'
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": schema,
                "next": {"type": ["string", "null"], "description": "Send it as `cursor` for the next page."},
                "total": {"type": "integer", "description": "Only with `count=true`."},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}

        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        ordered = [
            parameter(
                orders.PARAMETER,
                {"type": "string", "enum": orders.names(view.orders)},
                "What the list is ordered by, in place of its own order; with a minus from the other end.",
            )
        ]
        return [
            *(ordered if getattr(view, "orders", None) else ()),
            parameter("limit", limit, "How many items a page holds."),
            parameter(
                "cursor", {"type": "string", "minLength": 1}, "`next` of the page before, with the same filters."
            ),
            parameter("count", {"type": "boolean"}, "Adds `total`."),
        ]

    def _read(self, page: QuerySet[Any]) -> list[tuple[Any, list[Any]]]:
        """Each row of the page with its values of the keyset."""
        return [(row, [_value(row, name.lstrip("-")) for name in self.keyset]) for row in page]

    def _cursor(self, position: Sequence[Any]) -> str:
        values = [_wire(value) for value in position]
        # Not signing.dumps: its timestamp would give an unchanged page a new cursor, and so a new ETag, each second.
        return signing.Signer(salt=self._salt()).sign_object(values, compress=True)

    def _position(self, cursor: str) -> Sequence[Any]:
        try:
            values = signing.Signer(salt=self._salt()).unsign_object(cursor)
        except (signing.BadSignature, ValueError):
            detail = say("The cursor is not one of this list with these filters: begin again without it.")
            raise BadInput([Problem("", "bad-cursor", detail, parameter="cursor")]) from None
        return list(values)

    def _salt(self) -> str:
        """What a cursor is bound to: the path, its order, the filters and the caller."""
        filters = sorted(
            (key, value)
            for key, values in self.request.query_params.lists()
            for value in values
            if key not in PARAMETERS
        )
        bound = repr((self.request.path, self.keyset, filters, actor_of(self.request).person_id))
        return f"cursor:{sha256(bound.encode()).hexdigest()}"


def limit_of(request: Request) -> int:
    """How many items the caller wants on a page. Raises BadInput."""
    given = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if WHOLE_NUMBER.fullmatch(given) and int(given) <= MAX_LIMIT:
        return int(given)
    detail = say("limit must be a whole number from 1 to {max_limit}.", max_limit=MAX_LIMIT)
    raise BadInput([Problem("", "invalid", detail, parameter="limit")])


def _flag(request: Request, name: str) -> bool:
    given = request.query_params.get(name, "false")
    if given in ("true", "false"):
        return given == "true"
    raise BadInput([Problem("", "invalid", say("{name} must be true or false.", name=name), parameter=name)])


def _after(keyset: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows past `values` in the order of `keyset`.

    That none is before the first of them is said again by itself: an index takes only that, and so a page far down is
    found at once instead of by reading all that stand before it.
    """
    after, equal = Q(), Q()
    for name, value in zip(keyset, values, strict=True):
        field = name.lstrip("-")
        after |= equal & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{field: value})
    first = keyset[0].lstrip("-")
    return Q(**{f"{first}__{'lte' if keyset[0].startswith('-') else 'gte'}": values[0]}) & after


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
