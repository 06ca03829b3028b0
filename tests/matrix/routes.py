"""What the API has, read from its urls: every address with its view and the methods that the view offers."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver

from measures.api import urls
from measures.api.views import ListView

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WITHOUT_ROW = ("HEAD", "OPTIONS")  # HEAD is as GET, OPTIONS is everywhere


class Route(NamedTuple):
    address: str
    view: Any
    offered: frozenset[str]


@cache
def routes() -> tuple[Route, ...]:
    return tuple(_found(urls.urlpatterns, ""))


@cache
def lists() -> frozenset[str]:
    """Addresses that are answered in pages."""
    return frozenset(route.address for route in routes() if issubclass(route.view, ListView))


def offered() -> set[tuple[str, str]]:
    """Every address and method that needs a row in the policy."""
    return {(route.address, method) for route in routes() for method in route.offered}


def _found(patterns: Iterable[Any], before: str) -> Iterator[Route]:
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _found(one.url_patterns, address)
        elif isinstance(one, URLPattern):
            # A view that is a plain function has no list of methods, and fails here.
            view = one.callback.view_class
            allowed = {name.upper() for name in view.http_method_names if hasattr(view, name)}
            yield Route(address, view, frozenset(allowed - set(WITHOUT_ROW)))
