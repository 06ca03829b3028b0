"""The first known state of rows that were there before their past was kept."""

from typing import Any

from django.db import migrations

MODELS = (
    "Assignment",
    "Cycle",
    "Kpi",
    "KpiStanding",
    "Measure",
    "MeasureStanding",
    "Milestone",
    "ProgressUpdate",
    "ReportedValue",
)
MOMENTS = {"ReportedValue": "(SELECT updated_at FROM measures_progressupdate WHERE id = one.update_id)"}


def remember(apps: Any, schema_editor: Any) -> None:
    for name in MODELS:
        meta = apps.get_model("measures", name)._meta
        columns = ", ".join(f'"{field.column}"' for field in meta.concrete_fields if not field.primary_key)
        schema_editor.execute(
            f"INSERT INTO {meta.db_table}history (since, gone, row_id, {columns})"  # noqa: S608
            f" SELECT {MOMENTS.get(name, 'updated_at')}, false, {meta.pk.column}, {columns} FROM {meta.db_table} one"
        )


class Migration(migrations.Migration):
    dependencies = [("measures", "0006_history")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
