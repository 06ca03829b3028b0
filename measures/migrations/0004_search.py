"""Folded text beside what is searched."""

from django.db import migrations, models

import measures.models.search


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0003_milestones"),
    ]

    operations = [
        migrations.AddField(
            model_name="element",
            name="folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=measures.models.search.Fold(
                    measures.models.search.Concat("text", models.Value("|"), "text_en")
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="kpi",
            name="folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=measures.models.search.Fold(
                    measures.models.search.Concat(
                        "code", models.Value("|"), "name", models.Value("|"), "name_en", models.Value("|"), "definition"
                    )
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=measures.models.search.Fold(
                    measures.models.search.Concat("code", models.Value("|"), "title", models.Value("|"), "title_en")
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
