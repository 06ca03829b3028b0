"""Changes of the rule by which KPIs are rated."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0022_evidence"),
    ]

    operations = [
        _as_of.dropped(),
        migrations.AlterField(
            model_name="kpistanding",
            name="rating",
            field=models.CharField(choices=[("A", "A"), ("B", "B"), ("N", "N"), ("F", "F")], max_length=1, null=True),
        ),
        migrations.AlterField(
            model_name="measurestanding",
            name="rating",
            field=models.CharField(choices=[("A", "A"), ("B", "B"), ("N", "N"), ("F", "F")], max_length=1, null=True),
        ),
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=16)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulechange",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="814665fc01b3e0094bbd3c8aadf068a8218af60e",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_69a3c",
                    table="measures_rulechange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulechange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="fed0d6ee135ef4897abebebc02e21e60635c2402",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c6494",
                    table="measures_rulechange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rulechange",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="c90d6f2ed08d3e84ec2e9592bc07e0a0d28b6cf0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_459d2",
                    table="measures_rulechange",
                    when="BEFORE",
                ),
            ),
        ),
        _as_of.anew(),
    ]
