"""Baselines that are proposed, their verdicts, and what the database refuses of targets, baselines and directions."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from measures.migrations import _as_of


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0030_obsolete_notices"),
    ]

    operations = [
        _as_of.dropped(),
        pgtrigger.migrations.RemoveTrigger(
            model_name="target",
            name="revised",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="verdict",
            name="four_eyes",
        ),
        migrations.RemoveConstraint(
            model_name="baseline",
            name="baseline_one_ledger",
        ),
        migrations.RemoveConstraint(
            model_name="verdict",
            name="verdict_on_one_revision",
        ),
        migrations.AddField(
            model_name="baseline",
            name="proposed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="baseline",
            name="set_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="baseline",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="verdict", to="measures.baseline"
            ),
        ),
        migrations.AlterField(
            model_name="baseline",
            name="supersedes",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="measures.baseline"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="baseline",
            trigger=pgtrigger.compiler.Trigger(
                name="restated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE held record; aim record; was numeric; comes numeric;",
                    func="\n    IF EXISTS (SELECT FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n                WHERE one.kpi_id = NEW.kpi_id AND one.proposed AND said.id IS NULL) OR EXISTS (SELECT FROM measures_baseline one LEFT JOIN measures_verdict said ON said.baseline_id = one.id\n                WHERE one.kpi_id = NEW.kpi_id AND one.proposed AND said.id IS NULL) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a revision of this baseline waits for its verdict';\n    END IF;\n    SELECT * INTO held FROM (\n        SELECT one.* FROM measures_baseline one LEFT JOIN measures_verdict said ON said.baseline_id = one.id\n        WHERE one.kpi_id = NEW.kpi_id AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (\n            SELECT FROM measures_baseline later LEFT JOIN measures_verdict its ON its.baseline_id = later.id\n            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved'))) found;\n    SELECT * INTO aim FROM (\n        SELECT one.* FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n        WHERE one.kpi_id = NEW.kpi_id AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (\n            SELECT FROM measures_target later LEFT JOIN measures_verdict its ON its.target_id = later.id\n            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved'))) found;\n    was := (CASE aim.kind WHEN 'relative' THEN held.value * (1 + aim.value)\n                    WHEN 'multiple' THEN held.value * aim.value ELSE aim.value END);\n    comes := (CASE aim.kind WHEN 'relative' THEN NEW.value * (1 + aim.value)\n                    WHEN 'multiple' THEN NEW.value * aim.value ELSE aim.value END);\n    IF NEW.supersedes_id IS DISTINCT FROM held.id THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a baseline supersedes the one of its KPI that holds';\n    ELSIF aim.id IS NULL OR NEW.proposed THEN\n        RETURN NEW;\n    ELSIF held.id IS NULL OR NEW.period_start <> held.period_start OR NEW.period_end <> held.period_end\n        OR (aim.kind NOT IN ('maintain', 'range') AND (\n            (NEW.value IS NULL) <> (held.value IS NULL)\n            OR (was > held.value AND (NEW.value < held.value OR comes < was OR comes < NEW.value))\n            OR (was < held.value AND (NEW.value > held.value OR comes > was OR comes > NEW.value))\n            OR (was = held.value AND comes <> NEW.value))) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a baseline that eases the target is proposed first, and approved by someone else';\n    END IF;\n    RETURN NEW;\n",
                    hash="93c540677e1143bb02457c9ab5cc1bdc87e575d7",
                    operation="INSERT",
                    pgid="pgtrigger_restated_5c992",
                    table="measures_baseline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kpi",
            trigger=pgtrigger.compiler.Trigger(
                name="turned",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE base record; aim record;",
                    func="\n    IF NEW.direction = OLD.direction THEN\n        RETURN NEW;\n    ELSIF EXISTS (SELECT FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n                WHERE one.kpi_id = NEW.id AND one.proposed AND said.id IS NULL) OR EXISTS (SELECT FROM measures_baseline one LEFT JOIN measures_verdict said ON said.baseline_id = one.id\n                WHERE one.kpi_id = NEW.id AND one.proposed AND said.id IS NULL) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a revision of what this KPI must reach waits for its verdict';\n    END IF;\n    SELECT * INTO base FROM (\n        SELECT one.* FROM measures_baseline one LEFT JOIN measures_verdict said ON said.baseline_id = one.id\n        WHERE one.kpi_id = NEW.id AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (\n            SELECT FROM measures_baseline later LEFT JOIN measures_verdict its ON its.baseline_id = later.id\n            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved'))) found;\n    SELECT * INTO aim FROM (\n        SELECT one.* FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n        WHERE one.kpi_id = NEW.id AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (\n            SELECT FROM measures_target later LEFT JOIN measures_verdict its ON its.target_id = later.id\n            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved'))) found;\n    IF (NEW.direction = 'down') <> (OLD.direction = 'down') AND (aim.kind = 'maintain'\n            OR (aim.kind = 'absolute' AND base.value IS NULL)\n            OR (aim.kind <> 'range' AND (CASE aim.kind WHEN 'relative' THEN base.value * (1 + aim.value)\n                    WHEN 'multiple' THEN base.value * aim.value ELSE aim.value END) = base.value)) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the direction says which values meet the target';\n    END IF;\n    RETURN NEW;\n",
                    hash="ad33240db768cd834a23509561aa61cd860cde7a",
                    operation='UPDATE OF "direction"',
                    pgid="pgtrigger_turned_7e5a6",
                    table="measures_kpi",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="target",
            trigger=pgtrigger.compiler.Trigger(
                name="revised",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE held record; base record; falls boolean;",
                    func="\n    IF EXISTS (SELECT FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n                WHERE one.kpi_id = NEW.kpi_id AND one.proposed AND said.id IS NULL) OR EXISTS (SELECT FROM measures_baseline one LEFT JOIN measures_verdict said ON said.baseline_id = one.id\n                WHERE one.kpi_id = NEW.kpi_id AND one.proposed AND said.id IS NULL) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a revision of this target waits for its verdict';\n    END IF;\n    SELECT * INTO held FROM (\n        SELECT one.* FROM measures_target one LEFT JOIN measures_verdict said ON said.target_id = one.id\n        WHERE one.kpi_id = NEW.kpi_id AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (\n            SELECT FROM measures_target later LEFT JOIN measures_verdict its ON its.target_id = later.id\n            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved'))) found;\n    SELECT * INTO base FROM (\n        SELECT one.* FROM measures_baseline one LEFT JOIN measures_verdict said ON said.baseline_id = one.id\n        WHERE one.kpi_id = NEW.kpi_id AND (NOT one.proposed OR said.outcome = 'approved') AND NOT EXISTS (\n            SELECT FROM measures_baseline later LEFT JOIN measures_verdict its ON its.baseline_id = later.id\n            WHERE later.supersedes_id = one.id AND (NOT later.proposed OR its.outcome = 'approved'))) found;\n    IF NEW.supersedes_id IS DISTINCT FROM held.id THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a target supersedes the one of its KPI that holds';\n    ELSIF held.id IS NULL OR NEW.proposed THEN\n        RETURN NEW;\n    END IF;\n    falls := CASE WHEN held.kind = 'maintain' OR base.value IS NULL OR base.value = held.value\n                  THEN (SELECT direction FROM measures_kpi WHERE id = NEW.kpi_id) = 'down'\n                  ELSE held.value < base.value END;\n    IF NEW.due_on > held.due_on OR (NEW.kind = held.kind AND NEW.kind IN ('absolute', 'maintain')\n            AND CASE WHEN falls THEN NEW.value > held.value ELSE NEW.value < held.value END) THEN\n        RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a later or easier target is proposed first, and approved by someone else';\n    END IF;\n    RETURN NEW;\n",
                    hash="ac593e336fb37d21cb18b1bea65d3b37f94d2157",
                    operation="INSERT",
                    pgid="pgtrigger_revised_a52be",
                    table="measures_target",
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
                    func="\n    FOR proposal IN\n        SELECT proposed, set_by_id FROM measures_target WHERE id = NEW.target_id\n        UNION ALL SELECT proposed, set_by_id FROM measures_deadline WHERE id = NEW.deadline_id\n        UNION ALL SELECT proposed, set_by_id FROM measures_baseline WHERE id = NEW.baseline_id\n    LOOP\n        IF NOT proposal.proposed THEN\n            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a verdict is on a proposed revision';\n        ELSIF proposal.set_by_id = NEW.decided_by_id THEN\n            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'nobody decides on a revision they proposed';\n        END IF;\n    END LOOP;\n    RETURN NEW;\n",
                    hash="c5759c760d11bb8964d8016c7428d44c31780af0",
                    operation="INSERT",
                    pgid="pgtrigger_four_eyes_b54b5",
                    table="measures_verdict",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="baseline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proposed", False), ("supersedes__isnull", True)),
                fields=("kpi",),
                name="baseline_one_ledger",
            ),
        ),
        migrations.AddConstraint(
            model_name="baseline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proposed", False)), fields=("supersedes",), name="baseline_revised_at_once_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="baseline",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed", False), ("set_by__isnull", False), _connector="OR"),
                name="baseline_proposed_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("baseline__isnull", True), ("deadline__isnull", True), ("target__isnull", False)),
                    models.Q(("baseline__isnull", False), ("deadline__isnull", True), ("target__isnull", True)),
                    models.Q(("baseline__isnull", True), ("deadline__isnull", False), ("target__isnull", True)),
                    _connector="OR",
                ),
                name="verdict_on_one_revision",
            ),
        ),
        _as_of.anew(),
    ]
