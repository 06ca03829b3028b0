"""Every operation that reads, called through the generated client by the administrator.

It reads the address, the token and the names of the operations from standard input, and reports each one's type.
"""

import importlib
import inspect
import json
import pkgutil
import sys
from types import ModuleType
from typing import Any, get_args, get_type_hints

import measure_tracker_client.api
from measure_tracker_client import AuthenticatedClient
from measure_tracker_client.models import Problem

from tests.journeys.by_client.answers import answer


def modules() -> dict[str, ModuleType]:
    """By the name of the operation."""
    found = pkgutil.walk_packages(measure_tracker_client.api.__path__, "measure_tracker_client.api.")
    return {one.name.rpartition(".")[2]: importlib.import_module(one.name) for one in found if not one.ispkg}


def kind_of(module: ModuleType) -> type:
    """What it says it answers when it does not refuse; the Any stands for 304."""
    (kind,) = {*get_args(get_type_hints(module.sync)["return"])} - {Problem, Any, type(None)}
    return kind


def place_of(module: ModuleType) -> list[str]:
    """The parameters that stand in its address."""
    given = inspect.signature(module.sync_detailed).parameters.values()
    return [one.name for one in given if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]


def main() -> None:
    given = json.load(sys.stdin)
    client = AuthenticatedClient(given["base"], token=given["token"])
    reads = {name: module for name, module in modules().items() if name in given["reads"]}
    assert set(reads) == set(given["reads"])
    first: dict[str, Any] = {}
    said = {}
    for name, module in sorted(reads.items(), key=lambda one: len(place_of(one[1]))):
        tag = module.__name__.split(".")[-2]
        known = given["places"]
        place = [known.get(key) or known.get(tag) or getattr(first[tag], key) for key in place_of(module)]
        found = answer(module.sync_detailed(*place, client=client), kind_of(module))
        items = getattr(found, "items", None)
        if items is not None:
            assert items, f"{name} was answered with an empty list"
            first.setdefault(tag, items[0])
        said[name] = kind_of(module).__name__
    print(json.dumps(said))


if __name__ == "__main__":
    main()
