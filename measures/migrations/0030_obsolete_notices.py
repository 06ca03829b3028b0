"""Notices that came to nothing before they were mailed are marked so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0029_imports"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_waiting",
        ),
        migrations.AddField(
            model_name="notice",
            name="obsolete_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("mail", None), ("obsolete_at", None)),
                fields=["person", "not_before"],
                name="notice_waiting",
            ),
        ),
    ]
