"""Reading the sealed log: how long it is, the nodes of its tree, its checkpoints."""

from collections.abc import Collection

from django.db import connection

from measures.audit.merkle import Node
from measures.models import Checkpoint


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
