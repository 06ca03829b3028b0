"""Rollups of measures by ministry, section or document, and of all of them for the summary."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

from measures.models import Assignment, Measure, MeasureLink
from measures.rules import rollups
from measures.rules.rollups import Member, Rollup
from measures.vocabulary import AssignmentRole, Rating, RollupBy

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


def counts(measures: QuerySet[Measure], *, total: int, ratable: int, by_rating: Mapping[str, int]) -> dict[str, Any]:
    """The counts of a rollup of all `measures`, from what they come to one by one.

    Only linked measures are read: two statements, however many there are of the others.
    """
    links = MeasureLink.objects.filter(kind__in=rollups.COUNTED_ONCE).order_by("pk").values_list("measure", "other")
    together = rollups.groups((str(one), str(other)) for one, other in links)
    linked = _members(measures.filter(_among(int(pk) for group in together for pk in group)), "pk") if together else {}
    once, apart = rollups.rollup(linked, together), rollups.rollup(linked, ())
    ratings = {one: by_rating.get(one, 0) - apart.by_rating[one] + once.by_rating[one] for one in Rating.values}
    return {
        "total": total - apart.total + once.total,
        "ratable": ratable - apart.ratable + once.ratable,
        "rated": ratings[Rating.A] + ratings[Rating.B],
        "by_rating": ratings,
        "counted_once": len(once.counted_once),
    }


def _links() -> list[tuple[str, str]]:
    links = MeasureLink.objects.filter(kind__in=rollups.COUNTED_ONCE)
    return list(links.order_by("pk").values_list("measure__code", "other__code"))


def _among(keys: Iterable[int]) -> Func:
    """Whether a row is one of these, hundreds perhaps, as one parameter: Django's `in` makes one of each."""
    listed = Value(list(keys), ArrayField(BigIntegerField()))
    return Func(F("pk"), listed, arg_joiner=" = ANY(", template="(%(expressions)s))", output_field=BooleanField())


def _members(measures: QuerySet[Measure], name: str = "code") -> dict[str, Member]:
    """By their code, or the text of another unique `name`."""
    rows = measures.order_by(name).values_list(name, "standing__rating", "standing__ratable")
    return {str(one): Member(rating, ratable > 0) for one, rating, ratable in rows}
