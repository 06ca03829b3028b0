"""Reminders: the day that a notice is of, once a person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0023_rating_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="told_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "提出"),
                    ("returned", "差戻し"),
                    ("approved", "承認"),
                    ("corrected", "訂正"),
                    ("reminder", "期限のお知らせ"),
                    ("overdue", "期限超過"),
                    ("escalated", "期限超過の報告"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "subject_type", "subject_code", "told_on"), name="notice_reminds_once_a_day"
            ),
        ),
    ]
