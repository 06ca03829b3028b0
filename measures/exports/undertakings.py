"""The tables of what was promised and decided of measures: their milestones, moved days, decisions and links."""

from measures.exports.registry import BASIS, RECORDED, STATE, SUPERSEDES
from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Deadline, Decision, MeasureLink, Milestone
from measures.queries import revisions
from measures.vocabulary import DecisionOutcome, MeasureLinkKind

PERSON = "人の番号。氏名は記録と別に管理する。"
MEASURE = Column("measure", Type.CODE, "施策コード", "Measure", "measure__code", required=True)
MILESTONES = (
    Column("id", Type.INTEGER, "マイルストーン番号", "Number of the milestone", "id", required=True),
    MEASURE,
    Column("title", Type.TEXT, "内容", "Title", "title", required=True),
    Column("due_on", Type.DATE, "期限", "Due on", "due_on", required=True),
    *BASIS,
    Column("done_on", Type.DATE, "完了日", "Done on", "done_on"),
    Column("evidence", Type.TEXT, "完了の根拠", "Evidence", "evidence"),
    Column("updated_at", Type.INSTANT, "更新日時", "Updated at", "updated_at", required=True),
    Column("revision", Type.INTEGER, "版", "Revision", "version", required=True),
)
DEADLINES = (
    Column("id", Type.INTEGER, "期限改定の番号", "Number of the moved day", "id", required=True),
    MEASURE,
    Column("milestone", Type.INTEGER, "マイルストーン番号", "Milestone", "milestone_id",
           description="空欄は施策そのものの期限。"),
    Column("was", Type.DATE, "改定前の期限", "Was due on", "was"),
    Column("due_on", Type.DATE, "改定後の期限", "Due on", "due_on"),
    STATE,
    Column("reason", Type.TEXT, "理由", "Reason", "reason", required=True),
    Column("set_by", Type.INTEGER, "改定した人", "Set by", "set_by_id", description=PERSON, required=True),
    RECORDED,
    Column("decided_by", Type.INTEGER, "可否を決めた人", "Decided by", "verdict__decided_by_id", description=PERSON),
    Column("decided_at", Type.INSTANT, "可否の決定日時", "Decided at", "verdict__recorded_at"),
    Column("comment", Type.TEXT, "可否の説明", "Comment on the decision", "verdict__comment"),
    SUPERSEDES,
)  # fmt: skip
DECISIONS = (
    Column("id", Type.INTEGER, "決定番号", "Number of the decision", "id", required=True),
    MEASURE,
    Column("outcome", Type.CODE, "決定", "Outcome", "outcome", codes=DecisionOutcome),
    Column("into", Type.CODE, "統合先の施策", "Merged into", "into__code"),
    Column("reference", Type.TEXT, "決定の所在", "Where it can be read", "reference", required=True),
    Column("decided_on", Type.DATE, "決定日", "Decided on", "decided_on", required=True),
    Column("reason", Type.TEXT, "理由", "Reason", "reason", required=True),
    Column("recorded_by", Type.INTEGER, "記録した人", "Recorded by", "recorded_by_id", description=PERSON,
           required=True),
    RECORDED,
)  # fmt: skip
# The same two measures may hang together under several themes, of which one may be blank: no columns are a key.
MEASURE_LINKS = (
    MEASURE,
    Column("other", Type.CODE, "相手の施策コード", "Other measure", "other__code", required=True),
    Column("kind", Type.CODE, "関係の種類", "Kind", "kind", codes=MeasureLinkKind),
    Column("theme", Type.TEXT, "テーマ", "Theme", "theme"),
    *BASIS,
    RECORDED,
)


def tables() -> list[Table]:
    """All of them, with all their rows, which everyone may see."""
    moved = revisions.with_states(Deadline.objects.order_by("id"))
    links = MeasureLink.objects.order_by("measure__code", "other__code", "theme")
    return [
        Table("milestones", "マイルストーン", "Milestones", MILESTONES,
              select(Milestone.objects.order_by("id"), MILESTONES), key=("id",), refers={"measure": "measures"}),
        Table("deadlines", "期限の改定", "Moved days", DEADLINES, select(moved, DEADLINES), key=("id",),
              refers={"measure": "measures", "milestone": "milestones", "supersedes": "deadlines"}),
        Table("decisions", "決定", "Decisions", DECISIONS, select(Decision.objects.order_by("id"), DECISIONS),
              key=("id",), refers={"measure": "measures", "into": "measures"}),
        Table("measure_links", "施策どうしの関係", "Links of measures", MEASURE_LINKS, select(links, MEASURE_LINKS),
              refers={"measure": "measures", "other": "measures"}),
    ]  # fmt: skip
