"""Counting the events of an audience up to a moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0011_events_in_time"),
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
