"""A page of a list in one statement: which rows it holds as the request asks, and the JSON of each, compiled once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language
from rest_framework import serializers

from measures.api.compiled.fields import item
from measures.queries.prepared import fetch

# More shapes than this are forgotten again: `fields` has very many.
SHAPES = 256


def read(
    page: QuerySet[Any],
    keyset: Sequence[str],
    *,
    serializer: type[serializers.BaseSerializer[Any]],
    rows: Callable[[], QuerySet[Any]],
    fields: tuple[str, ...] | None = None,
) -> list[tuple[bytes, list[Any]]]:
    """The JSON of each row of `page`, which is ordered by `keyset` and cut, with its values of the keyset.

    `fields` leaves only those of the serializer; `rows` gives the unfiltered rows with what it needs prefetched.
    """
    names = [name.lstrip("-") for name in keyset]
    keys = page.select_related(None).prefetch_related(None).defer(None).values_list("pk", *names)
    try:
        chosen, parameters = keys.query.sql_with_params()
    except EmptyResultSet:
        return []
    text, given = _compiled(serializer, fields, get_language() or "", rows)
    columns = [f"k{place}" for place in range(len(keyset))]
    order = [f"{one} DESC" if name.startswith("-") else one for one, name in zip(columns, keyset, strict=True)]
    statement = (
        f"SELECT ({text})::text, {', '.join(columns)} FROM ({chosen}) AS page (pk, {', '.join(columns)})"
        f" ORDER BY {', '.join(order)}"
    )
    return [(one.encode(), values) for one, *values in fetch(statement, (*given, *parameters))]


@lru_cache(SHAPES)
def _compiled(
    serializer: type[serializers.BaseSerializer[Any]],
    names: tuple[str, ...] | None,
    language: str,
    rows: Callable[[], QuerySet[Any]],
) -> tuple[str, tuple[Any, ...]]:
    """The statement for the JSON of the row page.pk, with these fields and labels in this language."""
    shaped: Any = serializer()
    for name in set(shaped.fields) - set(names or shaped.fields):
        shaped.fields.pop(name)
    source = rows()
    row = source.select_related(None).prefetch_related(None).defer(None).filter(pk=RawSQL("page.pk", ()))
    query = row.order_by().annotate(item=item(shaped, source)).values("item").query
    return query.sql_with_params()
