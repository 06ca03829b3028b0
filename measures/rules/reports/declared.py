"""A measure in two reports: what was declared of it, and then what its KPIs say, puts it into one part."""

from collections.abc import Collection
from typing import Any

from measures.rules.reports.figures import Row
from measures.vocabulary import ChangePart, Health, MeasureStatus, Rating

# Of a measure in one of these nothing is reported any more.
GONE = (MeasureStatus.MERGED, MeasureStatus.DISCONTINUED)
# From bad to good, so that two that differ are never level.
STATUSES = (
    MeasureStatus.DISCONTINUED,
    MeasureStatus.MERGED,
    MeasureStatus.SUSPENDED,
    MeasureStatus.NOT_STARTED,
    MeasureStatus.IN_PROGRESS,
    MeasureStatus.COMPLETED,
    MeasureStatus.CONCLUDED,
)
HEALTHS = (Health.OFF_TRACK, Health.AT_RISK, Health.ON_TRACK)
RATINGS = (None, Rating.F, Rating.N, Rating.B, Rating.A)


def part(before: Row | None, after: Row | None, causes: Collection[ChangePart], *, same_cycle: bool) -> ChangePart:
    """The part of a measure that stands in `before`, `after` or both.

    `causes` are the parts of its KPIs whose rating moved. Between two versions of one cycle a report that takes the
    place of another is a correction.
    """
    was_tracked, is_tracked = _is_tracked(before), _is_tracked(after)
    if was_tracked != is_tracked:
        return ChangePart.ENTERED if is_tracked else ChangePart.LEFT
    if before is None or after is None or not is_tracked:
        return _of_what_never_was(before, after)
    if before["report"] is None and after["report"] is not None:
        return ChangePart.NEWLY_REPORTED
    if (said := _declared(before, after)) != 0:
        if same_cycle and before["report"] != after["report"]:
            return ChangePart.RESTATED
        return ChangePart.IMPROVED if said > 0 else ChangePart.WORSENED
    return _rated(before, after, causes)


def _is_tracked(row: Row | None) -> bool:
    return row is not None and row["status"] not in GONE


def _of_what_never_was(before: Row | None, after: Row | None) -> ChangePart:
    """What is in one report alone, or in both, and tracked in neither."""
    if before is None:
        return ChangePart.ENTERED
    return ChangePart.LEFT if after is None else ChangePart.UNCHANGED


def _declared(before: Row, after: Row) -> int:
    """Above 0 when better is declared, below when worse; the health first, where both were assessed."""
    if {before["health"], after["health"]} <= set(HEALTHS) and before["health"] != after["health"]:
        return _step(HEALTHS, before["health"], after["health"])
    return _step(STATUSES, before["status"], after["status"])


def _rated(before: Row, after: Row, causes: Collection[ChangePart]) -> ChangePart:
    was, now = before["standing"]["rating"], after["standing"]["rating"]
    if was == now:
        return ChangePart.UNCHANGED
    for only in (ChangePart.RULE_CHANGED, ChangePart.RESTATED, ChangePart.NEWLY_REPORTED):
        if set(causes) == {only}:
            return only
    return ChangePart.IMPROVED if _step(RATINGS, was, now) > 0 else ChangePart.WORSENED


def _step(order: Any, before: Any, after: Any) -> int:
    return int(order.index(after) - order.index(before))
