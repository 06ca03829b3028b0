"""The audit event of an import: how many rows it brought, and the digest of all of them."""

from datetime import datetime
from hashlib import sha256

from measures.audit.canonical import canonical, leaf_hash
from measures.audit.events import event_body
from measures.management.seed.rows import Rows
from measures.vocabulary import Audience

VERB = "import"


def add(rows: Rows, *, pk: int, at: str, subject: tuple[str, str], audience: Audience) -> None:
    """Adds the event over every row that is there already; call it last."""
    after = {
        "counts": rows.counts(),
        "sha256": sha256(canonical(list(rows.objects())).encode()).hexdigest(),
    }
    body = event_body(
        at=datetime.fromisoformat(at),
        actor_id=None,
        verb=VERB,
        subject=subject,
        before=None,
        after=after,
        audience=audience,
        ministry=None,
        request_id="",
    )
    rows.add(
        "event",
        {
            "at": at,
            "actor": None,
            "verb": VERB,
            "subject_type": subject[0],
            "subject_code": subject[1],
            "body": body,
            "leaf_hash": leaf_hash(body),
            "request_id": "",
            "audience": audience,
            "ministry": None,
        },
        pk=pk,
    )
