"""The table of measures: one row each, with its lead, status and the standing of its KPIs."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, QuerySet, Subquery, TextField, Value

from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Assignment, Measure
from measures.vocabulary import AssignmentRole, Basis, Health, MeasureKind, MeasureStatus, Rating

CURRENT = Assignment.objects.filter(measure=OuterRef("pk"), valid_to=None)
LEAD = CURRENT.filter(role=AssignmentRole.LEAD)
SUPPORTING = CURRENT.filter(role=AssignmentRole.SUPPORT).order_by("ministry__precedence", "ministry__code")
JOINED = Func(
    ArraySubquery(SUPPORTING.values("ministry__code")),
    Value(" "),
    function="array_to_string",
    output_field=TextField(),
)
COLUMNS = (
    Column("code", Type.CODE, "施策コード", "Measure", "code", required=True),
    Column("document", Type.CODE, "文書コード", "Document", "element__document__code", required=True),
    Column("section", Type.CODE, "章コード", "Section", "element__parent__code"),
    Column("first_line", Type.INTEGER, "原文の最初の行", "First line", "element__first_line", "行", required=True),
    Column("last_line", Type.INTEGER, "原文の最後の行", "Last line", "element__last_line", "行", required=True),
    Column("kind", Type.CODE, "種類", "Kind", "kind", codes=MeasureKind),
    Column("title", Type.TEXT, "施策名", "Title", "title", required=True),
    Column("title_en", Type.TEXT, "施策名（英語）", "Title in English", "title_en"),
    Column("text", Type.TEXT, "原文", "Text", "element__text", required=True),
    Column("lead", Type.CODE, "主担当府省", "Lead", Subquery(LEAD.values("ministry__code")[:1])),
    Column("lead_basis", Type.CODE, "主担当の根拠", "Why it leads", Subquery(LEAD.values("basis")[:1]), codes=Basis),
    Column("supporting", Type.TEXT, "関係府省", "Supporting ministries", JOINED,
           description="府省コードを建制順に空白で区切る。"),
    Column("status", Type.CODE, "実施状況", "Status", "status", codes=MeasureStatus),
    Column("status_since", Type.DATE, "実施状況の開始日", "Status since", "status_since"),
    Column("health", Type.CODE, "申告された見通し", "Declared health", "health", codes=Health),
    Column("rating", Type.CODE, "評価", "Rating", "standing__rating", codes=Rating,
           description="評価のある指標のうち最も低いもの。"),
    Column("kpis_total", Type.INTEGER, "指標の数", "KPIs", "standing__total", "件"),
    Column("kpis_ratable", Type.INTEGER, "評価できる指標の数", "Ratable KPIs", "standing__ratable", "件"),
    Column("kpis_rated", Type.INTEGER, "評価した指標の数", "Rated KPIs", "standing__rated", "件"),
    Column("kpis_met", Type.INTEGER, "目標を達成した指標の数", "Met KPIs", "standing__met", "件"),
    Column("divergent", Type.BOOLEAN, "見通しと指標の乖離", "Divergent", "standing__divergent"),
    Column("explained_by", Type.INTEGER, "乖離を説明する報告番号", "Explained by", "standing__explained_by"),
    Column("due_on", Type.DATE, "期限", "Due on", "due_on"),
    Column("updated_at", Type.INSTANT, "更新日時", "Updated at", "updated_at", required=True),
    Column("revision", Type.INTEGER, "版", "Revision", "version", required=True),
)  # fmt: skip


def table(measures: QuerySet[Measure]) -> Table:
    """`measures` in the order of their documents; supporting ministries are joined by a space."""
    rows = select(measures.order_by(F("element__document__code"), "element__order", "code"), COLUMNS)
    refers = {"explained_by": "updates", "lead": "ministries"}
    return Table("measures", "施策", "Measures", COLUMNS, rows, key=("code",), refers=refers)
