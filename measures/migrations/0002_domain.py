"""The schema of documents, measures, KPIs, reporting and the audit log, with the triggers that guard them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import measures.models.fields
import measures.models.people


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("measures", "0001_extensions"),
    ]

    # Their tables name people: as far as they know, any first migration of ours makes those.
    run_before = [("account", "0001_initial"), ("mfa", "0001_initial"), ("socialaccount", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=64, unique=True)),
                ("display_name", models.CharField(max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                ("is_demo", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("lead", "主担当"), ("support", "関係府省")], max_length=8)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditDue",
            fields=[
                ("xid", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="Baseline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period_type",
                    models.CharField(
                        choices=[
                            ("fiscal_year", "年度"),
                            ("calendar_year", "暦年"),
                            ("half_year", "半期"),
                            ("quarter", "四半期"),
                            ("month", "月"),
                            ("point", "時点"),
                        ],
                        max_length=16,
                    ),
                ),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("value", measures.models.fields.NumericField(null=True)),
                (
                    "basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "予定"), ("open", "受付中"), ("closed", "締切済")],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("period_type", models.CharField(max_length=16)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("opens_on", models.DateField()),
                ("due_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("is_demo", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("version", models.PositiveSmallIntegerField(default=1)),
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
                ("reading", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "担当者"),
                            ("approver", "承認者"),
                            ("coordinator", "総括調整官"),
                            ("auditor", "監査担当"),
                            ("administrator", "管理者"),
                        ],
                        max_length=16,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Element",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("title", "表題"),
                            ("date", "日付"),
                            ("issuer", "発行者"),
                            ("section", "章"),
                            ("subsection", "節"),
                            ("context_item", "現状認識"),
                            ("narrative", "本文"),
                            ("measure_section", "方策の柱"),
                            ("section_narrative", "柱の本文"),
                            ("measures_label", "見出し"),
                            ("measure", "具体的方策"),
                            ("note", "注"),
                            ("reference", "参考資料"),
                            ("reference_title", "参考資料の表題"),
                            ("plan_chapter", "基本計画の章"),
                            ("plan_narrative", "基本計画の本文"),
                            ("plan_item", "基本計画の項目"),
                            ("plan_bullet", "基本計画の箇条"),
                            ("point", "ポイント"),
                            ("point_text", "ポイントの本文"),
                        ],
                        max_length=24,
                    ),
                ),
                ("first_line", models.PositiveIntegerField()),
                ("last_line", models.PositiveIntegerField()),
                ("marker", models.CharField(blank=True, max_length=8)),
                ("text", models.TextField()),
                ("text_normalized", models.TextField()),
                ("text_en", models.TextField()),
                (
                    "viewpoints",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                (
                    "viewpoints_basis",
                    models.CharField(
                        blank=True,
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")],
                        max_length=16,
                    ),
                ),
                ("viewpoints_reason", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="ElementLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("corresponds", "対応"), ("recurs", "再掲")], max_length=16)),
                ("theme", models.CharField(blank=True, max_length=100)),
                (
                    "basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=32)),
                ("subject_type", models.CharField(max_length=32)),
                ("subject_code", models.CharField(max_length=128)),
                ("body", models.TextField()),
                ("leaf_hash", models.BinaryField(max_length=32)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "公開"), ("ministry", "府省内"), ("restricted", "監査のみ")], max_length=16
                    ),
                ),
                ("xid", models.BigIntegerField(default=0)),
                ("cluster", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Kpi",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(max_length=200)),
                ("unit", models.CharField(max_length=32)),
                ("direction", models.CharField(blank=True, choices=[("up", "増加"), ("down", "減少")], max_length=8)),
                (
                    "period_type",
                    models.CharField(
                        choices=[
                            ("fiscal_year", "年度"),
                            ("calendar_year", "暦年"),
                            ("half_year", "半期"),
                            ("quarter", "四半期"),
                            ("month", "月"),
                            ("point", "時点"),
                        ],
                        max_length=16,
                    ),
                ),
                ("period_note", models.CharField(blank=True, max_length=100)),
                ("decimals", models.PositiveSmallIntegerField(default=0)),
                ("statistic", models.CharField(max_length=200)),
                ("definition", models.TextField(blank=True)),
                (
                    "notes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="KpiLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64, unique=True)),
                ("kind", models.CharField(choices=[("action", "実施"), ("study", "検討")], max_length=8)),
                ("title", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=200)),
                ("action_type", models.CharField(blank=True, max_length=32)),
                ("theme", models.CharField(blank=True, max_length=64)),
                (
                    "classification_basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "未着手"),
                            ("in_progress", "実施中"),
                            ("completed", "完了"),
                            ("concluded", "結論済"),
                            ("suspended", "中断"),
                            ("discontinued", "中止"),
                            ("merged", "統合"),
                        ],
                        default="not_started",
                        max_length=16,
                    ),
                ),
                ("status_since", models.DateField(null=True)),
                (
                    "health",
                    models.CharField(
                        choices=[
                            ("on_track", "順調"),
                            ("at_risk", "懸念あり"),
                            ("off_track", "遅延"),
                            ("not_assessed", "未評価"),
                        ],
                        default="not_assessed",
                        max_length=16,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MeasureLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("same_as", "同文"), ("overlaps", "重複")], max_length=16)),
                ("theme", models.CharField(max_length=100)),
                (
                    "basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Ministry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("name_en", models.CharField(max_length=200)),
                ("level", models.CharField(max_length=16)),
                ("parent_name", models.CharField(blank=True, max_length=100)),
                ("precedence", models.PositiveSmallIntegerField(null=True)),
                ("corporate_number", models.CharField(max_length=13, null=True, unique=True)),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("note", models.TextField(blank=True)),
                ("source", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period_type", models.CharField(max_length=16)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("value", measures.models.fields.NumericField(null=True)),
                ("low", measures.models.fields.NumericField(null=True)),
                ("high", measures.models.fields.NumericField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("provisional", "速報"), ("final", "確報")], default="final", max_length=16
                    ),
                ),
                ("approximate", models.BooleanField(default=False)),
                ("derived", models.BooleanField(default=False)),
                ("derivation", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ObservationSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="ProgressUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("report", "報告")], default="report", max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "下書き"),
                            ("submitted", "提出済"),
                            ("returned", "差戻し"),
                            ("approved", "承認済"),
                            ("withdrawn", "取下げ"),
                        ],
                        default="draft",
                        max_length=16,
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("narrative", models.TextField(blank=True)),
                (
                    "declared_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "未着手"),
                            ("in_progress", "実施中"),
                            ("completed", "完了"),
                            ("concluded", "結論済"),
                            ("suspended", "中断"),
                            ("discontinued", "中止"),
                            ("merged", "統合"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "declared_health",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_track", "順調"),
                            ("at_risk", "懸念あり"),
                            ("off_track", "遅延"),
                            ("not_assessed", "未評価"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "contributors",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("drafted_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReportedValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period_type", models.CharField(max_length=16)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("value", measures.models.fields.NumericField(null=True)),
                ("low", measures.models.fields.NumericField(null=True)),
                ("high", measures.models.fields.NumericField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("provisional", "速報"), ("final", "確報")], default="final", max_length=16
                    ),
                ),
                ("approximate", models.BooleanField(default=False)),
                ("derived", models.BooleanField(default=False)),
                ("derivation", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("source_title", models.TextField()),
                ("source_publisher", models.CharField(blank=True, max_length=200)),
                ("source_url", models.TextField(blank=True)),
                ("source_published_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("verb", models.CharField(max_length=16)),
                ("comment", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64, null=True, unique=True)),
                ("title", models.TextField()),
                ("publisher", models.CharField(blank=True, max_length=200)),
                ("url", models.TextField(blank=True)),
                ("published_on", models.DateField(null=True)),
                ("tier", models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "未着手"),
                            ("in_progress", "実施中"),
                            ("completed", "完了"),
                            ("concluded", "結論済"),
                            ("suspended", "中断"),
                            ("discontinued", "中止"),
                            ("merged", "統合"),
                        ],
                        max_length=16,
                    ),
                ),
                ("status_since", models.DateField(null=True)),
                (
                    "health",
                    models.CharField(
                        choices=[
                            ("on_track", "順調"),
                            ("at_risk", "懸念あり"),
                            ("off_track", "遅延"),
                            ("not_assessed", "未評価"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("absolute", "絶対値"),
                            ("relative", "基準値比（増減率）"),
                            ("multiple", "基準値比（倍数）"),
                            ("maintain", "維持"),
                            ("range", "範囲"),
                        ],
                        max_length=16,
                    ),
                ),
                ("value", measures.models.fields.NumericField(null=True)),
                ("low", measures.models.fields.NumericField(null=True)),
                ("high", measures.models.fields.NumericField(null=True)),
                ("due_on", models.DateField()),
                ("stated_as", models.TextField(blank=True)),
                ("source", models.TextField()),
                (
                    "basis",
                    models.CharField(
                        choices=[("stated", "明記"), ("inferred", "推定"), ("assigned", "指定")], max_length=16
                    ),
                ),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=24, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("label", models.CharField(blank=True, max_length=100)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("read", "閲覧"),
                                ("report", "報告"),
                                ("approve", "承認"),
                                ("coordinate", "総括"),
                                ("audit", "監査"),
                            ],
                            max_length=16,
                        ),
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="5d4b8f36e977b418076be6e3e76820621d1b2b21",
                    level="STATEMENT",
                    operation='INSERT OR UPDATE OF "username", "display_name", "email", "password", "is_active", "is_demo" OR DELETE',
                    pgid="pgtrigger_audited_bf367",
                    table="measures_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditdue",
            trigger=pgtrigger.compiler.Trigger(
                name="event_owed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="IF NOT EXISTS (SELECT FROM measures_event WHERE xid = NEW.xid AND cluster = (SELECT system_identifier FROM pg_control_system())) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'no change without an audit event: record one in the same transaction'; END IF; DELETE FROM measures_auditdue WHERE xid = NEW.xid; RETURN NULL;",
                    hash="f6c2fa8c87952022b65335441754c99a95a4fd05",
                    operation="INSERT",
                    pgid="pgtrigger_event_owed_01b4e",
                    table="measures_auditdue",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="baseline",
            name="supersedes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="measures.baseline",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("plan_from__isnull", True), ("plan_to__isnull", True)),
                    models.Q(
                        ("plan_from__isnull", False),
                        ("plan_from__lte", models.F("plan_to")),
                        ("plan_to__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="document_plan_years_both_or_neither",
            ),
        ),
        migrations.AddField(
            model_name="cycle",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cycles", to="measures.document"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="aa56fc1299a17def261eab16b40d3832fbec55ab",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_eefc4",
                    table="measures_document",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="duties", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="element",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="elements", to="measures.document"
            ),
        ),
        migrations.AddField(
            model_name="element",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="element",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="elementlink",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="elementlink",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="linked_from", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="actor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="idempotencykey",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="KpiStanding",
            fields=[
                (
                    "kpi",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="measures.kpi",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unresolved", "目標値未確定"),
                            ("no_data", "実績なし"),
                            ("met", "達成"),
                            ("regressed", "後退"),
                            ("on_pace", "順調"),
                            ("behind", "遅れ"),
                            ("indeterminate", "判定不能"),
                            ("not_applicable", "目標なし"),
                        ],
                        max_length=16,
                    ),
                ),
                ("rating", models.CharField(choices=[("A", "A"), ("B", "B"), ("N", "N")], max_length=1, null=True)),
                ("rule", models.CharField(max_length=16)),
                (
                    "data_state",
                    models.CharField(
                        choices=[
                            ("reported", "報告あり"),
                            ("reported_zero", "報告あり（ゼロ）"),
                            ("not_reported", "未報告"),
                            ("not_due", "報告時期前"),
                            ("not_applicable", "対象外"),
                        ],
                        max_length=16,
                    ),
                ),
                ("value", measures.models.fields.NumericField(null=True)),
                ("low", measures.models.fields.NumericField(null=True)),
                ("high", measures.models.fields.NumericField(null=True)),
                (
                    "period_type",
                    models.CharField(
                        choices=[
                            ("fiscal_year", "年度"),
                            ("calendar_year", "暦年"),
                            ("half_year", "半期"),
                            ("quarter", "四半期"),
                            ("month", "月"),
                            ("point", "時点"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("period_start", models.DateField(null=True)),
                ("period_end", models.DateField(null=True)),
                ("progress", measures.models.fields.NumericField(null=True)),
                ("elapsed", measures.models.fields.NumericField(null=True)),
                ("required", measures.models.fields.NumericField(null=True)),
                ("target", measures.models.fields.NumericField(null=True)),
                ("target_low", measures.models.fields.NumericField(null=True)),
                ("target_high", measures.models.fields.NumericField(null=True)),
                ("baseline", measures.models.fields.NumericField(null=True)),
                ("met", models.BooleanField(null=True)),
                (
                    "met_on_type",
                    models.CharField(
                        choices=[
                            ("fiscal_year", "年度"),
                            ("calendar_year", "暦年"),
                            ("half_year", "半期"),
                            ("quarter", "四半期"),
                            ("month", "月"),
                            ("point", "時点"),
                        ],
                        max_length=16,
                        null=True,
                    ),
                ),
                ("met_on_start", models.DateField(null=True)),
                ("met_on_end", models.DateField(null=True)),
                ("lost", models.BooleanField()),
                ("provisional", models.BooleanField()),
                ("approximate", models.BooleanField()),
                ("indeterminate", models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name="baseline",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="baselines", to="measures.kpi"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kpi",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="e67beb02d1b6ac301834615a69221b9153630e33",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_84b52",
                    table="measures_kpi",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="kpilink",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="measure_links", to="measures.kpi"
            ),
        ),
        migrations.CreateModel(
            name="MeasureStanding",
            fields=[
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="measures.measure",
                    ),
                ),
                ("rating", models.CharField(choices=[("A", "A"), ("B", "B"), ("N", "N")], max_length=1, null=True)),
                ("rule", models.CharField(max_length=16)),
                ("total", models.PositiveIntegerField()),
                ("ratable", models.PositiveIntegerField()),
                ("rated", models.PositiveIntegerField()),
                ("met", models.PositiveIntegerField()),
                ("divergent", models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name="measure",
            name="element",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="measures", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="kpilink",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="kpi_links", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="measurelink",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="measurelink",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="linked_from", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="ministry",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="agencies", to="measures.ministry"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="ministry",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.ministry"
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="ministry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="measures.ministry"
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="ministry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="measures.ministry"
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="corrects",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="measures.observation",
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="observations", to="measures.kpi"
            ),
        ),
        migrations.AddField(
            model_name="observationsource",
            name="observation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.observation"
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="cycle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="measures.cycle"
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="ministry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.ministry"
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="on_behalf_of",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.ministry"
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="submitted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="update",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observed",
                to="measures.progressupdate",
            ),
        ),
        migrations.AddField(
            model_name="reportedvalue",
            name="kpi",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.kpi"),
        ),
        migrations.AddField(
            model_name="reportedvalue",
            name="update",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="observations", to="measures.progressupdate"
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="actor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="update",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="measures.progressupdate"
            ),
        ),
        migrations.AddField(
            model_name="observationsource",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.source"
            ),
        ),
        migrations.AddField(
            model_name="observation",
            name="further_sources",
            field=models.ManyToManyField(related_name="+", through="measures.ObservationSource", to="measures.source"),
        ),
        migrations.AddField(
            model_name="observation",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="observations", to="measures.source"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="9bd8559f3358a7cb8d8b45c78853d1e12e71c540",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_45977",
                    table="measures_source",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="4be045ce4dd0f6d323428cace6622d0502f30f99",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_64249",
                    table="measures_source",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="58a656a836f1d3d46ea9cb1f772ec34a642d0d66",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_23b9f",
                    table="measures_source",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="statuschange",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="status_changes", to="measures.measure"
            ),
        ),
        migrations.AddField(
            model_name="statuschange",
            name="update",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.progressupdate"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="approved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="element",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="measures.element"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="measures.kpi"
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="supersedes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="measures.target",
            ),
        ),
        migrations.AddField(
            model_name="token",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("document",), name="cycle_one_open_a_document"
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__lte", models.F("closes_on")),
                    ("opens_on__lte", models.F("due_on")),
                    ("period_end__gt", models.F("period_start")),
                ),
                name="cycle_days_in_order",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cycle",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="50ec5c7e9e211be28d0be6ca1d7519fbde5aee9a",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_d63dd",
                    table="measures_cycle",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="cycle",
            trigger=pgtrigger.compiler.Trigger(
                name="turns",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('planned', 'open', 'closed') THEN\n                    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot begin as ' || NEW.state;\n                END IF;\n            ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('planned', 'open'), ('open', 'closed')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot turn from ' || OLD.state || ' to ' || NEW.state;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="d3b8ccc2029a49ef08891a0f61c1ae9f10d3c012",
                    operation='INSERT OR UPDATE OF "state"',
                    pgid="pgtrigger_turns_80713",
                    table="measures_cycle",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="element",
            constraint=models.UniqueConstraint(fields=("document", "code"), name="element_code_in_document"),
        ),
        migrations.AddConstraint(
            model_name="element",
            constraint=models.UniqueConstraint(fields=("document", "order"), name="element_order_in_document"),
        ),
        migrations.AddConstraint(
            model_name="element",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_line__gte", 1), ("last_line__gte", models.F("first_line"))),
                name="element_lines_in_order",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="element",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="5d89da7e0cf52ecc9660238196ca00db7703b8cd",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_c17d0",
                    table="measures_element",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="elementlink",
            constraint=models.UniqueConstraint(fields=("source", "target", "kind", "theme"), name="element_link_once"),
        ),
        migrations.AddConstraint(
            model_name="elementlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True), name="element_link_to_another"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="elementlink",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="f740f629934c6c709cc561b40a5394d90784a4ea",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_838f7",
                    table="measures_elementlink",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["created_at"], name="idempotency_key_age"),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("person", "key"), name="idempotency_key_of_caller"),
        ),
        migrations.AddIndex(
            model_name="kpistanding",
            index=models.Index(fields=["state", "rating"], name="kpi_standing_groups"),
        ),
        migrations.AddConstraint(
            model_name="baseline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", True)), fields=("kpi",), name="baseline_one_ledger"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="baseline",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="08751a939fcab7ff542259c15e14edbe2ac0dd8e",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_bde6a",
                    table="measures_baseline",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="baseline",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="af6e151f083d0fe1729e168b422bac46b310f300",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b94d1",
                    table="measures_baseline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="baseline",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="82fd556e02c5f97de66592bfab78a8c76440c918",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_c783c",
                    table="measures_baseline",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "concluded"), _negated=True), ("kind", "study"), _connector="OR"
                ),
                name="measure_concluded_only_study",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="028043f7819b4ecc2587e0ace383864e646864f6",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_fb7ac",
                    table="measures_measure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="turns",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status NOT IN ('not_started', 'in_progress', 'completed', 'concluded', 'suspended', 'discontinued', 'merged') THEN\n                    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot begin as ' || NEW.status;\n                END IF;\n            ELSIF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (('not_started', 'in_progress'), ('not_started', 'completed'), ('not_started', 'suspended'), ('not_started', 'discontinued'), ('in_progress', 'completed'), ('in_progress', 'suspended'), ('in_progress', 'discontinued'), ('suspended', 'in_progress'), ('suspended', 'discontinued'), ('completed', 'in_progress')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot turn from ' || OLD.status || ' to ' || NEW.status;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="a058dee4f6cd1d76f36dcec6028b3d6b6282032e",
                    operation='INSERT OR UPDATE OF "status"',
                    pgid="pgtrigger_turns_5779b",
                    table="measures_measure",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="kpilink",
            constraint=models.UniqueConstraint(fields=("measure", "kpi"), name="kpi_link_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="kpilink",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="eb45f35f4bb037207c1f29b7ee1480d297b1fc5a",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_03bf3",
                    table="measures_kpilink",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="measurelink",
            constraint=models.UniqueConstraint(fields=("measure", "other", "theme"), name="measure_link_once"),
        ),
        migrations.AddConstraint(
            model_name="measurelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("measure", models.F("other")), _negated=True), name="measure_link_to_another"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="measurelink",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="ff24cff2412f52886c36fffa9e66b3aeb7094a44",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_09703",
                    table="measures_measurelink",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ministry",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="e8ff6458eaa9df5f62b5ff9db733e39ebb8881f3",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_4a048",
                    table="measures_ministry",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["xid"], name="event_xid"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["subject_type", "subject_code"], name="event_subject"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["audience"], name="event_audience"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "ministry"), ("ministry__isnull", False)),
                    models.Q(models.Q(("audience", "ministry"), _negated=True), ("ministry__isnull", True)),
                    _connector="OR",
                ),
                name="event_ministry_with_its_audience",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="41f90fce72152a21cfcc3ad20feb156999d28589",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b4e4e",
                    table="measures_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="f1d43e78c2125b17ba4853ee6fcf56c848705a72",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_f9c83",
                    table="measures_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="stamped",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.xid := pg_current_xact_id()::text::bigint; NEW.cluster := (SELECT system_identifier FROM pg_control_system()); IF NEW.leaf_hash <> sha256('\\x00'::bytea || convert_to(NEW.body, 'UTF8')) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the event''s leaf hash is not that of its body'; END IF; RETURN NEW;",
                    hash="a5471cad91b5ac87548a3c5c424e452c9e9bf57e",
                    operation="INSERT",
                    pgid="pgtrigger_stamped_9f958",
                    table="measures_event",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("person", "="),
                    ("role", "="),
                    ("ministry", "="),
                    (measures.models.people.DateRange(), "&&"),
                ],
                name="duty_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="duty_ends_after_it_begins",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="duty",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="f55c5acb1b5d6911894680621bfdb26f1dc79aec",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_b58ed",
                    table="measures_duty",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("role", "lead")),
                expressions=[("measure", "="), (measures.models.people.DateRange(), "&&")],
                name="assignment_one_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("measure", "="), ("ministry", "="), (measures.models.people.DateRange(), "&&")],
                name="assignment_one_role_a_ministry",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("basis", "stated"), _negated=True), ("element__isnull", False), _connector="OR"
                ),
                name="assignment_stated_names_its_lines",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="assignment_ends_after_it_begins",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assignment",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="b61f306fa0586c0284976da393075c542232ff18",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_62b04",
                    table="measures_assignment",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "submitted", "returned"))),
                fields=("measure", "cycle"),
                name="update_one_open_a_measure_and_cycle",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "report"), ("state", "approved")),
                fields=("measure", "cycle"),
                name="update_one_approved_a_measure_and_cycle",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("round", 0), ("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                    models.Q(("round__gte", 1), ("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="update_submitted_both_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="update_decided_both_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("decided_at__isnull", False), ("submitted_at__isnull", False)),
                    _connector="OR",
                ),
                name="update_approved_is_decided",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressupdate",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="1ce1a5532bf73de46e611d879e5f9c046b7fb6d9",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_d9d7f",
                    table="measures_progressupdate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressupdate",
            trigger=pgtrigger.compiler.Trigger(
                name="turns",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('draft') THEN\n                    RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot begin as ' || NEW.state;\n                END IF;\n            ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'submitted'), ('returned', 'submitted'), ('submitted', 'withdrawn'), ('returned', 'withdrawn'), ('submitted', 'returned'), ('submitted', 'approved')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' cannot turn from ' || OLD.state || ' to ' || NEW.state;\n            END IF;\n            RETURN NEW;\n        ",
                    hash="7460e3d826d061a0942adf30c21091a09becd373",
                    operation='INSERT OR UPDATE OF "state"',
                    pgid="pgtrigger_turns_b7762",
                    table="measures_progressupdate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressupdate",
            trigger=pgtrigger.compiler.Trigger(
                name="decided_for_good",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF OLD.state IN ('approved', 'withdrawn') THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'an update that is ' || OLD.state || ' stays as it is'; ELSIF TG_OP = 'DELETE' AND OLD.state <> 'draft' THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'only a draft is discarded: withdraw this update instead'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
                    hash="a4a35ebdec610b25585226d0dbf62787a4a49daa",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_decided_for_good_308a7",
                    table="measures_progressupdate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="progressupdate",
            trigger=pgtrigger.compiler.Trigger(
                name="four_eyes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF NOT (NEW.author_id = ANY (NEW.contributors)) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the author of an update is one of its contributors'; ELSIF TG_OP = 'UPDATE' AND NOT (NEW.contributors @> OLD.contributors) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a contributor to an update stays one'; ELSIF NEW.decided_by_id = ANY (NEW.contributors) THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'nobody decides on an update they wrote'; END IF; RETURN NEW;",
                    hash="c98a42fa117e3abf10357291638ce615e34ccf7a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_four_eyes_f7634",
                    table="measures_progressupdate",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("high__isnull", True), ("low__isnull", True), ("value__isnull", False)),
                    models.Q(
                        ("high__gte", models.F("low")),
                        ("high__isnull", False),
                        ("low__isnull", False),
                        ("value__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="reported_value_value_or_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportedvalue",
            constraint=models.UniqueConstraint(fields=("update", "position"), name="reported_value_position"),
        ),
        migrations.AddConstraint(
            model_name="reportedvalue",
            constraint=models.UniqueConstraint(
                fields=("update", "kpi", "period_type", "period_start"), name="reported_value_once_an_update"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportedvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="d27ac7a4ec4a8bec692ddef64d1da37828d926e4",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_4a759",
                    table="measures_reportedvalue",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportedvalue",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_with_its_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE holder bigint;",
                    func="\n                    FOREACH holder IN ARRAY ARRAY_REMOVE(ARRAY[\n                        CASE WHEN TG_OP <> 'INSERT' THEN OLD.update_id END,\n                        CASE WHEN TG_OP <> 'DELETE' THEN NEW.update_id END], NULL)\n                    LOOP\n                        IF NOT EXISTS (SELECT FROM measures_progressupdate\n                                       WHERE id = holder AND state IN ('draft', 'returned')) THEN\n                            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'the values of an update change only while it is a draft or returned';\n                        END IF;\n                    END LOOP;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="2f08c4a4ac2730e03998a9b87e1663acd54eb817",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_with_its_update_e6643",
                    table="measures_reportedvalue",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("update", "recorded_at"), name="review_once_at_a_time"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verb", "return"), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="review_return_has_comment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="c37976a8f09fb83c747dd6ba9bc3c896ed65ca3f",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_06eb7",
                    table="measures_review",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="40c85d5b866bd19583fcd5a58f18ee7f912f359d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5ba53",
                    table="measures_review",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="review",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="c3b211c3a22e20bfebad3c2035ff5a824e472313",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_1c2ac",
                    table="measures_review",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="observationsource",
            constraint=models.UniqueConstraint(fields=("observation", "source"), name="observation_source_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observationsource",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="2c8ff9fab93be46cb5ef7e56926694e3da2c45e8",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_d0ecf",
                    table="measures_observationsource",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observationsource",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="94d98bb23567600374d2dceffea5af11226e7f93",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_95cb2",
                    table="measures_observationsource",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observationsource",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="db8ee5fcabed92149a2f735f741335658a832dbb",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_21534",
                    table="measures_observationsource",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("high__isnull", True), ("low__isnull", True), ("value__isnull", False)),
                    models.Q(
                        ("high__gte", models.F("low")),
                        ("high__isnull", False),
                        ("low__isnull", False),
                        ("value__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="observation_value_or_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.UniqueConstraint(
                fields=("kpi", "period_type", "period_start", "recorded_at"), name="observation_once_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects__isnull", True)),
                fields=("kpi", "period_type", "period_start"),
                name="observation_second_value_corrects",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="observation_correction_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_end__gt", models.F("period_start"))), name="observation_period_half_open"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observation",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="654d13649472ae6925ef420b3ed4de5603d09db9",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_8cfdf",
                    table="measures_observation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observation",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="37ae3fe714cc08c32df65dda0f05c8635c88774b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fd0e0",
                    table="measures_observation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observation",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="435415728a746af0c70b17452564dc16315e56cf",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_47544",
                    table="measures_observation",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="statuschange",
            constraint=models.UniqueConstraint(fields=("measure", "recorded_at"), name="status_change_once_at_a_time"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statuschange",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="5fa77cc032827842149ee7f55c4c7ff01a7115f5",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_50b0c",
                    table="measures_statuschange",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statuschange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="1088511049d706cd7b1ce075c296596b75007c4e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8eb6c",
                    table="measures_statuschange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statuschange",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="d948a725031ca8ca0dcf29e6f1ce1e1c025cd514",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_83ea1",
                    table="measures_statuschange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("high__isnull", True), ("low__isnull", True), ("value__isnull", False)),
                    models.Q(
                        ("high__gte", models.F("low")),
                        ("high__isnull", False),
                        ("low__isnull", False),
                        ("value__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="target_value_or_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "range"), ("low__isnull", False)),
                    models.Q(models.Q(("kind", "range"), _negated=True), ("value__isnull", False)),
                    _connector="OR",
                ),
                name="target_range_has_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", True)), fields=("kpi",), name="target_one_ledger"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="target",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="f9499f0ef58273cea9406171a51beedc8faf8368",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audited_5cb07",
                    table="measures_target",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="target",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only: add a row that supersedes this one';",
                    hash="3284e3bb95de3256d9e8fbde8e788bbab70d23b8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_47a35",
                    table="measures_target",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="target",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only and cannot be truncated';",
                    hash="1e7a46e72bd92280a4fa257b61d5485c0a27938c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_8b41d",
                    table="measures_target",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="token",
            trigger=pgtrigger.compiler.Trigger(
                name="audited",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="INSERT INTO measures_auditdue (xid) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING; RETURN NULL;",
                    hash="e573a1f0a33727dfbda2bfb1896723a851d5164a",
                    level="STATEMENT",
                    operation='INSERT OR UPDATE OF "public_id", "digest", "person_id", "label", "scopes", "created_at", "expires_at", "revoked_at" OR DELETE',
                    pgid="pgtrigger_audited_3e99d",
                    table="measures_token",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="token",
            trigger=pgtrigger.compiler.Trigger(
                name="revoked_for_good",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'a revoked token stays revoked: issue a new one'; END IF; RETURN NEW;",
                    hash="ca89bf46a0848de315087474329acfadbeb538f7",
                    operation='UPDATE OF "revoked_at"',
                    pgid="pgtrigger_revoked_for_good_6e964",
                    table="measures_token",
                    when="BEFORE",
                ),
            ),
        ),
    ]
