"""A process counts several requests of a caller at once, and has to be told how many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0020_acting_as"),
    ]

    operations = [
        migrations.AddField(
            model_name="requestcount",
            name="leased",
            field=models.PositiveIntegerField(db_default=1),
        ),
    ]
