"""Evidence of reports and milestones, and its verification."""

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0021_leases"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceVerification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("file", "ファイル"), ("address", "URL")], max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("url", models.TextField(blank=True)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("released_on", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.measure"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="measures.milestone",
                    ),
                ),
                (
                    "ministry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.ministry"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="measures.evidence",
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="measures.progressupdate",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EvidenceHistory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure_id", models.BigIntegerField(db_column="measure_id")),
                ("ministry_id", models.BigIntegerField(db_column="ministry_id")),
                ("update_id", models.BigIntegerField(db_column="update_id", null=True)),
                ("milestone_id", models.BigIntegerField(db_column="milestone_id", null=True)),
                ("kind", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("url", models.TextField()),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField(null=True)),
                ("sha256", models.CharField(max_length=64)),
                ("released_on", models.DateField(null=True)),
                ("replaces_id", models.BigIntegerField(db_column="replaces_id", null=True)),
                ("claimed_by_id", models.BigIntegerField(db_column="claimed_by_id")),
                ("recorded_at", models.DateTimeField()),
                ("row_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("gone", models.BooleanField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["row_id", "-since", "-id"], name="evidence_past"),
                    models.Index(fields=["measure_id"], name="evidence_past_measure_id"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidencehistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="878cdbcbbbb03419768166f025e51232fc8f85e2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3a8ba",
                    table="measures_evidencehistory",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidencehistory",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="4d7aed4cbc7b8672e1241f85294401b5dcdfeb4f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_4e0cd",
                    table="measures_evidencehistory",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="evidenceverification",
            name="evidence",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="verification", to="measures.evidence"
            ),
        ),
        migrations.AddField(
            model_name="evidenceverification",
            name="verified_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("milestone", None), ("update__isnull", False)),
                    models.Q(("milestone__isnull", False), ("update", None)),
                    _connector="OR",
                ),
                name="evidence_of_a_report_or_a_milestone",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "file"),
                        ("url", ""),
                        models.Q(("name", ""), _negated=True),
                        models.Q(("media_type", ""), _negated=True),
                        ("size__gt", 0),
                    ),
                    models.Q(
                        ("kind", "address"),
                        ("media_type", ""),
                        ("name", ""),
                        ("size", None),
                        models.Q(("url", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_is_a_file_or_an_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sha256__regex", "^[0-9a-f]{64}$"), models.Q(("kind", "address"), ("sha256", "")), _connector="OR"
                ),
                name="evidence_sha256",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                models.F("update"),
                django.db.models.functions.text.MD5("url"),
                models.F("sha256"),
                name="evidence_once_a_report",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                models.F("milestone"),
                django.db.models.functions.text.MD5("url"),
                models.F("sha256"),
                name="evidence_once_a_milestone",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="9a608493473731214fea5068b1c5cc8abbfdfb68",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_4974d",
                    table="measures_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_with_its_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'UPDATE' THEN\n                        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'evidence never changes: add what takes its place';\n                    ELSIF TG_OP = 'INSERT' THEN\n                        IF NEW.update_id IS NOT NULL AND NOT EXISTS (SELECT FROM measures_progressupdate\n                            WHERE id = NEW.update_id AND state IN ('draft', 'returned')) THEN\n                            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'evidence is added to a report only while it is a draft or returned';\n                        END IF;\n                        RETURN NEW;\n                    ELSIF NOT EXISTS (SELECT FROM measures_progressupdate\n                        WHERE id = OLD.update_id AND state = 'draft') THEN\n                        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'evidence goes only with a draft that is discarded';\n                    END IF;\n                    RETURN OLD;\n                ",
                    hash="e0527a53a64158ff666e656c837c74ed7540c9aa",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_with_its_update_74d6d",
                    table="measures_evidence",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidence",
            trigger=pgtrigger.compiler.Trigger(
                name="remembered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' THEN\n                INSERT INTO measures_evidencehistory (since, gone, row_id, "measure_id", "ministry_id", "update_id", "milestone_id", "kind", "title", "url", "name", "media_type", "size", "sha256", "released_on", "replaces_id", "claimed_by_id", "recorded_at") VALUES (COALESCE((SELECT updated_at FROM measures_progressupdate WHERE id = OLD.update_id), OLD.recorded_at), true, OLD."id", OLD."measure_id", OLD."ministry_id", OLD."update_id", OLD."milestone_id", OLD."kind", OLD."title", OLD."url", OLD."name", OLD."media_type", OLD."size", OLD."sha256", OLD."released_on", OLD."replaces_id", OLD."claimed_by_id", OLD."recorded_at");\n                RETURN NULL;\n            ELSIF TG_OP = \'UPDATE\' THEN\n                IF NOT (NEW."measure_id", NEW."ministry_id", NEW."update_id", NEW."milestone_id", NEW."kind", NEW."title", NEW."url", NEW."name", NEW."media_type", NEW."size", NEW."sha256", NEW."released_on", NEW."replaces_id", NEW."claimed_by_id", NEW."recorded_at") IS DISTINCT FROM (OLD."measure_id", OLD."ministry_id", OLD."update_id", OLD."milestone_id", OLD."kind", OLD."title", OLD."url", OLD."name", OLD."media_type", OLD."size", OLD."sha256", OLD."released_on", OLD."replaces_id", OLD."claimed_by_id", OLD."recorded_at") THEN\n                    RETURN NULL;\n                \n                \n                END IF;\n            END IF;\n            INSERT INTO measures_evidencehistory (since, gone, row_id, "measure_id", "ministry_id", "update_id", "milestone_id", "kind", "title", "url", "name", "media_type", "size", "sha256", "released_on", "replaces_id", "claimed_by_id", "recorded_at") VALUES (COALESCE((SELECT updated_at FROM measures_progressupdate WHERE id = NEW.update_id), NEW.recorded_at), false, NEW."id", NEW."measure_id", NEW."ministry_id", NEW."update_id", NEW."milestone_id", NEW."kind", NEW."title", NEW."url", NEW."name", NEW."media_type", NEW."size", NEW."sha256", NEW."released_on", NEW."replaces_id", NEW."claimed_by_id", NEW."recorded_at");\n            RETURN NULL;\n        ',
                    hash="8e17f58dd712db4df36e8c37265ee529e187ee06",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_remembered_d2156",
                    table="measures_evidence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidenceverification",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="abde59c375008d8d79df4d8caacb65309234fdac",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_d95c5",
                    table="measures_evidenceverification",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidenceverification",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="9b082318b8b35231e6223cac7a520a08b9a9f285",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c0a8e",
                    table="measures_evidenceverification",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidenceverification",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="53ca1ae7ca1975d002a44af94e963779c21f176c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_d02bf",
                    table="measures_evidenceverification",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidenceverification",
            trigger=pgtrigger.compiler.Trigger(
                name="four_eyes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF EXISTS (SELECT FROM measures_evidence WHERE id = NEW.evidence_id AND claimed_by_id = NEW.verified_by_id) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'nobody verifies what they claimed'; END IF; RETURN NEW;",
                    hash="f4c4844158739bd3eac0effccc90469357f97f63",
                    operation="INSERT",
                    pgid="pgtrigger_four_eyes_a0642",
                    table="measures_evidenceverification",
                    when="BEFORE",
                ),
            ),
        ),
        _as_of.anew(),
    ]
