"""What every resource's views share: `fields`, strict parameters, one row by its code."""

import builtins
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api.authentication import actor_of
from measures.api.compiled import pages
from measures.api.fields import nearest
from measures.api.filters import wrong_parameters
from measures.api.known_at import PARAMETER, KnownAt, noted
from measures.api.orders import Order, ordered
from measures.api.writes import etag
from measures.errors import BadInput, NotVisible, Problem
from measures.messages import NOUNS, say
from measures.rules.roles import Actor


class PickedFields:
    """`fields=a,b` leaves only those fields in each item."""

    picks_fields = True

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)  # type: ignore[misc]
        request: Request = self.request  # type: ignore[attr-defined]
        if picked := request.query_params.get("fields"):
            _pick(getattr(serializer, "child", serializer).fields, picked.split(","))
        return serializer

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)  # type: ignore[attr-defined]


def _pick(fields: Any, wanted: list[str]) -> None:
    if unknown := [name for name in wanted if name not in fields]:
        raise BadInput(
            [
                Problem(
                    "",
                    "unknown-field",
                    say("There is no field '{name}'. {hint}", name=name[:64], hint=nearest(name, fields)),
                    parameter="fields",
                )
                for name in unknown
            ]
        )
    for name in set(fields) - set(wanted):
        fields.pop(name)


class ListView(KnownAt, PickedFields, generics.ListAPIView):
    """A list in `keyset` order, or in one of its `orders`, filtered by `filterset_class`."""

    keyset: tuple[str, ...] = ("code",)
    orders: Mapping[str, Order] = {}

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows, self.keyset = ordered(super().filter_queryset(queryset), self.keyset, self.request, self.orders)
        return rows


class CompiledListView(ListView):
    """A list whose JSON the database writes; `rows` gives its rows with what the serializer needs prefetched."""

    rows: Callable[[], QuerySet[Any]]

    def get_queryset(self) -> QuerySet[Any]:
        return type(self).rows()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        items = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(orjson.Fragment(b"[" + b",".join(items or ()) + b"]"))

    def read(self, page: QuerySet[Any]) -> builtins.list[tuple[bytes, builtins.list[Any]]]:
        picked = tuple(self.get_serializer().fields) if self.request.query_params.get("fields") else None
        return pages.read(page, self.keyset, serializer=self.serializer_class, fields=picked, rows=type(self).rows)


class DetailView(KnownAt, PickedFields, generics.RetrieveAPIView):
    """One row by `lookup_field`; its version, when it has one, is its ETag, that of a past state comes from its text.

    `always_whole` rows show something that their version does not count, so they are never answered 304.
    """

    lookup_field = "code"
    filter_backends: tuple[Any, ...] = ()
    parameters: tuple[str, ...] = ("fields",)
    always_whole = False

    def get_object(self) -> Any:
        known = (*self.parameters, PARAMETER) if self.takes_known_at else self.parameters
        if problems := wrong_parameters(self.request, known):
            raise BadInput(problems)
        return find(self.get_queryset(), self.lookup_field, self.kwargs[self.lookup_field])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        response = Response(self.get_serializer(row).data)
        if noted(request):
            return response
        if hasattr(row, "version"):
            response["ETag"] = etag(row.version)
        response.always_whole = self.always_whole
        return response


def find(queryset: Any, field: str, value: Any) -> Any:
    """The one row whose `field` is `value`, or the refusal that it is not there, with the nearest code."""
    row = queryset.filter(**{field: value}).first() if "\x00" not in str(value) else None
    if row is not None:
        return row
    noun = NOUNS[queryset.model._meta.model_name]
    hint = ""
    if field == "code":
        hint = " " + nearest(str(value)[:64], queryset.order_by("code").values_list("code", flat=True)[:2000])
    raise NotVisible(
        "not-found",
        say("There is no {noun} '{value}' that you may see.{hint}", noun=noun, value=str(value)[:64], hint=hint),
    )
