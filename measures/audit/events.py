"""Writing events: the one way in which a change leaves its trace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from measures.audit.canonical import canonical, leaf_hash
from measures.models import Event, Ministry
from measures.vocabulary import Audience

VERSION = 1


def record(
    *,
    at: datetime,
    actor_id: int | None,
    verb: str,
    subject: tuple[str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    audience: Audience = Audience.PUBLIC,
    ministry: Ministry | None = None,
    request_id: str = "",
    acting_as: Mapping[str, str] | None = None,
) -> Event:
    """Writes the event of a change in the transaction that makes it; one INSERT.

    `subject` is (type, code), e.g. ("update", "42"); `before` and `after` are what the change found and left, null
    when there was nothing. `audience` says who may read the event, for ever; MINISTRY needs `ministry`.
    `acting_as` is {"role", "ministry"} of the duty under which the actor did it, where one was needed.
    """
    body = event_body(
        at=at,
        actor_id=actor_id,
        verb=verb,
        subject=subject,
        before=before,
        after=after,
        audience=audience,
        ministry=ministry.code if ministry else None,
        request_id=request_id,
        acting_as=acting_as,
    )
    return Event.objects.create(
        at=at,
        actor_id=actor_id,
        verb=verb,
        subject_type=subject[0],
        subject_code=subject[1],
        body=body,
        leaf_hash=leaf_hash(body),
        request_id=request_id,
        audience=audience,
        ministry=ministry,
    )


def event_body(
    *,
    at: datetime,
    actor_id: int | None,
    verb: str,
    subject: tuple[str, str],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    audience: Audience,
    ministry: str | None,
    request_id: str,
    acting_as: Mapping[str, str] | None = None,
) -> str:
    """The canonical JSON text of an event; what its leaf hash is of. It names a duty only where there is one."""
    return canonical(
        {
            **({"acting_as": acting_as} if acting_as else {}),
            "v": VERSION,
            "at": at,
            "actor": actor_id,
            "verb": verb,
            "subject": {"type": subject[0], "code": subject[1]},
            "before": before,
            "after": after,
            "audience": str(audience),
            "ministry": ministry,
            "request_id": request_id,
        }
    )
