"""Reading the sealed log: how long it is, what of it someone may see, its checkpoints and the proofs between them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet

from measures.audit import merkle
from measures.audit.merkle import Node, Range
from measures.models import Checkpoint, Event
from measures.rules import visibility
from measures.rules.roles import Actor
from measures.vocabulary import Audience

# How many positions one statement of the feed looks through, and how many one page does at most.
WINDOW, MOST = 10_000, 40_000


def size() -> int:
    """How many positions there are; one statement that reads one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM measures_sealedevent")
        return int(cursor.fetchone()[0])


def nodes(wanted: Collection[Node]) -> dict[Node, bytes]:
    """Those of the `wanted` nodes that are stored; one statement, none for none."""
    if not wanted:
        return {}
    levels, indexes = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, index, hash FROM measures_treenode"
            " WHERE (level, index) IN (SELECT * FROM unnest(%s::smallint[], %s::bigint[]))",
            [list(levels), list(indexes)],
        )
        return {(level, index): bytes(value) for level, index, value in cursor.fetchall()}


def newest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_at(moment: datetime) -> Checkpoint | None:
    """The newest checkpoint that was made by `moment`; there is none later, once that lies back."""
    return Checkpoint.objects.filter(at__lte=moment).order_by("-size").first()


def checkpoints_before(size: int, *, most: int) -> list[Checkpoint]:
    """The newest checkpoints of at most `size`, the newest first."""
    return list(Checkpoint.objects.filter(size__lte=size).order_by("-size")[:most])


def visible_to(actor: Actor) -> QuerySet[Event]:
    """The events whose audience `actor` belongs to."""
    seen = Q(audience=Audience.PUBLIC)
    if visibility.sees_restricted(actor):
        seen |= Q(audience=Audience.RESTRICTED)
    if visibility.sees_all_rounds(actor):
        seen |= Q(audience=Audience.MINISTRY)
    elif ministries := visibility.ministries_seen(actor):
        seen |= Q(audience=Audience.MINISTRY, ministry__code__in=sorted(ministries))
    return Event.objects.filter(seen)


def feed(events: QuerySet[Event], *, after: int, limit: int, newest: int) -> tuple[list[Event], int]:
    """The next `limit` of `events`, each with its `position`, and the position from which to go on.

    What has a position up to `newest` was committed before it was asked for, so nothing comes between later on: where
    no more of `events` are found, everything up to the returned position was looked through once and for all. A page
    looks through 40,000 positions at most, in statements of 10,000.
    """
    most = min(after + MOST, newest)
    found: list[Event] = []
    while after < most and len(found) < limit:
        end = min(after + WINDOW, most)
        found += _between(events, after, end)[: limit - len(found)]
        after = end
    return found, found[-1].position if len(found) == limit else after  # type: ignore[attr-defined]


def _between(events: QuerySet[Event], after: int, end: int) -> QuerySet[Event]:
    stands = events.filter(sealed__position__gt=after, sealed__position__lte=end)
    return stands.select_related("ministry").annotate(position=F("sealed__position")).order_by("position")


def inclusion(position: int, size: int) -> list[bytes]:
    """The hashes that prove the event at `position` to be in the log of `size`; one statement."""
    return _hashes(merkle.inclusion_path(position - 1, size))


def consistency(first: int, second: int) -> list[bytes]:
    """The hashes that prove the log of size `second` to go on from that of size `first`; one statement."""
    return _hashes(merkle.consistency_path(first, second))


def _hashes(path: Sequence[Range]) -> list[bytes]:
    return merkle.hashes_of(path, nodes(merkle.nodes_of(path)))
