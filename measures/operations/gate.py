"""What a read needs to know before it is answered: who asks, what is left to them, and what stands. One statement.

A token is looked up, its person and duties with it, the request is counted as operations.limits would, and the events
are counted (queries.revision), all in one round trip and of one snapshot. The statement stays prepared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from typing import Any

import orjson
import psycopg
from django.db import connection

from measures.models import Person, Token
from measures.operations import limits, tokens
from measures.queries import revision
from measures.rules.limits import Policy, Quota, Spent
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import Role, Scope

STANDS = f"""
    (SELECT oid FROM pg_database WHERE datname = current_database()), edge.cluster, edge.timeline, edge.counts,
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
class Admitted:
    """Who asks and with which good token, what is left to them (None without a limit), and what there was to see.

    `database` tells this database, with its past, from any other: its own number, the cluster's and the timeline.
    """

    actor: Actor
    token: Token | None
    spent: Spent | None
    database: tuple[int, ...]
    sealed: Mapping[str, int]
    unsealed: Mapping[str, int]

    def revision(self, *, names_people: bool) -> int:
        return revision.of_scope(self.actor, self.sealed, self.unsealed, names_people=names_people)


def anyone(*, quota: Quota, at: datetime, request_id: str) -> Admitted:
    """Admits someone without credentials, counted under `quota`."""
    row = _asked(ANYONE, _given(quota, None, at) | {"key": _key(quota, at)})
    return _admitted(row, Actor(request_id=request_id), None, quota, None, at)


def bearer(
    *, public_id: str, secret: str, policy: Policy, bar: Quota, at: datetime, on: date, request_id: str
) -> Admitted | None:
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
    person = Person.from_db(connection.alias, ["id", "username", "is_active"], [person_id, username, True])
    token = Token(pk=pk, public_id=public_id, digest=kept, person=person, scopes=scopes, last_used_at=last_used_at)
    tokens.note_use(token, at=at)
    actor = Actor(
        person_id=person_id,
        duties=frozenset(_duty(one) for one in duties),
        scopes=frozenset(Scope(scope) for scope in scopes),
        request_id=request_id,
    )
    return _admitted(row, actor, token, Quota(policy, f"person {person_id}"), here, at)


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
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    raw.prepare_threshold = 0
    try:
        with _wrapped(psycopg.Cursor(raw)) as cursor:
            cursor.execute(statement, given)
            row = cursor.fetchone()
    finally:
        raw.prepare_threshold = None
    connection.health_check_done = True  # type: ignore[attr-defined]
    return row


def _wrapped(cursor: Any) -> Any:
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


def _admitted(row: Any, actor: Actor, token: Token | None, quota: Quota, bar: Quota | None, at: datetime) -> Admitted:
    oid, cluster, timeline, sealed, unsealed, hits, is_barred = row[:7]
    return Admitted(
        actor=actor,
        token=token,
        spent=limits.counted(quota, hits, at=at, barred_by=bar if is_barred else None),
        database=(oid, cluster, timeline),
        sealed=orjson.loads(sealed) if sealed else {},
        unsealed=orjson.loads(unsealed) if unsealed else {},
    )


def _duty(text: str) -> DutyHeld:
    role, _, ministry = text.partition(" ")
    return DutyHeld(Role(role), ministry)
