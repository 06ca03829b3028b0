"""What a read needs to know before it is answered: who asks, what is left to them, and what stands. One statement.

A token is looked up, its person and duties with it, the request is counted as operations.limits would, and the events
are counted (queries.revision), all in one round trip and of one snapshot. Most requests write nothing: a process counts
several of a caller at once (operations.leases).
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from hmac import compare_digest
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS

from measures.models import Person, Token
from measures.operations import limits, tokens
from measures.operations.leases import Leases
from measures.queries import revision
from measures.queries.prepared import Row, Statement
from measures.rules.limits import Policy, Quota, Spent
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import Role, Scope

# A process counts up to so many requests at once, and at most this part of what is left: at the end one by one.
MOST_LEASED, PART_LEASED = 100, 50
LEASED = "greatest(1, least({MOST_LEASED}, (%(most)s::int - {hits}) / {PART_LEASED}))"
FIRST, NEXT = (
    LEASED.format(hits=hits, MOST_LEASED=MOST_LEASED, PART_LEASED=PART_LEASED) for hits in ("0", "held.hits")
)
COUNTING = f"""
    spent AS (
        INSERT INTO measures_requestcount AS held (key, hits, leased, until)
        SELECT {{key}}, {FIRST}, {FIRST}, %(until)s::timestamptz {{of}} %(most)s::int > 0
        ON CONFLICT (key) DO UPDATE SET hits = held.hits + {NEXT}, leased = {NEXT} WHERE held.hits < %(most)s::int
        RETURNING hits, leased
    )
"""
COUNTED = "spent AS (SELECT hits, 0 AS leased FROM measures_requestcount WHERE key = {key})"
STANDS = f"""
    (SELECT oid || '.' || pg_relation_filenode('public.measures_event') FROM pg_database
        WHERE datname = current_database()), edge.cluster, edge.timeline,
    CASE WHEN edge.is_ours THEN edge.counts END, ({revision.UNSEALED}), spent.hits, spent.leased, {limits.BARRED}
"""  # noqa: S608
ANYONE = f"WITH {revision.COUNTED}, {{spent}} SELECT {STANDS} FROM edge LEFT JOIN spent ON true"  # noqa: S608
# Only who showed the whole of a good token is counted under its person: ids can be known to others.
BEARER = f"""
    WITH {revision.COUNTED}, shown AS MATERIALIZED (
        SELECT token.id, token.digest, token.scopes, token.last_used_at, person.id AS person_id, person.username,
            token.digest = %(digest)s::text AND token.revoked_at IS NULL AND token.expires_at > %(at)s::timestamptz
                AND person.is_active AS is_good
        FROM measures_token AS token JOIN measures_person AS person ON person.id = token.person_id
        WHERE token.public_id = %(public_id)s::text
    ), {{spent}}
    SELECT {STANDS}, shown.id, shown.digest, array_to_string(shown.scopes, E'\n'),
        (shown.last_used_at AT TIME ZONE 'UTC')::text, shown.person_id, shown.username, shown.is_good,
        array_to_string(ARRAY(
            SELECT duty.role || ' ' || ministry.code FROM measures_duty AS duty
                JOIN measures_ministry AS ministry ON ministry.id = duty.ministry_id
            WHERE duty.person_id = shown.person_id AND duty.valid_from <= %(on)s::date
                AND (duty.valid_to IS NULL OR duty.valid_to > %(on)s::date)
        ), E'\n')
    FROM edge LEFT JOIN shown ON true LEFT JOIN spent ON true
"""  # noqa: S608
ADDRESS, PERSON = "%(key)s::text", "%(before)s::text || {of} || %(after)s::text"
# Each twice: one counts the request, the other reads how many were counted, for whoever has a lease or no limit.
ANYONE_COUNTING, ANYONE_COUNTED, BEARER_COUNTING, BEARER_COUNTED = (
    Statement(name, text)
    for name, text in {
        "anyone_counting": ANYONE.format(spent=COUNTING.format(key=ADDRESS, of="WHERE")),
        "anyone_counted": ANYONE.format(spent=COUNTED.format(key=ADDRESS)),
        "bearer_counting": BEARER.format(
            spent=COUNTING.format(key=PERSON.format(of="person_id"), of="FROM shown WHERE is_good AND")
        ),
        "bearer_counted": BEARER.format(
            spent=COUNTED.format(key=PERSON.format(of="(SELECT person_id FROM shown WHERE is_good)"))
        ),
    }.items()
)
LEASES = Leases()
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
    """Who asks, what is left to them (None without a limit), and what there was to see: counts of events as JSON.

    Nothing is counted, and there is no `revision`, as long as no mark of the sealer is this database's own.

    `database` tells this database, with its past, from any other: its own number and that of the file its log lies in,
    which another one takes after a restore in its place, the cluster's and the timeline.
    """

    bearer: Bearer | None
    spent: Spent | None
    database: tuple[str, ...]
    sealed: bytes | None
    unsealed: bytes | None

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
    def revision(self) -> int | None:
        return None if self.sealed is None else _revision(self.duties, self.scopes, self.sealed, self.unsealed)


def anyone(*, quota: Quota, at: datetime) -> Admitted:
    """Admits someone without credentials, counted under `quota`."""
    key = _key(quota, at)
    left = LEASES.take(key)
    statement = ANYONE_COUNTED if left is not None or quota.policy.is_off else ANYONE_COUNTING
    row = statement.row(_given(quota, None, at) | {"key": key})
    if left is not None and _is_void(row, quota.policy):
        LEASES.drop(key)
        return anyone(quota=quota, at=at)
    return _admitted(row, None, _spent(row, quota, None, key, left, at))


def bearer(*, public_id: str, secret: str, policy: Policy, bar: Quota, at: datetime, on: date) -> Admitted | None:
    """Admits who shows a good token, counted under `policy`; None for any other, who is not counted yet.

    When `bar` is used up, `spent` is about that one, as limits.spend has it. `on` is the day of the duties.
    """
    digest, here = tokens.digest_of(secret), None if bar.policy.is_off else bar
    whose = Quota(policy, "person {}")
    before, _, after = _key(whose, at).partition("{}")
    given = _given(whose, here, at) | {"before": before, "after": after, "at": at, "on": on}
    # A lease is of the token, since whose that is only the database knows.
    key = f"{before}{public_id}{after}"
    left = LEASES.take(key)
    statement = BEARER_COUNTED if left is not None or policy.is_off else BEARER_COUNTING
    row = statement.row(given | {"public_id": public_id, "digest": digest})
    shown = _shown(public_id, digest, *row[8:])
    if shown is None:
        LEASES.add(key, 0 if left is None else 1)
        return None
    if left is not None and _is_void(row, policy):
        LEASES.drop(key)
        return bearer(public_id=public_id, secret=secret, policy=policy, bar=bar, at=at, on=on)
    if tokens.is_unnoted(shown.last_used_at, at=at):
        tokens.note_use(shown.token(), at=at)
        shown = replace(shown, last_used_at=at)
    quota = Quota(policy, f"person {shown.person_id}")
    return _admitted(row, shown, _spent(row, quota, here, key, left, at))


@lru_cache(maxsize=1024)
def _shown(public_id: str, digest: str, *columns: bytes | None) -> Bearer | None:
    """What was read of the token; None for one that is not good.

    Computed from what it is given alone, so that what was read of a poller is not taken apart at each request.
    """
    pk, kept, scopes, last_used_at, person_id, username, is_good, duties = (_word(one) for one in columns)
    # Compared even for an unknown id, so that the time taken does not tell the two apart.
    if not (compare_digest(kept or UNKNOWN, digest) and is_good == "t"):
        return None
    used_at = datetime.fromisoformat(last_used_at).replace(tzinfo=UTC) if last_used_at else None
    return Bearer(int(pk), public_id, int(person_id), username, _words(duties), _words(scopes), used_at)


def _word(column: bytes | None) -> str:
    return (column or b"").decode()


def _words(lines: str) -> tuple[str, ...]:
    return tuple(sorted(lines.split("\n"))) if lines else ()


def _spent(row: Row, quota: Quota, bar: Quota | None, key: str, left: int | None, at: datetime) -> Spent | None:
    """What is left after the request: in the database, and `left` of a lease, if not in one that was given now."""
    hits, leased, is_barred = row[5:8]
    if left is None:
        left = max(0, int(leased or 0) - 1)
        LEASES.add(key, left)
    counted = None if hits is None else int(hits) - left
    begins = hits is not None and hits == leased
    return limits.counted(quota, counted, at=at, barred_by=bar if is_barred == b"t" else None, begins=begins)


def _is_void(row: Row, policy: Policy) -> bool:
    """Whether the database knows nothing of a lease: its counts went with a crash, or the limit is lower now."""
    return row[5] is None or int(row[5]) > policy.most


@lru_cache(maxsize=1024)
def _actor(person_id: int | None, duties: tuple[str, ...], scopes: tuple[str, ...]) -> Actor:
    held = [one.partition(" ") for one in duties]
    return Actor(
        person_id=person_id,
        duties=frozenset(DutyHeld(Role(role), ministry) for role, _, ministry in held),
        scopes=frozenset(Scope(scope) for scope in scopes),
    )


@lru_cache(maxsize=1024)
def _revision(duties: tuple[str, ...], scopes: tuple[str, ...], sealed: bytes, unsealed: bytes | None) -> int:
    """Computed from what it is given alone, so that who asks the same of the same counts is not counted for again."""
    counts = orjson.loads(sealed), orjson.loads(unsealed or "{}")
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


def _admitted(row: Row, shown: Bearer | None, spent: Spent | None) -> Admitted:
    database, cluster, timeline, sealed, unsealed = row[:5]
    return Admitted(shown, spent, (_word(database), _word(cluster), _word(timeline)), sealed, unsealed)
