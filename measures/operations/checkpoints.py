"""Checkpoints and the log's key: signing what is sealed, and beginning to sign with another key."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from measures import audit
from measures.audit import checkpoints, log_keys, merkle
from measures.audit.checkpoints import Signer
from measures.audit.log_keys import LogKeyError
from measures.models import Checkpoint, LogKey
from measures.queries import log

log_of_service = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)


class LogBroken(Exception):
    """The stored tree is not the one that was signed before; says which size."""


def checkpoint(*, at: datetime) -> Checkpoint | None:
    """The checkpoint of everything that is sealed, made now unless it is there; None while nothing is.

    The key is made when there never was one. Raises LogKeyError when it cannot be used, and LogBroken instead of
    signing a log that does not go on from its last checkpoint.
    """
    newest = log.newest_checkpoint()
    size = log.size()
    if not size or (newest and newest.size >= size):
        return newest
    if newest and _root(newest.size) != bytes(newest.root):
        raise LogBroken(
            f"The log is not what its checkpoint of size {newest.size} signed: nothing more is signed. "
            "Compare it with an earlier export and bring back a copy of the database."
        )
    signer, root = _signer(at=at, size=size), _root(size)
    note = signer.signed(checkpoints.text(origin=settings.LOG_ORIGIN, size=size, root=root, at=at))
    Checkpoint.objects.bulk_create([Checkpoint(size=size, root=root, text=note, at=at)], ignore_conflicts=True)
    return Checkpoint.objects.get(size=size)


def checkpoint_when_due(*, at: datetime) -> None:
    """`checkpoint`, unless the last one is less than a minute old: once a minute in a busy log, at once in an idle."""
    newest = log.newest_checkpoint()
    if newest is None or newest.at <= at - EVERY:
        checkpoint(at=at)


def newest_size(*, at: datetime) -> int:
    """The size of a checkpoint of everything that is sealed, or of the newest there is where none can be signed now."""
    try:
        newest = checkpoint(at=at)
    except (LogKeyError, LogBroken):
        log_of_service.exception("the log is exported up to an earlier checkpoint")
        newest = log.newest_checkpoint()
    return newest.size if newest else 0


def rotate_key(*, at: datetime) -> LogKey:
    """Makes the key that signs from now on; the old one stays in its folder, and published. Raises LogKeyError."""
    with transaction.atomic():
        signer = log_keys.replaced(settings.LOG_KEY_DIR, settings.LOG_ORIGIN)
        key = LogKey.objects.create(vkey=signer.vkey, since=at, since_size=log.size())
        audit.record(
            at=at,
            actor_id=None,
            verb="rotate",
            subject=("log_key", signer.id.hex()),
            after={"vkey": signer.vkey, "since_size": key.since_size},
        )
    return key


def _signer(*, at: datetime, size: int) -> Signer:
    """The key, which is published before it signs."""
    folder = settings.LOG_KEY_DIR
    if LogKey.objects.exists() or log_keys.is_there(folder):
        signer = log_keys.kept(folder)
    else:
        signer = log_keys.made(folder, settings.LOG_ORIGIN)
    LogKey.objects.bulk_create([LogKey(vkey=signer.vkey, since=at, since_size=size)], ignore_conflicts=True)
    return signer


def _root(size: int) -> bytes:
    return merkle.root(size, log.nodes(merkle.peaks(size)))
