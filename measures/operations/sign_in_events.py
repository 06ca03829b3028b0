"""Events of signing in: restricted, since who signs in and how is between them and the auditor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from measures import audit
from measures.vocabulary import Audience, EventVerb


def record(
    verb: EventVerb,
    subject: tuple[str, str],
    *,
    actor_id: int | None,
    at: datetime,
    request_id: str,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Records what became of `subject`, such as ("factor", a person's number); `actor_id` is None for a command."""
    audit.record(
        at=at,
        actor_id=actor_id,
        verb=verb.value,
        subject=subject,
        after=after,
        audience=Audience.RESTRICTED,
        request_id=request_id,
    )
