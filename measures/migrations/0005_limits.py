"""Counts of requests, in a table that a crash may empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0004_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                ("key", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("hits", models.PositiveIntegerField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["until"], name="request_count_until")],
            },
        ),
        # Half of each page stays free, so that counting up writes beside the row and touches no index.
        migrations.RunSQL(
            "ALTER TABLE measures_requestcount SET UNLOGGED, SET (fillfactor = 50)", migrations.RunSQL.noop
        ),
    ]
