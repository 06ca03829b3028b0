"""Explanations of reports whose declared health contradicts what the KPIs say."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0015_notices"),
    ]

    operations = [
        _as_of.dropped(),
        pgtrigger.migrations.RemoveTrigger(
            model_name="measurestanding",
            name="remembered",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="progressupdate",
            name="remembered",
        ),
        migrations.AddField(
            model_name="measurestanding",
            name="explained_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.progressupdate"
            ),
        ),
        migrations.AddField(
            model_name="measurestandinghistory",
            name="explained_by_id",
            field=models.BigIntegerField(db_column="explained_by_id", null=True),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="explained_kpis",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="explanation_cause",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="explanation_corrective_step",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="explanation_due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="explanation_owner",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="progressupdatehistory",
            name="explained_kpis",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="progressupdatehistory",
            name="explanation_cause",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="progressupdatehistory",
            name="explanation_corrective_step",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="progressupdatehistory",
            name="explanation_due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="progressupdatehistory",
            name="explanation_owner",
            field=models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measurestanding",
            trigger=pgtrigger.compiler.Trigger(
                name="remembered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' THEN\n                INSERT INTO measures_measurestandinghistory (since, gone, row_id, "rating", "rule", "total", "ratable", "rated", "met", "divergent", "explained_by_id", "updated_at") VALUES (OLD.updated_at, true, OLD."measure_id", OLD."rating", OLD."rule", OLD."total", OLD."ratable", OLD."rated", OLD."met", OLD."divergent", OLD."explained_by_id", OLD."updated_at");\n                RETURN NULL;\n            ELSIF TG_OP = \'UPDATE\' THEN\n                IF NOT (NEW."rating", NEW."rule", NEW."total", NEW."ratable", NEW."rated", NEW."met", NEW."divergent", NEW."explained_by_id") IS DISTINCT FROM (OLD."rating", OLD."rule", OLD."total", OLD."ratable", OLD."rated", OLD."met", OLD."divergent", OLD."explained_by_id") THEN\n                    RETURN NULL;\n                \n                ELSIF NEW.updated_at <= OLD.updated_at THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': a change is recorded later than the one before it (updated_at)\';\n                END IF;\n            END IF;\n            INSERT INTO measures_measurestandinghistory (since, gone, row_id, "rating", "rule", "total", "ratable", "rated", "met", "divergent", "explained_by_id", "updated_at") VALUES (NEW.updated_at, false, NEW."measure_id", NEW."rating", NEW."rule", NEW."total", NEW."ratable", NEW."rated", NEW."met", NEW."divergent", NEW."explained_by_id", NEW."updated_at");\n            RETURN NULL;\n        ',
                    hash="49114341424802185cd3fc3a9538ecccae96a1be",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_remembered_10748",
                    table="measures_measurestanding",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressupdate",
            trigger=pgtrigger.compiler.Trigger(
                name="remembered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' THEN\n                INSERT INTO measures_progressupdatehistory (since, gone, row_id, "measure_id", "cycle_id", "kind", "state", "round", "ministry_id", "on_behalf_of_id", "narrative", "reason", "declared_status", "declared_health", "explanation_cause", "explanation_corrective_step", "explanation_owner", "explanation_due_on", "explained_kpis", "author_id", "contributors", "drafted_at", "submitted_at", "submitted_by_id", "decided_at", "decided_by_id", "version", "updated_at") VALUES (OLD.updated_at, true, OLD."id", OLD."measure_id", OLD."cycle_id", OLD."kind", OLD."state", OLD."round", OLD."ministry_id", OLD."on_behalf_of_id", OLD."narrative", OLD."reason", OLD."declared_status", OLD."declared_health", OLD."explanation_cause", OLD."explanation_corrective_step", OLD."explanation_owner", OLD."explanation_due_on", OLD."explained_kpis", OLD."author_id", OLD."contributors", OLD."drafted_at", OLD."submitted_at", OLD."submitted_by_id", OLD."decided_at", OLD."decided_by_id", OLD."version", OLD."updated_at");\n                RETURN NULL;\n            ELSIF TG_OP = \'UPDATE\' THEN\n                IF NOT (NEW."measure_id", NEW."cycle_id", NEW."kind", NEW."state", NEW."round", NEW."ministry_id", NEW."on_behalf_of_id", NEW."narrative", NEW."reason", NEW."declared_status", NEW."declared_health", NEW."explanation_cause", NEW."explanation_corrective_step", NEW."explanation_owner", NEW."explanation_due_on", NEW."explained_kpis", NEW."author_id", NEW."contributors", NEW."drafted_at", NEW."submitted_at", NEW."submitted_by_id", NEW."decided_at", NEW."decided_by_id", NEW."version") IS DISTINCT FROM (OLD."measure_id", OLD."cycle_id", OLD."kind", OLD."state", OLD."round", OLD."ministry_id", OLD."on_behalf_of_id", OLD."narrative", OLD."reason", OLD."declared_status", OLD."declared_health", OLD."explanation_cause", OLD."explanation_corrective_step", OLD."explanation_owner", OLD."explanation_due_on", OLD."explained_kpis", OLD."author_id", OLD."contributors", OLD."drafted_at", OLD."submitted_at", OLD."submitted_by_id", OLD."decided_at", OLD."decided_by_id", OLD."version") THEN\n                    RETURN NULL;\n                ELSIF (NEW."measure_id", NEW."cycle_id", NEW."kind", NEW."ministry_id", NEW."author_id") IS DISTINCT FROM (OLD."measure_id", OLD."cycle_id", OLD."kind", OLD."ministry_id", OLD."author_id") THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': measure_id, cycle_id, kind, ministry_id, author_id never changes\';\n                ELSIF NEW.updated_at <= OLD.updated_at THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': a change is recorded later than the one before it (updated_at)\';\n                END IF;\n            END IF;\n            INSERT INTO measures_progressupdatehistory (since, gone, row_id, "measure_id", "cycle_id", "kind", "state", "round", "ministry_id", "on_behalf_of_id", "narrative", "reason", "declared_status", "declared_health", "explanation_cause", "explanation_corrective_step", "explanation_owner", "explanation_due_on", "explained_kpis", "author_id", "contributors", "drafted_at", "submitted_at", "submitted_by_id", "decided_at", "decided_by_id", "version", "updated_at") VALUES (NEW.updated_at, false, NEW."id", NEW."measure_id", NEW."cycle_id", NEW."kind", NEW."state", NEW."round", NEW."ministry_id", NEW."on_behalf_of_id", NEW."narrative", NEW."reason", NEW."declared_status", NEW."declared_health", NEW."explanation_cause", NEW."explanation_corrective_step", NEW."explanation_owner", NEW."explanation_due_on", NEW."explained_kpis", NEW."author_id", NEW."contributors", NEW."drafted_at", NEW."submitted_at", NEW."submitted_by_id", NEW."decided_at", NEW."decided_by_id", NEW."version", NEW."updated_at");\n            RETURN NULL;\n        ',
                    hash="3f6d1d0c31b814108a3a2f31bad184f6b545961f",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_remembered_37340",
                    table="measures_progressupdate",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("explanation_cause", ""),
                        ("explanation_corrective_step", ""),
                        ("explanation_due_on__isnull", True),
                        ("explanation_owner", ""),
                    ),
                    models.Q(
                        models.Q(("explanation_cause", ""), _negated=True),
                        models.Q(("explanation_corrective_step", ""), _negated=True),
                        models.Q(("explanation_owner", ""), _negated=True),
                        ("explanation_due_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="update_explanation_all_or_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("explained_kpis", []), models.Q(("explanation_cause", ""), _negated=True), _connector="OR"
                ),
                name="update_divergence_is_explained",
            ),
        ),
        _as_of.anew(),
    ]
