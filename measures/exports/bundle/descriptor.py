"""What a Data Package (https://datapackage.org, version 2) says of its files: their schemas, sizes and digests."""

from collections.abc import Iterable, Sequence
from typing import Any

from measures.exports.about import About
from measures.exports.bundle.archive import Packed
from measures.exports.tables import Column, Table, Type

PROFILE = "https://datapackage.org/profiles/2.0"
NAME = "measure-tracker-audit-bundle"
TITLE = "施策トラッカー 監査バンドル (Measure Tracker audit bundle)"
MEDIA_TYPES = {"txt": "text/plain", "json": "application/json"}
TYPES: dict[Type, dict[str, Any]] = {
    Type.TEXT: {"type": "string"},
    Type.CODE: {"type": "string"},
    Type.INTEGER: {"type": "integer"},
    Type.DECIMAL: {"type": "number"},
    Type.BOOLEAN: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    Type.DATE: {"type": "date"},
    Type.INSTANT: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%f%z"},
}


def descriptor(about: About, resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "created": about.said()["as_of"],
        **about.said(),
        "revision": about.revision,
        "resources": list(resources),
    }


def of_table(table: Table, packed: Packed, keys: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The resource of a table; `keys` are the key columns of each table there is, by its name."""
    return {
        **_resource(table.name, packed, "text/csv"),
        "$schema": f"{PROFILE}/dataresource.json",
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "title": table.title,
        "description": table.title_en,
        "dialect": {"$schema": f"{PROFILE}/tabledialect.json", "delimiter": ",", "lineTerminator": "\r\n"},
        "schema": schema(table, keys),
    }


def of_file(name: str, packed: Packed, title: str) -> dict[str, Any]:
    """The resource of what is no table."""
    ending = packed.path.rpartition(".")[2]
    # Programs take JSON Lines for a table, and lines of several kinds are none.
    form = ending if ending in MEDIA_TYPES else "txt"
    return {**_resource(name, packed, MEDIA_TYPES[form]), "format": form, "encoding": "utf-8", "title": title}


def schema(table: Table, keys: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """The Table Schema of `table`, with the foreign keys that lead to tables in `keys`."""
    said: dict[str, Any] = {
        "$schema": f"{PROFILE}/tableschema.json",
        "fields": [_field(column, table.key) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        said["primaryKey"] = list(table.key)
    led = [(columns, other) for columns, other in table.refers.items() if other in keys]
    if foreign := [_foreign(table, columns, other, keys) for columns, other in led]:
        said["foreignKeys"] = foreign
    return said


def _foreign(
    table: Table, columns: str | tuple[str, ...], other: str, keys: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    # A table that refers to itself names none.
    reference = {"resource": "" if other == table.name else other, "fields": list(keys[other])}
    return {"fields": [columns] if isinstance(columns, str) else list(columns), "reference": reference}


def _field(column: Column, key: Iterable[str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required or column.name in key else {}
    said: dict[str, Any] = {"name": column.name, **TYPES[column.type], "title": column.title}
    said["description"] = " ".join(filter(None, (column.title_en, column.description)))
    if column.unit:
        said["unit"] = column.unit
    if column.codes:
        said["categories"] = [{"value": code, "label": str(label)} for code, label in column.codes.choices]
        constraints["enum"] = list(column.codes.values)
    return {**said, **({"constraints": constraints} if constraints else {})}


def _resource(name: str, packed: Packed, media_type: str) -> dict[str, Any]:
    return {
        "name": name,
        "path": packed.path,
        "mediatype": media_type,
        "bytes": packed.size,
        "hash": f"sha256:{packed.sha256}",
    }
