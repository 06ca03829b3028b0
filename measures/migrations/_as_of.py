"""Making the views of the past anew, at the end of a migration that changes a table."""

from typing import Any

from django.db.migrations import RunPython

from measures.models import as_of


def make(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(as_of.DROP)
    for statement in as_of.statements(lambda name: apps.get_model("measures", name)):
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(as_of.DROP)


def anew() -> RunPython:
    """The last operation of such a migration. One that drops or alters a column begins with `dropped()`."""
    return RunPython(make, drop)


def dropped() -> RunPython:
    return RunPython(drop, make)
