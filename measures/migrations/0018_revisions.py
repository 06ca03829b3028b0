"""The ledger of revisions: proposed targets and days, and the verdicts on them."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0017_obligations"),
    ]

    operations = [
        _as_of.dropped(),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("proposed", models.BooleanField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(choices=[("approved", "承認"), ("rejected", "却下")], max_length=16)),
                ("comment", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveField(
            model_name="target",
            name="approved_by",
        ),
        migrations.AddField(
            model_name="target",
            name="effective_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="proposed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="target",
            name="set_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="target",
            name="supersedes",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="measures.target"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_before_later",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF OLD.due_on IS NOT NULL AND (NEW.due_on IS NULL OR NEW.due_on > OLD.due_on) AND NOT EXISTS (\n                SELECT FROM measures_deadline one JOIN measures_verdict said ON said.deadline_id = one.id\n                WHERE one.measure_id = NEW.id AND one.milestone_id IS NULL AND one.was = OLD.due_on AND one.due_on IS NOT DISTINCT FROM NEW.due_on\n                AND said.outcome = 'approved') THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a later day is proposed first, and approved by someone else';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="9e4a25bd0fbb6d26b931465c0cc74af9ec610b84",
                    operation='UPDATE OF "due_on"',
                    pgid="pgtrigger_approved_before_later_a0717",
                    table="measures_measure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestone",
            trigger=pgtrigger.compiler.Trigger(
                name="approved_before_later",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF OLD.due_on IS NOT NULL AND (NEW.due_on IS NULL OR NEW.due_on > OLD.due_on) AND NOT EXISTS (\n                SELECT FROM measures_deadline one JOIN measures_verdict said ON said.deadline_id = one.id\n                WHERE one.milestone_id = NEW.id AND one.was = OLD.due_on AND one.due_on IS NOT DISTINCT FROM NEW.due_on\n                AND said.outcome = 'approved') THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a later day is proposed first, and approved by someone else';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="d323227a01aafef4139b4dfff93a39c52113ee22",
                    operation='UPDATE OF "due_on"',
                    pgid="pgtrigger_approved_before_later_c31c7",
                    table="measures_milestone",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="target",
            trigger=pgtrigger.compiler.Trigger(
                name="revised",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n               WHERE one.kpi_id = NEW.kpi_id AND one.proposed AND said.id IS NULL) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a revision of this target waits for its verdict';\n    ELSIF NEW.supersedes_id IS NULL THEN\n        RETURN NEW;\n    ELSIF EXISTS (SELECT FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n                  WHERE one.supersedes_id = NEW.supersedes_id AND (NOT one.proposed OR said.outcome = 'approved')) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the target that this one supersedes was superseded before';\n    ELSIF NOT EXISTS (SELECT FROM measures_target WHERE id = NEW.supersedes_id AND kpi_id = NEW.kpi_id) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a target supersedes one of the same KPI';\n    ELSIF NOT NEW.proposed AND EXISTS (\n        SELECT FROM measures_target held JOIN measures_kpi kpi ON kpi.id = held.kpi_id\n        WHERE held.id = NEW.supersedes_id AND (NEW.due_on > held.due_on\n            OR (NEW.kind = held.kind AND NEW.kind IN ('absolute', 'maintain')\n                AND ((kpi.direction = 'up' AND NEW.value < held.value)\n                     OR (kpi.direction = 'down' AND NEW.value > held.value))))) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a later or easier target is proposed first, and approved by someone else';\n    END IF;\n    RETURN NEW;\n",
                    hash="796933a89fe0fb2d2e1f8c6e0c7b20a16bb864aa",
                    operation="INSERT",
                    pgid="pgtrigger_revised_a52be",
                    table="measures_target",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proposed", False)), fields=("supersedes",), name="target_revised_at_once_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed", False),
                    models.Q(("set_by__isnull", False), ("supersedes__isnull", False)),
                    _connector="OR",
                ),
                name="target_proposed_revises",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deadlines", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="milestone",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deadlines",
                to="measures.milestone",
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="supersedes",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="measures.deadline"
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="deadline",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="verdict", to="measures.deadline"
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="target",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="verdict", to="measures.target"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed", True),
                    models.Q(("due_on__isnull", False), ("was__isnull", True)),
                    models.Q(("due_on__isnull", False), ("due_on__lt", models.F("was")), ("was__isnull", False)),
                    _connector="OR",
                ),
                name="deadline_later_is_proposed",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadline",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="b0935c18e455934c47b93fade7a44b8a578b9fdd",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_b12ce",
                    table="measures_deadline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadline",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="96f9f04c4142f30e3096e69ae18a1b4362a2dda6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0d367",
                    table="measures_deadline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadline",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="8de831aab5eab84307f1361d5b4b5b087c647fb3",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_85fb4",
                    table="measures_deadline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadline",
            trigger=pgtrigger.compiler.Trigger(
                name="awaited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT FROM measures_deadline one LEFT JOIN measures_verdict said ON said.deadline_id = one.id\n               WHERE one.measure_id = NEW.measure_id AND one.milestone_id IS NOT DISTINCT FROM NEW.milestone_id\n               AND one.proposed AND said.id IS NULL) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a revision of this day waits for its verdict';\n    END IF;\n    RETURN NEW;\n",
                    hash="c94fe0d3b16af83c083084f6a0755a8f4a99f70f",
                    operation="INSERT",
                    pgid="pgtrigger_awaited_e0d3b",
                    table="measures_deadline",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("deadline__isnull", False), ("target__isnull", True)),
                    models.Q(("deadline__isnull", True), ("target__isnull", False)),
                    _connector="OR",
                ),
                name="verdict_on_one_revision",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "approved"), models.Q(("comment", ""), _negated=True), _connector="OR"),
                name="verdict_rejection_has_comment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verdict",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="9ab81ebb9aba125b8b0cd549c40eeea5b0a2ee78",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_e9672",
                    table="measures_verdict",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verdict",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="e00926e9fd022d22baae3bd40a0208f8388c809b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e3cba",
                    table="measures_verdict",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verdict",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="5b0a83368545c591b312dbc73c5a3430d907d898",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_ef988",
                    table="measures_verdict",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="verdict",
            trigger=pgtrigger.compiler.Trigger(
                name="four_eyes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE proposal record;",
                    func="\n    FOR proposal IN\n        SELECT proposed, set_by_id FROM measures_target WHERE id = NEW.target_id\n        UNION ALL SELECT proposed, set_by_id FROM measures_deadline WHERE id = NEW.deadline_id\n    LOOP\n        IF NOT proposal.proposed THEN\n            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a verdict is on a proposed revision';\n        ELSIF proposal.set_by_id = NEW.decided_by_id THEN\n            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'nobody decides on a revision they proposed';\n        END IF;\n    END LOOP;\n    RETURN NEW;\n",
                    hash="39336330c4ecbffc9ebb0f1f516a3d7300312f2a",
                    operation="INSERT",
                    pgid="pgtrigger_four_eyes_b54b5",
                    table="measures_verdict",
                    when="BEFORE",
                ),
            ),
        ),
        _as_of.anew(),
    ]
