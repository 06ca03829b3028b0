"""Corrections of approved reports, with their reasons."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0008_as_of"),
    ]

    operations = [
        _as_of.dropped(),
        pgtrigger.migrations.RemoveTrigger(
            model_name="progressupdate",
            name="remembered",
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="progressupdatehistory",
            name="reason",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="progressupdate",
            name="kind",
            field=models.CharField(
                choices=[("report", "報告"), ("correction", "訂正")], default="report", max_length=16
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressupdate",
            trigger=pgtrigger.compiler.Trigger(
                name="remembered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' THEN\n                INSERT INTO measures_progressupdatehistory (since, gone, row_id, "measure_id", "cycle_id", "kind", "state", "round", "ministry_id", "on_behalf_of_id", "narrative", "reason", "declared_status", "declared_health", "author_id", "contributors", "drafted_at", "submitted_at", "submitted_by_id", "decided_at", "decided_by_id", "version", "updated_at") VALUES (OLD.updated_at, true, OLD."id", OLD."measure_id", OLD."cycle_id", OLD."kind", OLD."state", OLD."round", OLD."ministry_id", OLD."on_behalf_of_id", OLD."narrative", OLD."reason", OLD."declared_status", OLD."declared_health", OLD."author_id", OLD."contributors", OLD."drafted_at", OLD."submitted_at", OLD."submitted_by_id", OLD."decided_at", OLD."decided_by_id", OLD."version", OLD."updated_at");\n                RETURN NULL;\n            ELSIF TG_OP = \'UPDATE\' THEN\n                IF NOT (NEW."measure_id", NEW."cycle_id", NEW."kind", NEW."state", NEW."round", NEW."ministry_id", NEW."on_behalf_of_id", NEW."narrative", NEW."reason", NEW."declared_status", NEW."declared_health", NEW."author_id", NEW."contributors", NEW."drafted_at", NEW."submitted_at", NEW."submitted_by_id", NEW."decided_at", NEW."decided_by_id", NEW."version") IS DISTINCT FROM (OLD."measure_id", OLD."cycle_id", OLD."kind", OLD."state", OLD."round", OLD."ministry_id", OLD."on_behalf_of_id", OLD."narrative", OLD."reason", OLD."declared_status", OLD."declared_health", OLD."author_id", OLD."contributors", OLD."drafted_at", OLD."submitted_at", OLD."submitted_by_id", OLD."decided_at", OLD."decided_by_id", OLD."version") THEN\n                    RETURN NULL;\n                ELSIF (NEW."measure_id", NEW."cycle_id", NEW."kind", NEW."ministry_id", NEW."author_id") IS DISTINCT FROM (OLD."measure_id", OLD."cycle_id", OLD."kind", OLD."ministry_id", OLD."author_id") THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': measure_id, cycle_id, kind, ministry_id, author_id never changes\';\n                ELSIF NEW.updated_at <= OLD.updated_at THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': a change is recorded later than the one before it (updated_at)\';\n                END IF;\n            END IF;\n            INSERT INTO measures_progressupdatehistory (since, gone, row_id, "measure_id", "cycle_id", "kind", "state", "round", "ministry_id", "on_behalf_of_id", "narrative", "reason", "declared_status", "declared_health", "author_id", "contributors", "drafted_at", "submitted_at", "submitted_by_id", "decided_at", "decided_by_id", "version", "updated_at") VALUES (NEW.updated_at, false, NEW."id", NEW."measure_id", NEW."cycle_id", NEW."kind", NEW."state", NEW."round", NEW."ministry_id", NEW."on_behalf_of_id", NEW."narrative", NEW."reason", NEW."declared_status", NEW."declared_health", NEW."author_id", NEW."contributors", NEW."drafted_at", NEW."submitted_at", NEW."submitted_by_id", NEW."decided_at", NEW."decided_by_id", NEW."version", NEW."updated_at");\n            RETURN NULL;\n        ',
                    hash="504982994b69c82e7b9cacf244feed83a7edc96e",
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
                condition=models.Q(("kind", "correction"), ("reason", ""), _connector="OR"),
                name="update_reason_is_a_corrections",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "correction"), _negated=True),
                    ("state", "draft"),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="update_correction_gives_its_reason",
            ),
        ),
        _as_of.anew(),
    ]
