"""What a read needs to know before it is answered: who asks, what is left to them, and what stands. One statement.

A token is looked up, its person and duties with it, the request is counted as operations.limits would, and the events
are counted (queries.revision), all in one round trip and of one snapshot. The statement stays prepared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from hmac import compare_digest
from typing import Any

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from measures.models import Person, Token
from measures.operations import limits, tokens
from measures.queries import revision
from measures.rules.limits import Policy, Quota, Spent
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import Role, Scope

STANDS = f"""
    (SELECT oid || '.' || pg_relation_filenode('public.measures_event') FROM pg_database
        WHERE datname = current_database()), edge.cluster, edge.timeline, edge.counts,
    ({revision.UNSEALED}), (SELECT hits FROM spent), {limits.BARRED}
"""  # noqa: S608 nothing in these comes from outside
ANYONE = f"""
    WITH {revision.COUNTED}, spent AS (
        INSERT INTO measures_requestcount AS held (key, hits, until)
        SELECT %(key)s::text, 1, %(until)s::timestamptz WHERE %(most)s::int > 0 {limits.ONE_MORE}
    )
    SELECT {STANDS} FROM edge
"""  # noqa: S608
# Only who showed the whole of a good token is counted under its person: ids can be known to others.
BEARER = f"""
    WITH {revision.COUNTED}, shown AS MATERIALIZED (
        SELECT token.id, token.digest, token.scopes, token.last_used_at, person.id AS person_id, person.username,
            token.digest = %(digest)s::text AND token.revoked_at IS NULL AND token.expires_at > %(at)s::timestamptz
                AND person.is_active AS is_good
        FROM measures_token AS token JOIN measures_person AS person ON person.id = token.person_id
        WHERE token.public_id = %(public_id)s::text
    ), spent AS (
        INSERT INTO measures_requestcount AS held (key, hits, until)
        SELECT %(before)s::text || person_id || %(after)s::text, 1, %(until)s::timestamptz FROM shown
        WHERE is_good AND %(most)s::int > 0 {limits.ONE_MORE}
    )
    SELECT {STANDS}, shown.id, shown.digest, shown.scopes, shown.last_used_at, shown.person_id, shown.username,
        shown.is_good, ARRAY(
            SELECT duty.role || ' ' || ministry.code FROM measures_duty AS duty
                JOIN measures_ministry AS ministry ON ministry.id = duty.ministry_id
            WHERE duty.person_id = shown.person_id AND duty.valid_from <= %(on)s::date
                AND (duty.valid_to IS NULL OR duty.valid_to > %(on)s::date)
        )
    FROM edge LEFT JOIN shown ON true
"""  # noqa: S608
UNKNOWN = "0" * 64


@dataclass(frozen=True, slots=True)
class Bearer:
    """What was read of a good token; the rows themselves are made for those who need them."""

    token_id: int
    public_id: str
    person_id: int
    username: str
    duties: tuple[str, ...]
    scopes: tuple[str, ...]
    last_used_at: datetime | None

    def token(self) -> Token:
        person = Person.from_db(
            DEFAULT_DB_ALIAS, ["id", "username", "is_active"], [self.person_id, self.username, True]
        )
        known = {"public_id": self.public_id, "scopes": list(self.scopes), "last_used_at": self.last_used_at}
        return Token(pk=self.token_id, person=person, **known)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who asks, what is left to them (None without a limit), and what there was to see: counts of events as text.

    `database` tells this database, with its past, from any other: its own number and that of the file its log lies in,
    which another one takes after a restore in its place, the cluster's and the timeline.
    """

    bearer: Bearer | None
    spent: Spent | None
    database: tuple[str | int, ...]
    sealed: str | None
    unsealed: str | None

    @property
    def person_id(self) -> int | None:
        return self.bearer.person_id if self.bearer else None

    @property
    def duties(self) -> tuple[str, ...]:
        """Roles and ministries of today, in order."""
        return self.bearer.duties if self.bearer else ()

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.bearer.scopes if self.bearer else ()

    def actor(self, request_id: str = "") -> Actor:
        return replace(_actor(self.person_id, self.duties, self.scopes), request_id=request_id)

    @property
    def revision(self) -> int:
        return _revision(self.duties, self.scopes, self.sealed, self.unsealed)


def anyone(*, quota: Quota, at: datetime) -> Admitted:
    """Admits someone without credentials, counted under `quota`."""
    row = _asked(ANYONE, _given(quota, None, at) | {"key": _key(quota, at)})
    return _admitted(row, None, quota, None, at)


def bearer(*, public_id: str, secret: str, policy: Policy, bar: Quota, at: datetime, on: date) -> Admitted | None:
    """Admits who shows a good token, counted under `policy`; None for any other, who is not counted yet.

    When `bar` is used up, `spent` is about that one, as limits.spend has it. `on` is the day of the duties.
    """
    digest, here = tokens.digest_of(secret), None if bar.policy.is_off else bar
    whose = Quota(policy, "person {}")
    before, _, after = _key(whose, at).partition("{}")
    given = _given(whose, here, at)
    row = _asked(
        BEARER, given | {"before": before, "after": after, "at": at, "on": on, "public_id": public_id, "digest": digest}
    )
    pk, kept, scopes, last_used_at, person_id, username, is_good, duties = row[7:]
    # Compared even for an unknown id, so that the time taken does not tell the two apart.
    if not (compare_digest(kept or UNKNOWN, digest) and is_good):
        return None
    shown = Bearer(pk, public_id, person_id, username, tuple(sorted(duties)), tuple(sorted(scopes)), last_used_at)
    if tokens.is_unnoted(last_used_at, at=at):
        tokens.note_use(shown.token(), at=at)
    return _admitted(row, shown, Quota(policy, f"person {person_id}"), here, at)


@lru_cache(maxsize=1024)
def _actor(person_id: int | None, duties: tuple[str, ...], scopes: tuple[str, ...]) -> Actor:
    held = [one.partition(" ") for one in duties]
    return Actor(
        person_id=person_id,
        duties=frozenset(DutyHeld(Role(role), ministry) for role, _, ministry in held),
        scopes=frozenset(Scope(scope) for scope in scopes),
    )


@lru_cache(maxsize=1024)
def _revision(duties: tuple[str, ...], scopes: tuple[str, ...], sealed: str | None, unsealed: str | None) -> int:
    """Computed from what it is given alone, so that who asks the same of the same counts is not counted for again."""
    counts = [orjson.loads(text) if text else {} for text in (sealed, unsealed)]
    return revision.of_scope(_actor(None, duties, scopes), *counts)


def _given(quota: Quota, bar: Quota | None, at: datetime) -> dict[str, Any]:
    return {
        "until": at if quota.policy.is_off else quota.until(at),
        "most": quota.policy.most,
        "bar": bar.key(at) if bar else None,
        "bar_most": bar.policy.most if bar else 0,
    }


def _key(quota: Quota, at: datetime) -> str:
    return "" if quota.policy.is_off else quota.key(at)


def _asked(statement: str, given: Mapping[str, Any]) -> Any:
    """The one row. psycopg prepares nothing on Django's connections, nor binds in the server, unless told each time.

    The connection is not asked first whether it still lives, which would be a second round trip: this tells as well.
    """
    django: Any = connections[DEFAULT_DB_ALIAS]
    django.ensure_connection()
    raw = django.connection
    raw.prepare_threshold = 0
    try:
        with django.wrap_database_errors:
            cursor = psycopg.Cursor(raw)
            # What tests count passes through a cursor of Django's.
            (django.make_debug_cursor(cursor) if django.queries_logged else cursor).execute(statement, given)
            row = cursor.fetchone()
    finally:
        raw.prepare_threshold = None
    django.health_check_done = True
    return row


def _admitted(row: Any, shown: Bearer | None, quota: Quota, bar: Quota | None, at: datetime) -> Admitted:
    oid, cluster, timeline, sealed, unsealed, hits, is_barred = row[:7]
    spent = limits.counted(quota, hits, at=at, barred_by=bar if is_barred else None)
    return Admitted(shown, spent, (oid, cluster, timeline), sealed, unsealed)
