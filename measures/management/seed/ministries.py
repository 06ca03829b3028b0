"""The government bodies, in the order of their list."""

import re
from typing import Any

from measures.management.seed.material import Material
from measures.management.seed.rows import Rows

FULL_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


def add(rows: Rows, material: Material) -> None:
    listed = material.ministries["ministries"]
    # A parent may stand below its agencies, so the numbers are known before the rows are added.
    numbers = {one["name_ja"]: number for number, one in enumerate(listed, start=1)}
    for one in listed:
        parent = one["parent"]
        rows.add(
            "ministry",
            {
                "code": one["abbr"].lower(),
                "name": one["name_ja"],
                "name_en": one["name_en"],
                "level": one["level"],
                "parent": numbers.get(parent),
                "parent_name": "" if parent in numbers else parent or "",
                "precedence": one["kensei_jun"],
                "corporate_number": one["corporate_number"],
                "valid_from": _first_day(one["exists_since"]),
                "valid_to": None,
                "note": _note(one),
                "source": _source(one, material.decisions["ministries"]["unfollowable_sources"]),
                "recorded_at": material.decisions["import"]["at"],
            },
            key=one["abbr"].lower(),
        )


def by_name(material: Material) -> dict[str, str]:
    """Ministry codes by Japanese name."""
    return {one["name_ja"]: one["abbr"].lower() for one in material.ministries["ministries"]}


def _first_day(exists_since: str | None) -> str | None:
    found = FULL_DAY.match(exists_since or "")
    return found.group() if found else None


def _note(one: dict[str, Any]) -> str:
    since = f"exists since {one['exists_since']}" if one["exists_since"] else ""
    return "; ".join(filter(None, [since, one["note"]]))


def _source(one: dict[str, Any], unfollowable: dict[str, str]) -> str:
    number, order = one["corporate_number_seen_at"], one.get("kensei_jun_seen_at")
    parts = [
        f"corporate number: {unfollowable.get(number, number)}" if number else "",
        f"precedence: {order}" if order else "",
    ]
    return "; ".join(filter(None, parts))
