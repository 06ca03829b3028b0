"""Downloads: who took which file, asked how, is itself an event."""

from datetime import datetime

from django.db import transaction

from measures import audit
from measures.rules.roles import Actor
from measures.vocabulary import Audience


@transaction.atomic
def note(*, file: str, query: str, actor: Actor, at: datetime) -> None:
    """Records that `actor` begins to receive `file`, e.g. "updates.csv", asked for with the `query` string.

    Restricted: who looks into what is between them and the auditor.
    """
    audit.record(
        at=at,
        actor_id=actor.person_id,
        verb="download",
        subject=("export", file),
        after={"query": query},
        audience=Audience.RESTRICTED,
        request_id=actor.request_id,
    )
