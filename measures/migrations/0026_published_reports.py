"""Published reports of cycles, and the files that were made of each."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0025_proposals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=48, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("known_at", models.DateTimeField()),
                ("rule", models.CharField(max_length=16)),
                ("revision", models.BigIntegerField()),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="measures.checkpoint",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="measures.cycle"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="measures.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="measures.report"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("cycle", "number"), name="report_version_once_a_cycle"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("supersedes__isnull", True)),
                    models.Q(("number__gt", 1), ("supersedes__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="report_later_version_supersedes_with_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="3f4bbd0251cbddfa12abdcdf4a2ab39f6bf5a004",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_1c0b9",
                    table="measures_report",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="6f3ef46dec66fc5c24a8570475f9d02be67cf867",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_773f1",
                    table="measures_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="36f2d2fa338cc6d7c71d443aa8b07592032f4f08",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_27141",
                    table="measures_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="hashed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the sha256 is not that of the content';\n    END IF;\n    RETURN NEW;\n",
                    hash="155e9cdc8be73d9602d0b70e545e9eb20c9e1611",
                    operation="INSERT",
                    pgid="pgtrigger_hashed_f5071",
                    table="measures_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="report",
            trigger=pgtrigger.compiler.Trigger(
                name="succeeds",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT FROM measures_report WHERE id = NEW.supersedes_id\n        AND cycle_id = NEW.cycle_id AND number = NEW.number - 1 AND known_at < NEW.known_at) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a report supersedes the version before it, of the same cycle and known earlier';\n    END IF;\n    RETURN NEW;\n",
                    hash="a14bae18afd3d3cac53d1bc68c1386d9c422001f",
                    operation="INSERT",
                    pgid="pgtrigger_succeeds_0ea22",
                    table="measures_report",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfile",
            constraint=models.UniqueConstraint(fields=("report", "name"), name="report_file_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfile",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="83d9d9a319e9d2465dcec6d105ea7c5c5886c547",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_6900c",
                    table="measures_reportfile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfile",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="f6097b1e6331cd64bb137684236e6a8c6877eb49",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ee669",
                    table="measures_reportfile",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfile",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="c88562ee422b1c5bd07140d1acea924b6b0e3d18",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_9bc1d",
                    table="measures_reportfile",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportfile",
            trigger=pgtrigger.compiler.Trigger(
                name="hashed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF NEW.sha256 <> encode(sha256(NEW.data), 'hex') THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the sha256 is not that of the content';\n    END IF;\n    RETURN NEW;\n",
                    hash="35e3ac9dd586b39c2a36751f608a7e14eda2a7ae",
                    operation="INSERT",
                    pgid="pgtrigger_hashed_feccd",
                    table="measures_reportfile",
                    when="BEFORE",
                ),
            ),
        ),
        _as_of.anew(),
    ]
