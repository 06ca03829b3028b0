"""Counting the events of an audience up to a moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0012_event_xid_is_nearly_unique"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="event",
            name="event_audience",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["audience", "at"], name="event_audience"),
        ),
    ]
