"""What a list can be put in order by beside its own order: `order=NAME`, or `order=-NAME` from the other end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, TextChoices, Value, When
from django.db.models.functions import Coalesce
from rest_framework.request import Request

from measures.api.fields import nearest
from measures.errors import Problem
from measures.messages import say

PARAMETER = "order"
KEY = "order_key"


@dataclass(frozen=True, slots=True)
class Order:
    """Rows in the order of a key that is never null; `key` gives it, told whether the order is turned around."""

    key: Callable[[bool], Any]


def by_word(column: str, words: type[TextChoices]) -> Order:
    """In the order in which the vocabulary has its words; what has none stands last either way."""

    def key(is_reversed: bool) -> Any:
        places = [When(**{column: word}, then=Value(place)) for place, word in enumerate(words.values)]
        return Case(*places, default=Value(-1 if is_reversed else len(words.values)), output_field=IntegerField())

    return Order(key)


def by_day(column: str) -> Order:
    """The earliest first; what has no day stands last either way."""
    return Order(lambda is_reversed: Coalesce(column, Value(date.min if is_reversed else date.max)))


def names(orders: Mapping[str, Order]) -> list[str]:
    """All that can be asked for."""
    return [f"{sign}{name}" for name in orders for sign in ("", "-")]


def problems(request: Request, orders: Mapping[str, Order]) -> list[Problem]:
    """Why the list cannot be put in the order that is asked for."""
    given = request.query_params.get(PARAMETER)
    if not given or not orders or given in names(orders):
        return []
    detail = say("'{given}' is not a known value. {hint}", given=given[:64], hint=nearest(given[:64], names(orders)))
    return [Problem("", "unknown-value", detail, parameter=PARAMETER)]


def ordered(
    rows: QuerySet[Any], keyset: Sequence[str], request: Request, orders: Mapping[str, Order]
) -> tuple[QuerySet[Any], tuple[str, ...]]:
    """The rows with the key that is asked for, and the keyset that begins with it; as they were without one."""
    given = request.query_params.get(PARAMETER, "")
    order = orders.get(given.removeprefix("-"))
    if order is None:
        return rows, tuple(keyset)
    sign = "-" if given.startswith("-") else ""
    return rows.annotate(**{KEY: order.key(bool(sign))}), (f"{sign}{KEY}", *keyset)
