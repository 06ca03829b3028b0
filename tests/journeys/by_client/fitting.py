"""Whether a value is what its type says, all the way down.

A generated client answers with the bare dictionary, and says nothing, where it finds no model that fits.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from types import UnionType
from typing import Any, BinaryIO, Literal, Union, get_args, get_origin, get_type_hints

REST = "additional_properties"


def misfits(value: object, hint: Any, place: str) -> Iterator[str]:
    """Where in `value`, which stands at `place`, something is not of its type."""
    origin, of = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        found = [list(misfits(value, one, place)) for one in of]
        # The nearest miss tells most: a model with one wrong field, rather than the models that it is not.
        yield from [] if [] in found else max(found, key=lambda said: len(said[0].partition(":")[0]))
    elif origin is Literal:
        yield from [] if value in of else [f"{place}: {value!r} is not {hint}"]
    elif origin is list and isinstance(value, list):
        for index, one in enumerate(value):
            yield from misfits(one, of[0], f"{place}[{index}]")
    elif origin is dict and isinstance(value, dict):
        for key, one in value.items():
            yield from misfits(one, of[1], f"{place}.{key}")
    elif hint is BinaryIO:
        yield from [] if isinstance(value, BytesIO) else [f"{place}: {value!r} is no file"]
    elif hint is not Any and type(value) is not hint:
        yield f"{place}: {value!r} is not {hint}"
    elif hasattr(hint, "__attrs_attrs__"):
        yield from _of_model(value, place)


def _of_model(value: object, place: str) -> Iterator[str]:
    hints = _hints(type(value))
    for name, hint in hints.items():
        yield from misfits(getattr(value, name), hint, f"{place}.{name}")
    rest = getattr(value, REST, {})
    if hints.get(REST) == dict[str, Any] and len(hints) > 1 and rest:
        yield f"{place}: {sorted(rest)} are not documented"


@cache
def _hints(model: type) -> Mapping[str, Any]:
    """The models name each other without importing each other; their package knows them all."""
    package = sys.modules[model.__module__.rpartition(".")[0]]
    return get_type_hints(model, localns=vars(package))
