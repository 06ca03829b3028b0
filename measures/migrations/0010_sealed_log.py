"""The sealed log: positions, the tree over them, checkpoints and keys."""

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0009_corrections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vkey", models.CharField(max_length=200, unique=True)),
                ("since", models.DateTimeField()),
                ("since_size", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SealedBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("watermark", models.BigIntegerField()),
                ("watermark_event", models.BigIntegerField(default=0)),
                ("cluster", models.BigIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("counts", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="SealedEvent",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_xid",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["cluster", "xid", "id"], name="event_xid"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="e2435efb09f36a91c758cabcd1aa16435b3f5bfc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_66029",
                    table="measures_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="checkpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="1d834f675a7a7e1cf1750b1f5ebabdf05bb1efb9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_d61a1",
                    table="measures_checkpoint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logkey",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="8830b2035562ff90ecc85a4b7e52805c6b9d4879",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_34119",
                    table="measures_logkey",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logkey",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="4a28e124772a4be7c86adcd237b6a66ce19ed32b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_49140",
                    table="measures_logkey",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first__gte", 1),
                    (
                        "last__gte",
                        django.db.models.expressions.CombinedExpression(models.F("first"), "-", models.Value(1)),
                    ),
                ),
                name="sealed_batch_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("last__gte", models.F("first"))), fields=("first",), name="sealed_batch_begins_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="7b96983d2f77bdc058b5d8592216a1ea0199daa4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_02251",
                    table="measures_sealedbatch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="0cfc656caee20a2a1920810ead1c9076241537cb",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_cde27",
                    table="measures_sealedbatch",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="sealedevent",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="sealed", to="measures.event"
            ),
        ),
        migrations.AddConstraint(
            model_name="treenode",
            constraint=models.CheckConstraint(
                condition=models.Q(("index__gte", 0), ("level__gte", 0)), name="tree_node_is_in_the_tree"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treenode",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="40e119a6ba0677504007740a7c242a1bdf82e347",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f2fb3",
                    table="measures_treenode",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="treenode",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="98e4ca95b41b24a2b6a943de5a2c90d87f483655",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_d6452",
                    table="measures_treenode",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="45e13f7110033498c666494d136c9e85169cd9f1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_08b01",
                    table="measures_sealedevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedevent",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="252d3a78dc30499d393bbf3c0b1bbe0fa675580c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_73bec",
                    table="measures_sealedevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedevent",
            trigger=pgtrigger.compiler.Trigger(
                name="gapless",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE edge bigint;",
                    func="SELECT min(position) - 1 INTO edge FROM added; IF (SELECT max(position) - edge <> count(*) FROM added) OR edge <> 0 AND NOT EXISTS (SELECT FROM measures_sealedevent WHERE position = edge) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'positions of the log follow each other without a gap'; END IF; RETURN NULL;",
                    hash="4d7a77025ac0c0d79b357e73db39305c1f44f30d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_gapless_29936",
                    referencing="REFERENCING NEW TABLE AS added ",
                    table="measures_sealedevent",
                    when="AFTER",
                ),
            ),
        ),
    ]
