"""What one version of a report says otherwise than another, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measures.rules import differences as sides
from measures.rules import periods
from measures.rules.reports.figures import Row
from measures.vocabulary import ChangeKind

# What a report is made of: by which of its names a row of each is found again.
KEYS = {"measures": "code", "kpis": "code", "reports": "id"}
# What stands alone.
SINGLE = ("cycle", "document", "obligations")
# By which of its names a row inside of another is found again, where it is of no period; others by where they stand.
INNER = ("code", "id")


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is "measures", "kpis", "reports", "cycle", "document", "obligations" or "rule"; `field` leads to the value
    by dots, and is blank where the whole of it was added or removed. The values are text, or None.
    """

    what: str
    code: str
    kind: ChangeKind
    field: str
    before: str | None
    after: str | None


def differences(before: Row, after: Row) -> list[Difference]:
    """All that differs between two versions; none when they say the same. When each was drawn up is no difference."""
    found = [*_of_row("rule", "", {"rule": before["rule"]}, {"rule": after["rule"]})]
    for name in SINGLE:
        found += _of_row(name, "", before[name], after[name])
    for name, key in KEYS.items():
        was, now = ({str(row[key]): row for row in report[name]} for report in (before, after))
        for change in sides.between(was, now):
            if change.before is not None and change.after is not None:
                found += _of_row(name, change.key, change.before, change.after)
            else:
                found.append(Difference(name, change.key, change.kind, "", None, None))
    return found


def _of_row(what: str, code: str, before: Row, after: Row) -> Iterator[Difference]:
    for change in sides.between(dict(_leaves(before)), dict(_leaves(after))):
        if change.kind != ChangeKind.KEPT:
            yield Difference(what, code, change.kind, change.key, change.before, change.after)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value in a row with the way to it; what is null or empty is not said."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{_name(inner, place)}")
    elif value not in (None, ""):
        yield path, ("true" if value else "false") if isinstance(value, bool) else str(value)


def _name(row: Any, place: int) -> str:
    if isinstance(row, Mapping) and "period" in row:
        label = periods.label(periods.from_wire(row["period"]))
        return f"{row['kpi']} {label}" if "kpi" in row else label
    key = next((name for name in INNER if isinstance(row, Mapping) and name in row), None)
    return str(row[key] if key else place + 1)
