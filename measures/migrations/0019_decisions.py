"""Decisions on measures, which alone conclude or merge them."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0018_revisions"),
    ]

    operations = [
        _as_of.dropped(),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("adopt", "採用"),
                            ("reject", "不採用"),
                            ("merge_into", "他の施策に統合"),
                            ("continue", "検討継続"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reference", models.CharField(max_length=500)),
                ("decided_on", models.DateField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measure",
            name="turns",
        ),
        migrations.AlterField(
            model_name="measurelink",
            name="kind",
            field=models.CharField(
                choices=[
                    ("same_as", "同文"),
                    ("overlaps", "重複"),
                    ("supersedes", "後継"),
                    ("split_from", "分割"),
                    ("merged_into", "統合先"),
                ],
                max_length=16,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="turns",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status NOT IN ('not_started', 'in_progress', 'completed', 'concluded', 'suspended', 'discontinued', 'merged') THEN\n                    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot begin as ' || NEW.status;\n                END IF;\n            ELSIF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('not_started', 'in_progress'), ('not_started', 'completed'), ('not_started', 'suspended'), ('not_started', 'discontinued'), ('in_progress', 'completed'), ('in_progress', 'suspended'), ('in_progress', 'discontinued'), ('suspended', 'in_progress'), ('suspended', 'discontinued'), ('completed', 'in_progress'), ('not_started', 'concluded'), ('in_progress', 'concluded'), ('suspended', 'concluded'), ('not_started', 'merged'), ('in_progress', 'merged'), ('suspended', 'merged')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot turn from ' || OLD.status || ' to ' || NEW.status;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="5bddb240c9bdf57a1d0fda002adcf3a2b188703e",
                    operation='INSERT OR UPDATE OF "status"',
                    pgid="pgtrigger_turns_5779b",
                    table="measures_measure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="by_decision",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF NEW.status <> OLD.status AND NEW.status IN ('concluded', 'merged') AND NOT EXISTS (\n                SELECT FROM measures_decision WHERE measure_id = NEW.id\n                AND ((NEW.status = 'concluded' AND outcome IN ('adopt', 'reject'))\n                     OR (NEW.status = 'merged' AND outcome = 'merge_into'))) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a measure is ' || NEW.status || ' only by a recorded decision';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="b9fa7be586bdefc815d62c5189659df6d4b53687",
                    operation='UPDATE OF "status"',
                    pgid="pgtrigger_by_decision_30220",
                    table="measures_measure",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="into",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("into__isnull", False), ("outcome", "merge_into")),
                    models.Q(models.Q(("outcome", "merge_into"), _negated=True), ("into__isnull", True)),
                    _connector="OR",
                ),
                name="decision_into_is_a_mergers",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("into__isnull", True), models.Q(("into", models.F("measure")), _negated=True), _connector="OR"
                ),
                name="decision_into_another",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="152b84dde806734e82c0bdf6b5d3123021df5126",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_784ae",
                    table="measures_decision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="e6be4698270e25f11959838e17cb6ee730ca16c5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_59935",
                    table="measures_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="16f6852c97caec6a4edfc362c07b2d89f501ad4a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_557f9",
                    table="measures_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="of_a_study",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.outcome <> 'merge_into' AND NOT EXISTS (\n                        SELECT FROM measures_measure WHERE id = NEW.measure_id AND kind = 'study') THEN\n                        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'only a study is adopted, rejected or continued';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="ee96a48d0ac6d3342c85750c340d42bc3b41f775",
                    operation="INSERT",
                    pgid="pgtrigger_of_a_study_26b34",
                    table="measures_decision",
                    when="BEFORE",
                ),
            ),
        ),
        _as_of.anew(),
    ]
