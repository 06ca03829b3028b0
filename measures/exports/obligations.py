"""The table of obligations: what each measure owes in a cycle, and where it stands on a day."""

from datetime import date

from django.db.models import Case, QuerySet, Value, When

from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Obligation
from measures.queries.obligations import in_state
from measures.vocabulary import ObligationState

REFERS = {"measure": "measures", "cycle": "cycles", "ministry": "ministries"}


def table(obligations: QuerySet[Obligation], *, on: date) -> Table:
    """`obligations` by the day they are due, each with its state on the day `on`."""
    columns = _columns(Case(*(When(in_state([state], on=on), then=Value(state)) for state in ObligationState.values)))
    rows = select(obligations.order_by("due_on", "id"), columns)
    return Table("obligations", "報告義務", "Obligations", columns, rows, key=("id",), refers=REFERS)


def _columns(state: Case) -> tuple[Column, ...]:
    return (
        Column("id", Type.INTEGER, "報告義務番号", "Number of the obligation", "id", required=True),
        Column("cycle", Type.CODE, "報告期間", "Cycle", "cycle__code", required=True),
        Column("measure", Type.CODE, "施策コード", "Measure", "measure__code", required=True),
        Column("ministry", Type.CODE, "府省", "Ministry", "ministry__code", required=True),
        Column("due_on", Type.DATE, "期限", "Due on", "due_on", required=True),
        Column("state", Type.CODE, "状態", "State", state, codes=ObligationState, description="as_of の日の状態。"),
        Column("reported_at", Type.INSTANT, "報告日時", "Reported at", "reported_at"),
        Column("in_time_at", Type.INSTANT, "期限時点の報告日時", "Reported in time at", "in_time_at"),
        Column("waived_at", Type.INSTANT, "免除日時", "Waived at", "waived_at"),
        Column("waiver_reason", Type.TEXT, "免除の理由", "Why it was waived", "waiver_reason"),
        Column("unlocked_until", Type.INSTANT, "入力制限の解除の期限", "Unlocked until", "unlocked_until"),
        Column("unlock_reason", Type.TEXT, "入力制限の解除の理由", "Why it was unlocked", "unlock_reason"),
        Column("updated_at", Type.INSTANT, "更新日時", "Updated at", "updated_at", required=True),
        Column("version", Type.INTEGER, "版", "Version", "version", required=True),
    )
