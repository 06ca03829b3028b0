"""The views of the past find a row by its key first; what is asked of the past by another column has an index."""

from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0013_events_by_moment"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="progressupdatehistory",
            index=models.Index(fields=["measure_id"], name="progressupdate_past_measure_id"),
        ),
        migrations.AddIndex(
            model_name="reportedvaluehistory",
            index=models.Index(fields=["update_id"], name="reportedvalue_past_update_id"),
        ),
        _as_of.anew(),
    ]
