"""The table of observations: one row a value, with its unit, period, source and what it corrects."""

from django.db.models import QuerySet

from measures.exports import spans
from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Observation
from measures.vocabulary import ObservationStatus

COLUMNS = (
    Column("id", Type.INTEGER, "実績値番号", "Number of the value", "id", required=True),
    Column("kpi", Type.CODE, "指標コード", "KPI", "kpi__code", required=True),
    Column("kpi_name", Type.TEXT, "指標名", "Name of the KPI", "kpi__name"),
    *spans.columns(),
    Column("value", Type.DECIMAL, "実績値", "Value", "value", description="単位は unit 列。範囲のときは空欄。"),
    Column("low", Type.DECIMAL, "範囲の下限", "Low end", "low", description="単位は unit 列。"),
    Column("high", Type.DECIMAL, "範囲の上限", "High end", "high", description="単位は unit 列。"),
    Column("unit", Type.TEXT, "単位", "Unit", "kpi__unit"),
    Column("status", Type.CODE, "速報・確報", "Provisional or final", "status", codes=ObservationStatus),
    Column("approximate", Type.BOOLEAN, "概数", "Approximate", "approximate"),
    Column("derived", Type.BOOLEAN, "算出値", "Derived", "derived"),
    Column("derivation", Type.TEXT, "算出方法", "How it was derived", "derivation"),
    Column("note", Type.TEXT, "注記", "Note", "note"),
    Column("source_title", Type.TEXT, "出典", "Source", "source__title"),
    Column("source_publisher", Type.TEXT, "出典の発行者", "Publisher", "source__publisher"),
    Column("source_url", Type.TEXT, "出典のURL", "Address of the source", "source__url"),
    Column("source_published_on", Type.DATE, "出典の公表日", "Published on", "source__published_on"),
    Column("recorded_at", Type.INSTANT, "記録日時", "Recorded at", "recorded_at", required=True),
    Column("corrects", Type.INTEGER, "訂正前の実績値番号", "Number of the value it corrects", "corrects"),
    Column("reason", Type.TEXT, "訂正の理由", "Why it was corrected", "reason"),
    Column("update", Type.INTEGER, "報告番号", "Number of the report", "update"),
)


def table(observations: QuerySet[Observation]) -> Table:
    """`observations` by KPI and period."""
    rows = select(observations.order_by("kpi__code", "period_start", "period_type", "id"), COLUMNS)
    refers = {"kpi": "kpis", "update": "updates", "corrects": "observations"}
    return Table("observations", "実績値", "Observations", COLUMNS, rows, key=("id",), refers=refers)
