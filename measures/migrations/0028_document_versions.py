"""Later versions of documents, and where measures stand in them."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0027_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=300)),
                ("title_en", models.CharField(max_length=300)),
                ("issuer", models.CharField(max_length=200)),
                ("issuer_en", models.CharField(max_length=200)),
                ("issued_on", models.DateField()),
                ("plan_from", models.PositiveSmallIntegerField(null=True)),
                ("plan_to", models.PositiveSmallIntegerField(null=True)),
                ("plan_text", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("noise_lines", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="element",
            name="element_code_in_document",
        ),
        migrations.RemoveConstraint(
            model_name="element",
            name="element_order_in_document",
        ),
        migrations.AddField(
            model_name="element",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="proposal",
            name="fates",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="proposal",
            name="replaces",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.document"
            ),
        ),
        migrations.AddConstraint(
            model_name="element",
            constraint=models.UniqueConstraint(fields=("document", "version", "code"), name="element_code_in_version"),
        ),
        migrations.AddConstraint(
            model_name="element",
            constraint=models.UniqueConstraint(
                fields=("document", "version", "order"), name="element_order_in_version"
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="measures.document"
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="element",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quotes", to="measures.measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.UniqueConstraint(fields=("document", "version"), name="document_version_once"),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 2)), name="document_version_is_a_later_one"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="documentversion",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="dbcc990b1bbddbf3be7e677686d935359de38dd0",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_94415",
                    table="measures_documentversion",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="documentversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="5ed95c1e9a3f7042ed00877d50d17ed75f82655d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a11e0",
                    table="measures_documentversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="documentversion",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="efad08f09490cc6e006658d9c39117a07feaa2df",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_92c80",
                    table="measures_documentversion",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="quote",
            constraint=models.UniqueConstraint(fields=("measure", "element"), name="quote_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quote",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="55605a4d837f80e0e60445303835630179b68d8d",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_ac4c1",
                    table="measures_quote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quote",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="edb30b4d65fb7c522c6faf40f8a2f42a86000ff9",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f498d",
                    table="measures_quote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="quote",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="f4316f82930440655f4ec5605bb20f92e3ce40ab",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_01c20",
                    table="measures_quote",
                    when="BEFORE",
                ),
            ),
        ),
        _as_of.anew(),
    ]
