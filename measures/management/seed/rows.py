"""The rows of a fixture while it is built: numbered in the order they are added, found again by their codes."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

APP = "measures"


class Rows:
    """Rows by model. `add` numbers them from 1 in reading order, which is the order of the documents and files."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, dict[str, Any]]] = {}
        self._keys: dict[tuple[str, Any], int] = {}

    def add(self, model: str, fields: Mapping[str, Any], *, key: Any = None, pk: int | None = None) -> int:
        """Adds a row and returns its pk; `key` is what `pk()` finds it by and must be new."""
        table = self._rows.setdefault(model, {})
        pk = len(table) + 1 if pk is None else pk
        if pk in table or (model, key) in self._keys:
            raise ValueError(f"{model} {key or pk} is there twice")
        table[pk] = dict(fields)
        if key is not None:
            self._keys[model, key] = pk
        return pk

    def pk(self, model: str, key: Any) -> int:
        if (model, key) not in self._keys:
            raise KeyError(f"there is no {model} {key!r}")
        return self._keys[model, key]

    def of(self, model: str) -> Mapping[int, dict[str, Any]]:
        return self._rows.get(model, {})

    def counts(self) -> dict[str, int]:
        return {f"{APP}.{model}": len(table) for model, table in self._rows.items()}

    def objects(self) -> Iterator[dict[str, Any]]:
        """The rows as a fixture holds them: plain JSON values, models in the order they were begun."""
        for model, table in self._rows.items():
            for pk, fields in table.items():
                yield {"model": f"{APP}.{model}", "pk": pk, "fields": {name: plain(v) for name, v in fields.items()}}


def plain(value: Any) -> Any:
    """A value as JSON writes it in a fixture; decimals are strings, so that no digit is lost."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value
