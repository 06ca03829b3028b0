"""What each measure owes in a cycle, and cycles that are opened again."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0016_divergence"),
    ]

    operations = [
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("reported_at", models.DateTimeField(null=True)),
                ("in_time_at", models.DateTimeField(null=True)),
                ("waived_at", models.DateTimeField(null=True)),
                ("waiver_reason", models.TextField(blank=True)),
                ("unlocked_until", models.DateTimeField(null=True)),
                ("unlock_reason", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ObligationHistory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cycle_id", models.BigIntegerField(db_column="cycle_id")),
                ("measure_id", models.BigIntegerField(db_column="measure_id")),
                ("ministry_id", models.BigIntegerField(db_column="ministry_id")),
                ("due_on", models.DateField()),
                ("reported_at", models.DateTimeField(null=True)),
                ("in_time_at", models.DateTimeField(null=True)),
                ("waived_at", models.DateTimeField(null=True)),
                ("waiver_reason", models.TextField()),
                ("unlocked_until", models.DateTimeField(null=True)),
                ("unlock_reason", models.TextField()),
                ("version", models.PositiveIntegerField()),
                ("updated_at", models.DateTimeField()),
                ("row_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("gone", models.BooleanField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="cycle",
            name="turns",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cycle",
            trigger=pgtrigger.compiler.Trigger(
                name="turns",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('planned', 'open', 'closed') THEN\n                    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot begin as ' || NEW.state;\n                END IF;\n            ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('planned', 'open'), ('open', 'closed'), ('closed', 'open')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot turn from ' || OLD.state || ' to ' || NEW.state;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="2f3d61f56ed556bf4813e4aad0f487ed0a4f78d3",
                    operation='INSERT OR UPDATE OF "state"',
                    pgid="pgtrigger_turns_80713",
                    table="measures_cycle",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="obligations", to="measures.cycle"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="obligations", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="ministry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="obligations", to="measures.ministry"
            ),
        ),
        migrations.AddIndex(
            model_name="obligationhistory",
            index=models.Index(fields=["row_id", "-since", "-id"], name="obligation_past"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligationhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="a4a22a10130ad179d82e9b701183e9c9359250f8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_06c01",
                    table="measures_obligationhistory",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligationhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="85f354cb4744aaa4d9da3abc96b70d30573b7d95",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_c3908",
                    table="measures_obligationhistory",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(fields=("cycle", "measure"), name="obligation_once_a_measure_and_cycle"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("waived_at__isnull", True), ("waiver_reason", "")),
                    models.Q(("waived_at__isnull", False), models.Q(("waiver_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="obligation_waived_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unlock_reason", ""), ("unlocked_until__isnull", True)),
                    models.Q(("unlocked_until__isnull", False), models.Q(("unlock_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="obligation_unlocked_with_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligation",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="fc7e1cd1e2a3f580c02e2c594f145dacb02bbb01",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_fb9ca",
                    table="measures_obligation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligation",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_when_due",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF TG_OP = 'DELETE' THEN\n                        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'an obligation stays: waive it instead';\n                    ELSIF (NEW.in_time_at AT TIME ZONE 'Asia/Tokyo')::date > NEW.due_on THEN\n                        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'what is reported after the day it was due is not in time';\n                    ELSIF TG_OP = 'UPDATE' THEN\n                        IF NEW.in_time_at IS DISTINCT FROM OLD.in_time_at\n                            AND (NEW.updated_at AT TIME ZONE 'Asia/Tokyo')::date > OLD.due_on THEN\n                            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'whether a report was in time is frozen on the day it was due';\n                        ELSIF NEW.due_on < OLD.due_on\n                            OR (NEW.due_on > OLD.due_on AND (NEW.updated_at AT TIME ZONE 'Asia/Tokyo')::date > OLD.due_on) THEN\n                            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a day that something is due only moves on, and only before it has passed';\n                        ELSIF OLD.waived_at IS NOT NULL AND NEW.waived_at IS DISTINCT FROM OLD.waived_at THEN\n                            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'what was waived stays waived';\n                        END IF;\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="45e536851d1959ab4693d8723ab1c5b6b12a7ce1",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_when_due_b167e",
                    table="measures_obligation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="obligation",
            trigger=pgtrigger.compiler.Trigger(
                name="remembered",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='\n            IF TG_OP = \'DELETE\' THEN\n                INSERT INTO measures_obligationhistory (since, gone, row_id, "cycle_id", "measure_id", "ministry_id", "due_on", "reported_at", "in_time_at", "waived_at", "waiver_reason", "unlocked_until", "unlock_reason", "version", "updated_at") VALUES (OLD.updated_at, true, OLD."id", OLD."cycle_id", OLD."measure_id", OLD."ministry_id", OLD."due_on", OLD."reported_at", OLD."in_time_at", OLD."waived_at", OLD."waiver_reason", OLD."unlocked_until", OLD."unlock_reason", OLD."version", OLD."updated_at");\n                RETURN NULL;\n            ELSIF TG_OP = \'UPDATE\' THEN\n                IF NOT (NEW."cycle_id", NEW."measure_id", NEW."ministry_id", NEW."due_on", NEW."reported_at", NEW."in_time_at", NEW."waived_at", NEW."waiver_reason", NEW."unlocked_until", NEW."unlock_reason", NEW."version") IS DISTINCT FROM (OLD."cycle_id", OLD."measure_id", OLD."ministry_id", OLD."due_on", OLD."reported_at", OLD."in_time_at", OLD."waived_at", OLD."waiver_reason", OLD."unlocked_until", OLD."unlock_reason", OLD."version") THEN\n                    RETURN NULL;\n                ELSIF (NEW."cycle_id", NEW."measure_id") IS DISTINCT FROM (OLD."cycle_id", OLD."measure_id") THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': cycle_id, measure_id never changes\';\n                ELSIF NEW.updated_at <= OLD.updated_at THEN RAISE EXCEPTION USING ERRCODE = \'restrict_violation\', MESSAGE = TG_TABLE_NAME || \': a change is recorded later than the one before it (updated_at)\';\n                END IF;\n            END IF;\n            INSERT INTO measures_obligationhistory (since, gone, row_id, "cycle_id", "measure_id", "ministry_id", "due_on", "reported_at", "in_time_at", "waived_at", "waiver_reason", "unlocked_until", "unlock_reason", "version", "updated_at") VALUES (NEW.updated_at, false, NEW."id", NEW."cycle_id", NEW."measure_id", NEW."ministry_id", NEW."due_on", NEW."reported_at", NEW."in_time_at", NEW."waived_at", NEW."waiver_reason", NEW."unlocked_until", NEW."unlock_reason", NEW."version", NEW."updated_at");\n            RETURN NULL;\n        ',
                    hash="01fb35331b01338a0ffbaf4189b40c6ddd3d9615",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_remembered_af9ce",
                    table="measures_obligation",
                    when="AFTER",
                ),
            ),
        ),
        _as_of.anew(),
    ]
