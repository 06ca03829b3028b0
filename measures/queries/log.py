"""Reading the sealed log: how long it is, and the nodes of its tree."""

from collections.abc import Collection

from django.db import connection

from measures.audit.merkle import Node

NODES = """
    SELECT level, index, hash FROM measures_treenode
    WHERE (level, index) IN (SELECT * FROM unnest(%s::smallint[], %s::bigint[]))
"""
SIZE = "SELECT coalesce(max(position), 0) FROM measures_sealedevent"


def size() -> int:
    """How many positions there are; one statement that reads one row."""
    with connection.cursor() as cursor:
        cursor.execute(SIZE)
        return int(cursor.fetchone()[0])


def nodes(wanted: Collection[Node]) -> dict[Node, bytes]:
    """Those of the `wanted` nodes that are stored; one statement, none for none."""
    if not wanted:
        return {}
    levels, indexes = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(NODES, [list(levels), list(indexes)])
        return {(level, index): bytes(value) for level, index, value in cursor.fetchall()}
