"""The views that show the tables as they stood at a moment."""

from typing import Any

from django.db import migrations

from measures.models import as_of


def make(apps: Any, schema_editor: Any) -> None:
    for statement in as_of.statements(lambda name: apps.get_model("measures", name)):
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(as_of.DROP)


class Migration(migrations.Migration):
    dependencies = [("measures", "0007_first_states")]

    operations = [migrations.RunPython(make, drop)]
