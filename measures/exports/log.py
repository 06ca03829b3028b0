"""The whole log as JSON Lines, for whoever verifies it elsewhere."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from measures.models import Checkpoint, LogKey, SealedEvent, TreeNode

FORMAT = "measure-tracker/1"
# Positions, or nodes, that one statement reads; each is read on its own, so no long one is ever open.
ROWS_A_CHUNK = 1000
Sees = Callable[[str, str | None], bool]
log = logging.getLogger(__name__)


def stream(*, size: int, origin: str, sees: Sees) -> Iterator[bytes]:
    """The log of the first `size` positions, which has a checkpoint, in chunks; memory stays flat.

    `sees(audience, ministry)` says whose bodies the reader gets; the others are left out, and their leaves still prove
    the log whole. All of it was sealed before and changes no more, so the statements need no common snapshot. A log
    that broke off has no last line `{"end": N}`, since the status was sent long before.
    """
    try:
        keys = LogKey.objects.order_by("id").values_list("vkey", flat=True)
        yield from lines(size=size, origin=origin, keys=list(keys), sees=sees)
    except Exception:
        log.exception("the export of the log broke off")


def lines(*, size: int, origin: str, keys: Sequence[str], sees: Sees) -> Iterator[bytes]:
    """As `stream`, with the public `keys` named first, but raises what reading raises."""
    yield _line({"log": FORMAT, "origin": origin, "size": size, "keys": keys})
    for first in range(1, size + 1, ROWS_A_CHUNK):
        yield b"".join(_events(first, min(first + ROWS_A_CHUNK - 1, size), sees))
    level = 1
    while count := size >> level:
        for first in range(0, count, ROWS_A_CHUNK):
            yield b"".join(_nodes(level, first, min(first + ROWS_A_CHUNK, count)))
        level += 1
    yield from _checkpoints(size)
    yield _line({"end": size})


def _events(first: int, last: int, sees: Sees) -> Iterator[bytes]:
    leaves = dict(TreeNode.objects.filter(level=0, index__range=(first - 1, last - 1)).values_list("index", "hash"))
    columns = ("position", "event_id", "event__audience", "event__ministry__code", "event__body")
    rows = SealedEvent.objects.filter(position__range=(first, last)).order_by("position").values_list(*columns)
    for position, event, audience, ministry, body in rows:
        leaf = leaves.get(position - 1)
        shown = {"position": position, "event": event, "leaf": None if leaf is None else bytes(leaf).hex()}
        yield _line({**shown, "body": body} if sees(audience, ministry) else shown)


def _nodes(level: int, first: int, end: int) -> Iterator[bytes]:
    rows = TreeNode.objects.filter(level=level, index__gte=first, index__lt=end).order_by("index")
    for index, value in rows.values_list("index", "hash"):
        yield _line({"level": level, "index": index, "hash": bytes(value).hex()})


def _checkpoints(size: int) -> Iterator[bytes]:
    last = 0
    while texts := dict(
        Checkpoint.objects.filter(size__gt=last, size__lte=size)
        .order_by("size")
        .values_list("size", "text")[:ROWS_A_CHUNK]
    ):
        yield b"".join(_line({"checkpoint": text}) for text in texts.values())
        last = max(texts)


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
