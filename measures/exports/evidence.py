"""The table of evidence: one row a file or address; who claimed and verified it is not told."""

from django.db.models import QuerySet

from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Evidence
from measures.vocabulary import EvidenceKind

COLUMNS = (
    Column("id", Type.INTEGER, "根拠資料番号", "Number of the evidence", "id", required=True),
    Column("measure", Type.CODE, "施策コード", "Measure", "measure__code", required=True),
    Column("ministry", Type.CODE, "府省", "Ministry", "ministry__code", required=True),
    Column("update", Type.INTEGER, "報告番号", "Number of the report", "update"),
    Column("milestone", Type.INTEGER, "里程標番号", "Number of the milestone", "milestone"),
    Column("kind", Type.CODE, "種類", "Kind", "kind", codes=EvidenceKind),
    Column("title", Type.TEXT, "表題", "Title", "title", required=True),
    Column("url", Type.TEXT, "URL", "Address", "url"),
    Column("name", Type.TEXT, "ファイル名", "Name of the file", "name"),
    Column("media_type", Type.CODE, "媒体の種類", "Media type", "media_type"),
    Column("size", Type.INTEGER, "大きさ", "Size", "size", "バイト"),
    Column("sha256", Type.CODE, "SHA-256", "SHA-256", "sha256"),
    Column("released_on", Type.DATE, "公表日", "Released on", "released_on"),
    Column("replaces", Type.INTEGER, "差替え前の根拠資料番号", "Number of what it replaces", "replaces"),
    Column("claimed_at", Type.INSTANT, "添付日時", "Added at", "recorded_at", required=True),
    Column("verified_at", Type.INSTANT, "確認日時", "Verified at", "verification__recorded_at"),
)


def table(evidence: QuerySet[Evidence]) -> Table:
    """`evidence` by id."""
    refers = {"measure": "measures", "update": "updates", "ministry": "ministries"}
    rows = select(evidence.order_by("id"), COLUMNS)
    return Table("evidence", "根拠資料", "Evidence", COLUMNS, rows, key=("id",), refers=refers)
