"""Documents on their way in."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0024_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "確認中"), ("confirmed", "確定済"), ("discarded", "破棄済")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=32)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                ("issuer", models.CharField(blank=True, max_length=200)),
                ("issuer_en", models.CharField(blank=True, max_length=200)),
                ("issued_on", models.DateField(null=True)),
                ("plan_from", models.PositiveSmallIntegerField(null=True)),
                ("plan_to", models.PositiveSmallIntegerField(null=True)),
                ("plan_text", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("elements", models.JSONField()),
                ("noise_lines", models.JSONField()),
                ("lead", models.JSONField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("recorded_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.document"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document__isnull", False), ("state", "confirmed")),
                            models.Q(models.Q(("state", "confirmed"), _negated=True), ("document__isnull", True)),
                            _connector="OR",
                        ),
                        name="proposal_confirmed_names_its_document",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="cd8dd80b553322e165b3329606416a38b4e15ade",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_23be0",
                    table="measures_proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="turns",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('open') THEN\n                    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot begin as ' || NEW.state;\n                END IF;\n            ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('open', 'confirmed'), ('open', 'discarded')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot turn from ' || OLD.state || ' to ' || NEW.state;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="14636742a50e59d72a718f3ab10ab007a6ebe2b3",
                    operation='INSERT OR UPDATE OF "state"',
                    pgid="pgtrigger_turns_a1b67",
                    table="measures_proposal",
                    when="BEFORE",
                ),
            ),
        ),
    ]
