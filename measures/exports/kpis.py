"""The table of KPIs: one row each, with its current standing."""

from django.db.models import QuerySet

from measures.exports import spans
from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Kpi
from measures.vocabulary import DataState, Direction, Rating, StandingState

OF_UNIT = "単位は unit 列。"
COLUMNS = (
    Column("code", Type.CODE, "指標コード", "KPI", "code", required=True),
    Column("name", Type.TEXT, "指標名", "Name", "name", required=True),
    Column("name_en", Type.TEXT, "指標名（英語）", "Name in English", "name_en"),
    Column("unit", Type.TEXT, "単位", "Unit", "unit"),
    Column("direction", Type.CODE, "改善の方向", "Wanted direction", "direction", codes=Direction),
    Column("statistic", Type.TEXT, "統計・データ名", "Statistic", "statistic"),
    Column("state", Type.CODE, "進捗の状態", "State", "standing__state", codes=StandingState),
    Column("rating", Type.CODE, "評価", "Rating", "standing__rating", codes=Rating),
    Column("rule", Type.CODE, "評価の規則", "Rule of the rating", "standing__rule"),
    Column("data_state", Type.CODE, "データの有無", "State of the data", "standing__data_state", codes=DataState),
    Column("value", Type.DECIMAL, "最新の実績値", "Latest value", "standing__value", description=OF_UNIT),
    Column("low", Type.DECIMAL, "最新の実績値の下限", "Low end", "standing__low", description=OF_UNIT),
    Column("high", Type.DECIMAL, "最新の実績値の上限", "High end", "standing__high", description=OF_UNIT),
    Column("baseline", Type.DECIMAL, "基準値", "Baseline", "standing__baseline", description=OF_UNIT),
    Column("target", Type.DECIMAL, "目標値", "Target", "standing__target", description=OF_UNIT),
    Column("progress", Type.DECIMAL, "進捗率", "Progress", spans.shown("standing__progress"), "比率（1が目標達成）"),
    Column("elapsed", Type.DECIMAL, "経過率", "Elapsed", spans.shown("standing__elapsed"), "比率（1が期限）"),
    Column("required", Type.DECIMAL, "要する実績値", "Required value", spans.shown("standing__required"),
           description=OF_UNIT),
    Column("met", Type.BOOLEAN, "目標達成", "Met", "standing__met"),
    Column("lost", Type.BOOLEAN, "達成後の後退", "Lost again", "standing__lost"),
    Column("provisional", Type.BOOLEAN, "速報による", "Provisional", "standing__provisional"),
    Column("approximate", Type.BOOLEAN, "概数による", "Approximate", "standing__approximate"),
    Column("updated_at", Type.INSTANT, "更新日時", "Updated at", "updated_at", required=True),
    *spans.columns("value_", path="standing__", what="実績値の", what_en="of the value: "),
)  # fmt: skip


def table(kpis: QuerySet[Kpi]) -> Table:
    """`kpis` by code; computed figures are rounded to 6 places, as the API shows them."""
    return Table("kpis", "指標", "KPIs", COLUMNS, select(kpis.order_by("code"), COLUMNS), key=("code",))
