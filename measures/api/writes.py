"""The one place that owns the transaction of an HTTP write: claim the key, gate, act, render, store, commit."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NoReturn

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.api.problems import Busy, KeyReused, Precondition, is_given_up
from measures.api.renderers import JSONRenderer
from measures.errors import BadInput, Problem, Stale, WrongTurn
from measures.messages import say
from measures.models import IdempotencyKey
from measures.operations import sealing

KEPT = timedelta(hours=24)
TRIES = 3
ALREADY_THERE = "23505"
RETRIED = ("40001", "40P01")
# A backlog is for the sealer, and not for who happens to write.
SEALED_AT_ONCE = 200
log = logging.getLogger(__name__)
KEPT_HEADERS = ("Location", "ETag", "Content-Type")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write leaves to say: a status, the rendered data, and where and in which version it now stands."""

    status: int
    data: Any = None
    location: str = ""
    version: int | None = None


def write(
    request: Request,
    act: Callable[[datetime], Answer],
    *,
    needs_key: bool = True,
    keeps: bool = True,
    content: bytes | None = None,
) -> HttpResponse:
    """Runs `act(at)` in one transaction; a repeated Idempotency-Key is answered as it was the first time.

    Serialization failures and deadlocks are tried again, three times in all. Raises what `act` raises, KeyReused
    when the key stands for another request, BadInput when a key is needed and missing, and Busy when others were in
    the way for too long. An answer that holds a
    secret is not stored (`keeps` false), so that its key does nothing. `content` stands for a body that was read
    already.
    """
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                response = (
                    _once(request, act, content, needs_key=needs_key) if keeps else _rendered(act(timezone.now()))
                )
            break
        except IntegrityError as error:
            # Whoever asks first was let through by the check that both passed; the constraint has the last word.
            if getattr(error.__cause__, "sqlstate", None) != ALREADY_THERE:
                raise
            detail = say("Someone else did the same at this moment: read again what there is now.")
            raise WrongTurn("at-once", detail) from None
        except OperationalError as error:
            if not is_given_up(error) and getattr(error.__cause__, "sqlstate", None) not in RETRIED:
                raise
            if is_given_up(error) or attempt == TRIES:
                detail = say("Others are changing the same; nothing was done. Send the same again in a second.")
                raise Busy("busy", detail) from error
    _seal()
    response["Consistency-Token"] = _position()
    return response


def _seal() -> None:
    """Seals what is finished, this write too; a write that is committed stays done whatever comes of it."""
    try:
        sealing.seal(at=timezone.now(), limit=SEALED_AT_ONCE)
    except Exception:
        log.exception("a write is committed and could not be sealed yet")


def _once(
    request: Request, act: Callable[[datetime], Answer], content: bytes | None, *, needs_key: bool
) -> HttpResponse:
    at = timezone.now()
    key = request.headers.get("Idempotency-Key", "")
    if not key and not needs_key:
        return _rendered(act(at))
    if not key:
        hint = say("Send an Idempotency-Key, a new one for each thing you do, so that it is done once.")
        return _without_key(act, at, hint)
    if not (key.isascii() and key.isprintable() and len(key) <= 255):
        return _without_key(act, at, say("The Idempotency-Key must be at most 255 printable ASCII characters."))
    claim = _claim(request, key, request.body if content is None else content, at)
    if claim.status is not None:
        return _replayed(claim)
    response = _rendered(act(at))
    claim.status, claim.body = response.status_code, response.content.decode()
    claim.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    claim.save(update_fields=["status", "body", "headers"])
    return response


def _without_key(act: Callable[[datetime], Answer], at: datetime, hint: str) -> NoReturn:
    """Lets everything that stands before it in the order of refusals speak first, then refuses and rolls back."""
    act(at)
    raise BadInput([Problem("", "idempotency-key", hint, parameter="Idempotency-Key")])


def _claim(request: Request, key: str, content: bytes, at: datetime) -> IdempotencyKey:
    """The row of this caller's key, new or as another request left it; waits for a twin that is still at work."""
    person_id = actor_of(request).person_id
    fingerprint = sha256(b"\n".join([str(request.method).encode(), request.path.encode(), content])).hexdigest()
    IdempotencyKey.objects.filter(person=person_id, created_at__lt=at - KEPT).delete()
    row = IdempotencyKey(person_id=person_id, key=key, fingerprint=fingerprint, created_at=at)
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    claim = IdempotencyKey.objects.select_for_update().get(person=person_id, key=key)
    if claim.fingerprint != fingerprint:
        raise KeyReused("key-reused", say("This Idempotency-Key stands for another request: use a new one."))
    return claim


def _replayed(claim: IdempotencyKey) -> HttpResponse:
    response = HttpResponse(claim.body.encode(), status=claim.status)
    for name, value in claim.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def _rendered(answer: Answer) -> HttpResponse:
    response = HttpResponse(JSONRenderer().render(answer.data), status=answer.status, content_type="application/json")
    if answer.location:
        response["Location"] = answer.location
    if answer.version is not None:
        response["ETag"] = etag(answer.version)
    return response


def etag(version: int) -> str:
    """A row's version as its entity tag."""
    return f'"v{version}"'


def require_version(request: Request, version: int) -> None:
    """Refuses a change that does not say which version it was made from (428), or says an old one (412)."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise Precondition(
            "if-match-needed", say("Send If-Match with the ETag you read; it is now {etag}.", etag=etag(version))
        )
    if given != "*" and etag(version) not in [tag.strip() for tag in given.split(",")]:
        raise Stale(
            "stale",
            say(
                "It changed since you read {given}: it is now {etag}; read it again first.",
                given=given[:64],
                etag=etag(version),
            ),
        )


def _position() -> str:
    """Where the database's log stands after the commit; a replica that has replayed it shows this write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        return str(cursor.fetchone()[0])
