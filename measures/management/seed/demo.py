"""Invented people with their duties, and one cycle to report in with what is owed in it; all of it marked as demo."""

from datetime import date

from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.rules import obligations, periods
from measures.vocabulary import AssignmentRole, CycleState

# A name that RFC 2606 keeps out of the net for ever: printed on a laptop, and delivered nowhere.
NOWHERE = "demo.invalid"
UNUSABLE_PASSWORD = "!"  # noqa: S105 - what Django stores when there is no password


def add(rows: Rows, material: Material, *, registry: Rows, cut_year: int | None) -> None:
    """`registry` holds the document and the ministries pointed at; a cut year has the next year's cycle ahead of it."""
    for one in material.decisions["demo"]["people"]:
        rows.add(
            "person",
            {
                "username": one["username"],
                "display_name": one["display_name"],
                "email": f"{one['username']}@{NOWHERE}",
                "password": UNUSABLE_PASSWORD,
                "last_login": None,
                "is_active": True,
                "is_demo": True,
            },
            key=one["username"],
        )
    for one in material.decisions["demo"]["people"]:
        rows.add(
            "duty",
            {
                "person": rows.pk("person", one["username"]),
                "role": one["role"],
                "ministry": registry.pk("ministry", one["ministry"]),
                "valid_from": material.decisions["demo"]["valid_from"],
                "valid_to": None,
            },
        )
    _add_cycle(rows, material, registry, cut_year)


def _add_cycle(rows: Rows, material: Material, registry: Rows, cut_year: int | None) -> None:
    decided = material.decisions["demo"]["cycle"]
    year = decided["fiscal_year"] if cut_year is None else cut_year + 1
    period = periods.fiscal_year(year)
    cycle = {
        "code": f"FY{year}",
        "document": registry.pk("document", material.decisions["import"]["document"]),
        "state": decided["state"] if cut_year is None else CycleState.PLANNED,
        "period_type": period.type,
        "period_start": period.start,
        "period_end": period.end,
        "opens_on": period.start,
        "due_on": date.fromisoformat(f"{year}-{decided['due_month_and_day']}"),
        "closes_on": period.last_day,
        "is_demo": True,
        "version": 1,
        "updated_at": material.decisions["import"]["at"],
    }
    key = rows.add("cycle", cycle)
    if cycle["state"] == CycleState.OPEN:
        _add_obligations(rows, registry, key)


def _add_obligations(rows: Rows, registry: Rows, key: int) -> None:
    """What opening the cycle would have made, as operations.obligations does."""
    cycle = rows.of("cycle")[key]
    leads = {
        one["measure"]: one["ministry"]
        for one in registry.of("assignment").values()
        if one["role"] == AssignmentRole.LEAD and one["valid_to"] is None
    }
    for measure, fields in registry.of("measure").items():
        if not obligations.owes(fields["status"], fields["status_since"], period_start=cycle["period_start"]):
            continue
        rows.add(
            "obligation",
            {
                "cycle": key,
                "measure": measure,
                "ministry": leads[measure],
                "due_on": cycle["due_on"],
                "version": 1,
                "updated_at": cycle["updated_at"],
            },
        )
