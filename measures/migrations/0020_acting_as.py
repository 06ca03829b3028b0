"""The duty under which a turn of a report was made."""

from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0019_decisions"),
    ]

    operations = [
        _as_of.dropped(),
        migrations.AddField(
            model_name="review",
            name="acting_ministry",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="review",
            name="acting_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("officer", "担当者"),
                    ("approver", "承認者"),
                    ("coordinator", "総括調整官"),
                    ("auditor", "監査担当"),
                    ("administrator", "管理者"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acting_ministry", ""), ("acting_role", "")),
                    models.Q(
                        models.Q(("acting_role", ""), _negated=True), models.Q(("acting_ministry", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="review_acting_both_or_neither",
            ),
        ),
        _as_of.anew(),
    ]
