"""Invented people with their duties, and one cycle to report in; all of it marked as demo."""

from datetime import date

from measures.management.seed.material import Material
from measures.management.seed.rows import Rows
from measures.rules import periods
from measures.vocabulary import CycleState

UNUSABLE_PASSWORD = "!"  # noqa: S105 - what Django stores when there is no password


def add(rows: Rows, material: Material, *, registry: Rows, cut_year: int | None) -> None:
    """`registry` holds the document and the ministries pointed at; a cut year has the next year's cycle ahead of it."""
    for one in material.decisions["demo"]["people"]:
        rows.add(
            "person",
            {
                "username": one["username"],
                "display_name": one["display_name"],
                "email": "",
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
    rows.add(
        "cycle",
        {
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
        },
    )
