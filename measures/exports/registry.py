"""The tables of the registry: what measures and KPIs refer to, and the ledgers that say what had to be reached."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from measures.exports import spans
from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Assignment, Baseline, Cycle, KpiLink, Ministry, Target
from measures.queries import revisions
from measures.vocabulary import AssignmentRole, Basis, CycleState, RevisionState, TargetKind

OF_UNIT = "単位は指標の unit 列。"
BASIS = (
    Column("basis", Type.CODE, "根拠の種類", "Basis", "basis", codes=Basis),
    Column("reason", Type.TEXT, "理由", "Reason", "reason"),
)
RECORDED = Column("recorded_at", Type.INSTANT, "記録日時", "Recorded at", "recorded_at", required=True)
STATE = Column("state", Type.CODE, "状態", "State", "state", codes=RevisionState)
SUPERSEDES = Column("supersedes", Type.INTEGER, "改定前の番号", "Number of what it revises", "supersedes")
MINISTRIES = (
    Column("code", Type.CODE, "府省コード", "Ministry", "code", required=True),
    Column("name", Type.TEXT, "名称", "Name", "name", required=True),
    Column("name_en", Type.TEXT, "名称（英語）", "Name in English", "name_en"),
    Column("parent", Type.CODE, "上位の府省", "Parent", "parent__code"),
    Column("precedence", Type.INTEGER, "建制順", "Order of precedence", "precedence"),
    Column("corporate_number", Type.CODE, "法人番号", "Corporate number", "corporate_number"),
    Column("valid_from", Type.DATE, "存続の初日", "From", "valid_from"),
    Column("valid_to", Type.DATE, "存続の終わり", "Until", "valid_to", description="この日を含まない。"),
)
CYCLES = (
    Column("code", Type.CODE, "報告期間", "Cycle", "code", required=True),
    Column("document", Type.CODE, "文書コード", "Document", "document__code", required=True),
    Column("state", Type.CODE, "状態", "State", "state", codes=CycleState),
    *spans.columns(),
    Column("opens_on", Type.DATE, "開始日", "Opens on", "opens_on", required=True),
    Column("due_on", Type.DATE, "期限", "Due on", "due_on", required=True),
    Column("closes_on", Type.DATE, "締切日", "Closes on", "closes_on", required=True),
    Column("is_demo", Type.BOOLEAN, "実演用", "Demo", "is_demo"),
    Column("updated_at", Type.INSTANT, "更新日時", "Updated at", "updated_at", required=True),
)
ASSIGNMENTS = (
    Column("id", Type.INTEGER, "担当番号", "Number of the assignment", "id", required=True),
    Column("measure", Type.CODE, "施策コード", "Measure", "measure__code", required=True),
    Column("ministry", Type.CODE, "府省", "Ministry", "ministry__code", required=True),
    Column("role", Type.CODE, "役割", "Role", "role", codes=AssignmentRole),
    Column("valid_from", Type.DATE, "担当の初日", "From", "valid_from", required=True),
    Column("valid_to", Type.DATE, "担当の終わり", "Until", "valid_to", description="この日を含まない。"),
    *BASIS,
    RECORDED,
)
KPI_LINKS = (
    Column("measure", Type.CODE, "施策コード", "Measure", "measure__code", required=True),
    Column("kpi", Type.CODE, "指標コード", "KPI", "kpi__code", required=True),
    *BASIS,
    RECORDED,
)
BASELINES = (
    Column("id", Type.INTEGER, "基準値番号", "Number of the baseline", "id", required=True),
    Column("kpi", Type.CODE, "指標コード", "KPI", "kpi__code", required=True),
    STATE,
    *spans.columns(),
    Column("value", Type.DECIMAL, "基準値", "Value", "value", description=OF_UNIT),
    *BASIS,
    RECORDED,
    SUPERSEDES,
)
TARGETS = (
    Column("id", Type.INTEGER, "目標番号", "Number of the target", "id", required=True),
    Column("kpi", Type.CODE, "指標コード", "KPI", "kpi__code", required=True),
    STATE,
    Column("kind", Type.CODE, "種類", "Kind", "kind", codes=TargetKind),
    Column("value", Type.DECIMAL, "目標値", "Value", "value",
           description="種類が relative のときは増減の割合、multiple のときは倍率。それ以外は指標の単位。"),
    Column("low", Type.DECIMAL, "範囲の下限", "Low end", "low", description=OF_UNIT),
    Column("high", Type.DECIMAL, "範囲の上限", "High end", "high", description=OF_UNIT),
    Column("due_on", Type.DATE, "期限", "Due on", "due_on", required=True),
    Column("stated_as", Type.TEXT, "原文の表現", "Stated as", "stated_as"),
    Column("source", Type.TEXT, "出典", "Source", "source"),
    *BASIS,
    RECORDED,
    SUPERSEDES,
)  # fmt: skip


def tables() -> list[Table]:
    """All of them, with all their rows, which everyone may see."""
    links = KpiLink.objects.order_by("measure__code", "kpi__code")
    return [
        _table("ministries", "府省", "Ministries", Ministry.objects.order_by("code"), MINISTRIES, parent="ministries"),
        _table("cycles", "報告期間", "Cycles", Cycle.objects.order_by("code"), CYCLES),
        _table("assignments", "担当", "Assignments", Assignment.objects.order_by("id"), ASSIGNMENTS,
               measure="measures", ministry="ministries"),
        _table("kpi_links", "施策と指標", "KPIs of measures", links, KPI_LINKS, measure="measures", kpi="kpis"),
        _table("baselines", "基準値", "Baselines", revisions.with_states(Baseline.objects.order_by("id")), BASELINES,
               kpi="kpis", supersedes="baselines"),
        _table("targets", "目標", "Targets", revisions.with_states(Target.objects.order_by("id")), TARGETS,
               kpi="kpis", supersedes="targets"),
    ]  # fmt: skip


def _table(
    name: str, title: str, title_en: str, rows: QuerySet[Any], columns: Sequence[Column], **refers: str
) -> Table:
    """Its key is the first column, or of a link the first two."""
    key = ("measure", "kpi") if columns[0].name == "measure" else (columns[0].name,)
    return Table(name, title, title_en, tuple(columns), select(rows, columns), key=key, refers=refers)
