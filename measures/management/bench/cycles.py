"""The generated reporting cycles, one a month and document, and the two tables by which SQL finds its way in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from measures.management.bench.plan import Plan, month
from measures.management.bench.registry import (
    MINISTRIES,
    document_code,
    kind_of,
    measure_code,
    ministry_code,
    ministry_of,
)
from measures.management.bench.rows import copy, execute
from measures.models import Cycle
from measures.rules import periods
from measures.vocabulary import CycleState, PeriodType

COORDINATOR = 2 * MINISTRIES + 1
TABLES = """
    CREATE TEMP TABLE bench_cycle (cycle int PRIMARY KEY, name text, opened_at timestamptz, imported_at timestamptz)
        ON COMMIT DROP;
    CREATE TEMP TABLE bench_slot (
        slot int PRIMARY KEY, document int, kind text, measure_code text, ministry_id int, ministry_code text,
        officer_id int, approver_id int) ON COMMIT DROP"""


def add(plan: Plan) -> int:
    return copy(Cycle, _cycles(plan), at=plan.began_at)


def prepare(plan: Plan) -> None:
    """Makes bench_cycle and bench_slot."""
    execute(TABLES)
    with connection.cursor() as cursor:
        with cursor.copy("COPY bench_cycle FROM STDIN") as out:
            for cycle in range(plan.closed + 1):
                name = f"{plan.month_of(cycle):%Y-%m}"
                out.write_row([cycle, name, plan.opened_at(cycle), plan.imported_at(cycle)])
        with cursor.copy("COPY bench_slot FROM STDIN") as out:
            for slot in range(plan.measures):
                ministry = ministry_of(slot)
                people = [ministry * 2 - 1, ministry * 2]
                named = [kind_of(slot).value, measure_code(slot), ministry, ministry_code(ministry)]
                out.write_row([slot, document_of(plan, slot), *named, *people])


def document_of(plan: Plan, slot: int) -> int:
    return next(document for document in range(plan.documents) if slot in plan.slots_of(document))


def cycle_id(plan: Plan, cycle: int, document: int) -> int:
    return cycle * plan.documents + document + 1


def cycle_code(plan: Plan, cycle: int, document: int) -> str:
    return f"{document_code(document)}-{plan.month_of(cycle):%Y-%m}"


def turned(plan: Plan, cycle: int, document: int, state: CycleState) -> dict[str, Any]:
    """A cycle as it was in `state`."""
    first = plan.month_of(cycle)
    return {
        "id": cycle_id(plan, cycle, document),
        "code": cycle_code(plan, cycle, document),
        "document_id": document + 1,
        "state": state,
        "period_type": PeriodType.MONTH,
        "period_start": first,
        "period_end": month(first, 1),
        "opens_on": month(first, 1),
        "due_on": month(first, 1) + timedelta(days=19),
        "closes_on": month(first, 2) - timedelta(days=1),
        "is_demo": True,
        "version": [CycleState.PLANNED, CycleState.OPEN, CycleState.CLOSED].index(state) + 1,
        "updated_at": turned_at(plan, cycle, state),
    }


def turned_at(plan: Plan, cycle: int, state: CycleState) -> datetime:
    if state == CycleState.PLANNED:
        return plan.began_at
    if state == CycleState.OPEN:
        return plan.opened_at(cycle) - timedelta(hours=1)
    return plan.opened_at(cycle + 1) - timedelta(hours=2)


def snapshot(cycle: dict[str, Any]) -> dict[str, Any]:
    """What an event says of a cycle, as operations.cycles does."""
    period = periods.from_dates(cycle["period_type"], cycle["period_start"], cycle["period_end"])
    days = {name: cycle[name] for name in ("opens_on", "due_on", "closes_on")}
    document = document_code(cycle["document_id"] - 1)
    named = {"code": cycle["code"], "document": document, "state": cycle["state"]}
    return {**named, "period": periods.to_wire(period), **days, "version": cycle["version"]}


def _cycles(plan: Plan) -> Iterator[dict[str, Any]]:
    for cycle in range(plan.closed + 1):
        for document in range(plan.documents):
            yield turned(plan, cycle, document, CycleState.CLOSED if cycle < plan.closed else CycleState.OPEN)
