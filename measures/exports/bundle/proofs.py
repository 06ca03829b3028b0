"""Proofs of the log that stand for themselves, as JSON Lines: whoever has a checkpoint needs no more of the log.

Any other event's proof can be made from the log in the bundle, see audit/verify_bundle.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models.functions import TruncDate

from measures.models import Checkpoint, SealedEvent
from measures.queries import log
from measures.rules.days import JAPAN
from measures.vocabulary import Audience, EventVerb

# What fixes the digests of texts: documents that came in, reports that were published.
FIXING = (EventVerb.IMPORT, EventVerb.CONFIRM, EventVerb.PUBLISH)
ROWS_A_FETCH = 500


def stream(size: int) -> Iterator[bytes]:
    """That the log of `size` goes on from the last checkpoint of each day before, and holds the events that fix texts.

    One statement a proof, a few hundred a year.
    """
    for earlier in _last_of_each_day(size):
        path = log.consistency(earlier.size, size)
        yield _line({"from": earlier.size, "to": size, "path": _hex(path), "from_checkpoint": earlier.text})
    for position, event, leaf in _fixing(size):
        path = log.inclusion(position, size)
        said = {"event": event, "position": position, "leaf_index": position - 1, "size": size}
        yield _line({**said, "leaf_hash": bytes(leaf).hex(), "path": _hex(path)})


def _last_of_each_day(size: int) -> Iterator[Checkpoint]:
    by_day = Checkpoint.objects.filter(size__lt=size).annotate(day=TruncDate("at", tzinfo=JAPAN))
    return by_day.order_by("day", "-size").distinct("day").iterator(ROWS_A_FETCH)


def _fixing(size: int) -> Iterator[tuple[int, int, Any]]:
    rows = SealedEvent.objects.filter(
        position__lte=size, event__verb__in=FIXING, event__audience=Audience.PUBLIC
    ).order_by("position")
    return rows.values_list("position", "event_id", "event__leaf_hash").iterator(ROWS_A_FETCH)


def _hex(path: list[bytes]) -> list[str]:
    return [one.hex() for one in path]


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
