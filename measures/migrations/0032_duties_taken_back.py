"""A duty can be taken back on the day it begins."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0031_baselines_decided_on"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="duty",
            name="duty_ends_after_it_begins",
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="duty_ends_once_it_begins",
            ),
        ),
    ]
