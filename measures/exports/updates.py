"""The table of progress updates: one row a report."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import ProgressUpdate, ReportedValue
from measures.vocabulary import Health, MeasureStatus, UpdateKind, UpdateState

COUNTED = (
    ReportedValue.objects.filter(update=OuterRef("pk")).order_by().values("update").annotate(n=Count("pk")).values("n")
)
COLUMNS = (
    Column("id", Type.INTEGER, "報告番号", "Number of the report", "id", required=True),
    Column("measure", Type.CODE, "施策コード", "Measure", "measure__code", required=True),
    Column("cycle", Type.CODE, "報告期間", "Cycle", "cycle__code", required=True),
    Column("kind", Type.CODE, "種類", "Kind", "kind", codes=UpdateKind),
    Column("state", Type.CODE, "状態", "State", "state", codes=UpdateState),
    Column("round", Type.INTEGER, "提出回数", "Round", "round", "回"),
    Column("ministry", Type.CODE, "報告する府省", "Ministry", "ministry__code", required=True),
    Column("on_behalf_of", Type.CODE, "代理入力の対象の府省", "On behalf of", "on_behalf_of__code"),
    Column("declared_status", Type.CODE, "申告された実施状況", "Status", "declared_status", codes=MeasureStatus),
    Column("declared_health", Type.CODE, "申告された見通し", "Health", "declared_health", codes=Health),
    Column("explanation_cause", Type.TEXT, "乖離の原因", "Cause of a divergence", "explanation_cause"),
    Column("explanation_corrective_step", Type.TEXT, "是正策", "Corrective step", "explanation_corrective_step"),
    Column("explanation_owner", Type.TEXT, "是正の担当", "Who corrects", "explanation_owner"),
    Column("explanation_due_on", Type.DATE, "是正の期限", "Corrected by", "explanation_due_on"),
    Column("narrative", Type.TEXT, "取組の状況", "Narrative", "narrative"),
    Column("reason", Type.TEXT, "訂正の理由", "Why it was corrected", "reason"),
    Column("observations", Type.INTEGER, "実績値の数", "Values", Coalesce(Subquery(COUNTED), 0), "件"),
    Column("drafted_at", Type.INSTANT, "起案日時", "Drafted at", "drafted_at", required=True),
    Column("submitted_at", Type.INSTANT, "提出日時", "Submitted at", "submitted_at"),
    Column("decided_at", Type.INSTANT, "決定日時", "Decided at", "decided_at"),
    Column("version", Type.INTEGER, "版", "Version", "version", required=True),
)


def table(updates: QuerySet[ProgressUpdate]) -> Table:
    """`updates` by id; `observations` is how many values the report holds."""
    rows, refers = (
        select(updates.order_by("id"), COLUMNS),
        {"measure": "measures", "cycle": "cycles", "ministry": "ministries"},
    )
    return Table("updates", "進捗報告", "Progress updates", COLUMNS, rows, key=("id",), refers=refers)
