"""Tokens: issued with scopes and an end, revoked, and noted when they are used."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import transaction
from django.db.models import Q

from measures import audit
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Person, Token
from measures.vocabulary import Audience, Scope

USED_AT_MOST_ONCE_IN = timedelta(minutes=1)
# The text of a token as `issue` makes it, found from its dot on, which is rare in text.
TOKEN = re.compile(r"\.(?<=[0-9a-f]{16}\.)[A-Za-z0-9_-]{43}")
SHORTEST = 16 + 1 + 43


@transaction.atomic
def issue(
    *,
    person: Person,
    scopes: Collection[str],
    expires_at: datetime,
    at: datetime,
    label: str = "",
    issuer_id: int | None,
) -> tuple[Token, str]:
    """A new token of `person` and its text `<id>.<secret>`, which is nowhere kept and cannot be shown again."""
    if unknown := sorted(set(scopes) - set(Scope.values)) or (["none"] if not scopes else []):
        detail = say(
            "'{unknown}' is no scope; choose from {values}.", unknown=unknown[0], values=", ".join(Scope.values)
        )
        raise BadInput([Problem("/scopes", "unknown-scope", detail)])
    if expires_at <= at:
        raise BadInput([Problem("/expires_at", "in-the-past", say("A token must expire in the future."))])
    public_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    token = Token.objects.create(
        public_id=public_id,
        digest=digest_of(secret),
        person=person,
        label=label,
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=expires_at,
    )
    audit.record(
        at=at,
        actor_id=issuer_id,
        verb="issue",
        subject=("token", public_id),
        after={"person": person.pk, "scopes": token.scopes, "expires_at": expires_at, "label": label},
        audience=Audience.RESTRICTED,
    )
    return token, f"{public_id}.{secret}"


@transaction.atomic
def revoke(*, public_id: str, at: datetime, revoker_id: int | None) -> Token:
    """Ends a token at once and for good; revoking it again changes nothing."""
    token = Token.objects.select_for_update().get(public_id=public_id)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        audit.record(
            at=at,
            actor_id=revoker_id,
            verb="revoke",
            subject=("token", public_id),
            after={"revoked_at": at},
            audience=Audience.RESTRICTED,
        )
    return token


def find(*, public_id: str, secret: str) -> Token | None:
    """The token that this id and secret open, were it not ended, or None whatever the reason; one statement."""
    token = Token.objects.select_related("person").filter(public_id=public_id).first()
    # The digest is compared even for an unknown id, so that the time taken does not tell the two apart.
    matches = compare_digest(token.digest if token else "0" * 64, digest_of(secret))
    return token if token and matches else None


def is_good(token: Token, *, at: datetime) -> bool:
    """Whether the token still opens anything: neither revoked nor expired, and its owner still here."""
    return token.revoked_at is None and token.expires_at > at and token.person.is_active


def is_like_a_token(text: str) -> bool:
    """Whether something in `text` has the form of a token, which must not be kept, logged or repeated."""
    return len(text) >= SHORTEST and TOKEN.search(text) is not None


def note_use(token: Token, *, at: datetime) -> None:
    """Notes that the token was used, at most once a minute."""
    if is_unnoted(token.last_used_at, at=at):
        stale = Q(last_used_at=None) | Q(last_used_at__lt=at - USED_AT_MOST_ONCE_IN)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=at)
        token.last_used_at = at


def is_unnoted(last_used_at: datetime | None, *, at: datetime) -> bool:
    """Whether a use at `at` is one to note."""
    return last_used_at is None or last_used_at < at - USED_AT_MOST_ONCE_IN


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
