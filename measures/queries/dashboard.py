"""What the overview shows beside the summary: statuses by lead ministry and by section, and what changed last."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q

from measures.models import Event, Measure
from measures.queries import log
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, EventVerb, MeasureStatus, Rating

# Figures are computed anew by the thousand, which is no news.
NO_NEWS = (EventVerb.REBUILD,)


def by_ministry() -> list[dict[str, Any]]:
    """For each lead ministry, in order of precedence, how many of its measures are in each status; one statement."""
    led = Measure.objects.filter(assignments__role=AssignmentRole.LEAD, assignments__valid_to=None)
    names = {name: f"assignments__ministry__{name}" for name in ("code", "name", "name_en", "precedence")}
    return _rows(led, names, order=("precedence", "code"))


def by_section() -> list[dict[str, Any]]:
    """For each section of each document, in reading order, the same; one statement."""
    inside = Measure.objects.exclude(element__parent=None)
    names = {"code": "code", "name": "text", "name_en": "text_en", "marker": "marker", "order": "order"}
    columns = {name: f"element__parent__{column}" for name, column in names.items()}
    return _rows(inside, {"document": "element__document__code", **columns}, order=("document", "order"))


def changes(actor: Actor, *, most: int) -> Iterable[Event]:
    """The last events that `actor` may see, the latest first; one statement."""
    return log.visible_to(actor).exclude(verb__in=NO_NEWS).order_by("-pk")[:most]


def _rows(measures: Any, columns: Mapping[str, str], *, order: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each group of `columns`, under their names, with its total, `statuses` by code and `ratings` by code."""
    found = (
        measures.order_by()
        .values(*columns.values())
        .annotate(
            total=Count("pk"),
            **{f"of_{status}": Count("pk", filter=Q(status=status)) for status in MeasureStatus.values},
            **{f"of_{rating}": Count("pk", filter=Q(standing__rating=rating)) for rating in Rating.values},
        )
        .order_by(*(columns[name] for name in order))
    )
    return [
        {
            **{name: row[column] for name, column in columns.items()},
            "total": row["total"],
            "statuses": {status: row[f"of_{status}"] for status in MeasureStatus.values},
            "ratings": {rating: row[f"of_{rating}"] for rating in Rating.values},
        }
        for row in found
    ]
