"""Sealing: giving committed events their final position, and growing the Merkle tree over them."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from measures.audit import merkle
from measures.queries import log
from measures.vocabulary import Audience

LIMIT = 10_000
# Any number will do, as long as nothing else takes it.
TURN = 9162
LOWER_HALF = 2**32 - 1

EDGE = """
    SELECT system_identifier, pg_current_snapshot()::text, pg_current_xact_id_if_assigned()::text::bigint,
        batch.last, batch.counts, batch.cluster, batch.watermark, batch.watermark_event
    FROM pg_control_system() LEFT JOIN (SELECT * FROM measures_sealedbatch ORDER BY id DESC LIMIT 1) AS batch ON true
"""
# A session's transaction is known to be one of another database only when the session's own entry and the lock that
# it holds on itself both say so: the two are not read in the same instant, and a pid or a place may have a new owner.
ELSEWHERE = """
    SELECT held.transactionid::text::bigint FROM pg_locks AS held JOIN pg_stat_activity AS session USING (pid)
    WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
        AND session.backend_xid = held.transactionid AND session.datname <> current_database()
    UNION ALL SELECT transaction::text::bigint FROM pg_prepared_xacts WHERE database <> current_database()
"""
COLUMNS = """
    SELECT event.id, event.xid, event.leaf_hash, event.audience, ministry.code,
        (SELECT sealed.position FROM measures_sealedevent AS sealed WHERE sealed.event_id = event.id)
    FROM measures_event AS event LEFT JOIN measures_ministry AS ministry ON ministry.id = event.ministry_id
"""
# In the order of the index on these three columns, which is read from where the last batch ended.
FINISHED = f"""{COLUMNS}
    WHERE event.cluster = %(cluster)s AND (event.xid, event.id) > (%(watermark)s, %(watermark_event)s)
        AND event.xid < %(finished)s
    ORDER BY event.xid, event.id LIMIT %(limit)s
"""
UNSEALED = f"""{COLUMNS}
    WHERE NOT EXISTS (SELECT FROM measures_sealedevent AS sealed WHERE sealed.event_id = event.id)
        AND (event.cluster <> %(cluster)s OR event.xid < %(finished)s)
    ORDER BY event.id LIMIT %(limit)s
"""
ADD = """
    WITH placed AS (
        INSERT INTO measures_sealedevent (position, event_id)
        SELECT %(last)s + number, event FROM unnest(%(events)s::bigint[]) WITH ORDINALITY AS given (event, number)
    ), grown AS (
        INSERT INTO measures_treenode (level, index, hash)
        SELECT * FROM unnest(%(levels)s::smallint[], %(indexes)s::bigint[], %(hashes)s::bytea[])
    )
    INSERT INTO measures_sealedbatch (first, last, watermark, watermark_event, cluster, sealed_at, counts)
    VALUES (%(last)s + 1, %(last)s + %(number)s, %(watermark)s, %(watermark_event)s, %(cluster)s, %(at)s, %(counts)s)
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far was looked: every transaction of the cluster below `watermark`, and that one up to `watermark_event`."""

    cluster: int = 0
    watermark: int = 0
    watermark_event: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the log ends now, and up to which transaction of this cluster everything is `finished`."""

    cluster: int
    finished: int
    last: int
    counts: Counter[str]
    mark: Mark
    was_restored: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An event, as far as sealing has to do with it; `position` when it is sealed already."""

    id: int
    xid: int
    leaf_hash: bytes
    audience: str
    ministry: str | None
    position: int | None

    @property
    def counted_as(self) -> str:
        return f"ministry:{self.ministry}" if self.audience == Audience.MINISTRY else self.audience


def seal(*, at: datetime, limit: int = LIMIT) -> int:
    """Seals the next events, `limit` at most, and gives their number; one transaction of about five statements.

    Whoever has the lock seals for everyone, and the others have nothing to do: 0. Call it again until it gives 0.

    Nothing is missed, doubled or sealed in another order for another reason, because

    1. Only one seals at a time, and it sees all that the one before it did: the lock goes when a transaction is over
       and visible, every statement after taking it has a snapshot of its own (READ COMMITTED), and if that were ever
       not so, the primary key and the unique event refuse the batch.
    2. `finished` is a transaction id below which nothing that can write events here still runs. An id is in the list
       of running ones from the moment it is given until it is committed or rolled back and visible so; the snapshot's
       upper end bounds those that it cannot know. An event's `xid` is that of its whole transaction, so a savepoint
       is nothing of its own, and what was rolled back is never read.
    3. The events are read by a later statement than that. Each one below `finished` is thereby committed and visible
       to it, or never will be: later on no other one can appear there.
    4. So a batch takes all events in [watermark, finished), in the order of their ids, and the next one goes on at
       `finished`. An event with a lower id that commits later has a transaction that ran, and comes in a later batch.
    5. `finished` never falls behind the last watermark: what was known to be over stays over, even where a session of
       another database is, later, no longer known to be one.
    6. Where the last batch is from another cluster, or ids went back, transaction ids say nothing of the past: the
       database was restored. Then everything without a position that is finished is sealed, found by comparing
       the two tables, in parts that each compare again; only the last part sets a watermark of this cluster.

    A batch of more than `limit` ends before the transaction that goes past it, and when that one has more than `limit`
    alone, within it: it is over as a whole, so its events can be counted off by id. Nothing is written when nothing was
    found; the next look begins at the same place of the index, where there is still nothing, however many
    transactions have passed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        if cursor.fetchone() == (False,):
            return 0
        edge = _edge(cursor)
        found, mark = _everything(cursor, edge, limit) if edge.was_restored else _next(cursor, edge, limit)
        if found or mark != edge.mark:
            _add(cursor, edge, sorted(found, key=lambda event: event.id), mark, at)
        return len(found)


def _edge(cursor: Any) -> Edge:
    cursor.execute(EDGE)
    cluster, snapshot, own, last, counts, *mark = cursor.fetchone()
    _, end, listed = snapshot.split(":")
    # A snapshot does not list the transaction that takes it, which has written when it was not begun for the sealing.
    running = [int(one) for one in listed.split(",") if one] + ([own] if own else [])
    finished = _finished_below(int(end), running, _elsewhere(cursor) if running else set())
    if last is None:
        return Edge(cluster, finished, 0, Counter(), Mark(), was_restored=True)
    before = Mark(*mark)
    was_restored = before.cluster != cluster or before.watermark > int(end)
    if not was_restored:
        finished = max(finished, before.watermark)
    return Edge(cluster, finished, last, Counter(json.loads(counts)), before, was_restored)


def _finished_below(end: int, running: Sequence[int], elsewhere: Collection[int]) -> int:
    """The transaction below which none that may write here runs; `elsewhere` has the lower halves of ids, as locks do.

    `end` and `running` are those of a snapshot that was taken before anyone asked which ones are `elsewhere`: what has
    ended in between is not among those any more, and counts as running here until the next look.
    """
    return min([end, *(one for one in running if one & LOWER_HALF not in elsewhere)])


def _elsewhere(cursor: Any) -> set[int]:
    cursor.execute(ELSEWHERE)
    return {one for (one,) in cursor.fetchall()}


def _next(cursor: Any, edge: Edge, limit: int) -> tuple[list[Found], Mark]:
    """What was finished since the last mark, and the mark behind it.

    Events that have their position already, as after a restore that stamped them anew, are passed by.
    """
    mark = edge.mark
    while True:
        given = {"watermark": mark.watermark, "watermark_event": mark.watermark_event}
        rows = _rows(cursor, FINISHED, edge, limit, **given)
        if not rows:
            return [], mark
        part, mark = _part(rows, limit, Mark(edge.cluster, edge.finished))
        found = [event for event in part if event.position is None]
        if found or len(rows) <= limit:
            return found, mark


def _part(rows: list[Found], limit: int, whole: Mark) -> tuple[list[Found], Mark]:
    """Of `rows` in the order of transactions, one more than `limit` if there are more: what is taken, and the mark."""
    if len(rows) <= limit:
        return rows, whole
    over = rows[limit].xid
    if before := [event for event in rows if event.xid < over]:
        return before, Mark(whole.cluster, over)
    return rows[:limit], Mark(whole.cluster, over, rows[limit - 1].id)


def _everything(cursor: Any, edge: Edge, limit: int) -> tuple[list[Found], Mark]:
    """What is finished and has no position, whatever its transaction; the mark moves here with the last part."""
    rows = _rows(cursor, UNSEALED, edge, limit)
    return rows[:limit], edge.mark if len(rows) > limit else Mark(edge.cluster, edge.finished)


def _rows(cursor: Any, statement: str, edge: Edge, limit: int, **given: int) -> list[Found]:
    cursor.execute(statement, {"cluster": edge.cluster, "finished": edge.finished, "limit": limit + 1, **given})
    return [Found(*row) for row in cursor.fetchall()]


def _add(cursor: Any, edge: Edge, events: Sequence[Found], mark: Mark, at: datetime) -> None:
    known = log.nodes(merkle.peaks(edge.last))
    nodes = merkle.append([bytes(event.leaf_hash) for event in events], size=edge.last, known=known)
    counts = edge.counts + Counter(event.counted_as for event in events)
    given = {
        "last": edge.last,
        "number": len(events),
        "events": [event.id for event in events],
        "levels": [level for level, _ in nodes],
        "indexes": [index for _, index in nodes],
        "hashes": list(nodes.values()),
        "cluster": mark.cluster,
        "watermark": mark.watermark,
        "watermark_event": mark.watermark_event,
        "at": at,
        "counts": json.dumps(counts, sort_keys=True),
    }
    cursor.execute(ADD, given)
