"""A change as it is written down: in the text of a report, and in answers."""

from typing import Any

from measures.rules import periods
from measures.rules.reports.change import Change, Moved
from measures.rules.reports.figures import Figure, Judged


def told(change: Change) -> dict[str, Any]:
    """{parts, measures, kpis}: how many fall into each part, and which does into which."""
    return {
        "parts": change.counts(),
        "measures": [_moved(one) for one in change.measures],
        "kpis": [{**_moved(one), "restated": list(one.restated), **_columns(one)} for one in change.kpis],
    }


def _moved(one: Moved) -> dict[str, Any]:
    return {"code": one.code, "part": one.part.value, "before": one.before, "after": one.after}


def _columns(one: Moved) -> dict[str, Any]:
    """The three columns are null of what is in one report alone."""
    if one.columns is None:
        return dict.fromkeys(("published", "restated_figure", "rerated"))
    return {
        "published": _judged(one.columns.published),
        "restated_figure": _figure(one.columns.restated),
        "rerated": _judged(one.columns.rerated),
    }


def _judged(one: Judged) -> dict[str, Any]:
    return {"figure": _figure(one.figure), "rating": one.rating, "state": one.state, "rule": one.rule}


def _figure(one: Figure | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"period": periods.to_wire(one.period), "value": one.value, "low": one.low, "high": one.high}
