"""Rollups of measures by ministry, section or document, and of all of them for the summary."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from measures.models import Assignment, Measure, MeasureLink
from measures.rules import rollups
from measures.rules.rollups import Member, Rollup
from measures.vocabulary import AssignmentRole, Rating, RollupBy

# What the aggregate of the summary counts of measures one by one, to be corrected by `counts`.
EACH = {
    "once_ratable": Count("pk", filter=Q(standing__ratable__gt=0)),
    **{f"once_{rating}": Count("pk", filter=Q(standing__rating=rating)) for rating in Rating.values},
}
BY = {RollupBy.SECTION: "element__parent__code", RollupBy.DOCUMENT: "element__document__code"}


def by(which: RollupBy, measures: QuerySet[Measure]) -> dict[str, Rollup]:
    """A rollup for each lead ministry, section or document of `measures`, by its code; three statements."""
    together = rollups.groups(_links())
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    if which == RollupBy.MINISTRY:
        leads = Assignment.objects.filter(role=AssignmentRole.LEAD, valid_to=None, measure__in=measures)
        keys = dict(leads.values_list("measure__code", "ministry__code"))
    else:
        keys = dict(measures.order_by().values_list("code", BY[which]))
    for code, member in _members(measures).items():
        if keys.get(code) is not None:
            members[keys[code]][code] = member
    return {key: rollups.rollup(members[key], together) for key in sorted(members)}


def counts(measures: QuerySet[Measure], each: Mapping[str, int]) -> dict[str, Any]:
    """The counts of a rollup of all `measures`, from those of an aggregate that counted `EACH` one by one.

    Only linked measures are read: two statements, however many there are of the others.
    """
    together = rollups.groups(_links())
    linked = _members(measures.filter(code__in=[code for group in together for code in group])) if together else {}
    once, apart = rollups.rollup(linked, together), rollups.rollup(linked, ())
    by_rating = {
        rating: each[f"once_{rating}"] - apart.by_rating[rating] + once.by_rating[rating] for rating in Rating.values
    }
    return {
        "total": each["total"] - apart.total + once.total,
        "ratable": each["once_ratable"] - apart.ratable + once.ratable,
        "rated": by_rating[Rating.A] + by_rating[Rating.B],
        "by_rating": by_rating,
        "counted_once": len(once.counted_once),
    }


def _links() -> list[tuple[str, str]]:
    links = MeasureLink.objects.filter(kind__in=rollups.COUNTED_ONCE)
    return list(links.order_by("pk").values_list("measure__code", "other__code"))


def _members(measures: QuerySet[Measure]) -> dict[str, Member]:
    rows = measures.order_by("code").values_list("code", "standing__rating", "standing__ratable")
    return {code: Member(rating, ratable > 0) for code, rating, ratable in rows}
