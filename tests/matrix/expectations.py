"""Reads the policy's tables for one caller before one row, in the order of refusals; it calls none of the rules."""

from tests.matrix.callers import NO_CSRF, SESSION, Caller
from tests.matrix.policy import ALSO_CALLED, CAST, CLOSED_ACCOUNTS, DOORS, REFUSED_CREDENTIALS, SEEN, Row
from tests.matrix.situations import OWNER, Situation

READS = ("GET", "HEAD")
SAFE = (*READS, "OPTIONS")
Answer = tuple[int, str]

UNKNOWN: Answer = (401, "unauthenticated")
UNSEEN: Answer = (404, "not-found")
SCOPE: Answer = (403, "insufficient-scope")
DUTY: Answer = (403, "wrong-role")
OFFICERS = {"officer of the lead", "officer of a supporting ministry", "officer of another ministry"}


def expected(row: Row, caller: Caller, situation: Situation) -> Answer:
    """The status and, of a refusal, the code: 401, then 403 at the door, 404, 403, and what the row says."""
    status, _, code = row.answer.partition(" ")
    return (
        _at_the_door(row, caller, situation)
        or _out_of_sight(row, caller, situation)
        or _not_permitted(row, caller, situation)
        or (int(status), code)
    )


def _at_the_door(row: Row, caller: Caller, situation: Situation) -> Answer | None:
    door = DOORS.get(row.address, "anyone")
    if door == "no credentials looked at":
        return None
    by_session = caller.credential in (SESSION, NO_CSRF)
    closed = caller.username in CLOSED_ACCOUNTS
    if caller.credential in REFUSED_CREDENTIALS or (closed and not by_session):
        return UNKNOWN
    if caller.username is None or closed:
        # The browser of a closed account is nobody's.
        is_open = door == "anyone" and row.method in SAFE and situation.public
        return None if is_open else UNKNOWN
    if caller.credential == NO_CSRF and row.method not in SAFE:
        return (403, "csrf")
    if row.method in READS and "read" not in caller.scopes:
        return SCOPE
    return _lacking(caller, {"administrator"}, "administer") if door == "administrator" else None


def _out_of_sight(row: Row, caller: Caller, situation: Situation) -> Answer | None:
    if row.done_by == "owner of the token":
        return None if caller.username == OWNER or _administers(caller) else UNSEEN
    if row.address.startswith("proposals/") and row.done_by in ("overseer", "coordinator"):
        return None if SEEN["proposals"] & words(caller, situation) else UNSEEN
    if row.done_by == "owner of the import":
        return None if caller.username == OWNER else UNSEEN
    if row.done_by in ("reader", "reporter", "decider", "insider"):
        seen_by = SEEN["rounds" if row.done_by == "insider" else situation.state]
        return None if "anyone" in seen_by or seen_by & words(caller, situation) else UNSEEN
    return None


def _not_permitted(row: Row, caller: Caller, situation: Situation) -> Answer | None:
    if row.scope == "what it is to give":
        return None if "read" in caller.scopes or _administers(caller) else (400, "invalid")
    if row.done_by == "reporter":
        who = "coordinator" if situation.entered else "officer of the lead"
        return _lacking(caller, {who}, row.scope)
    if row.done_by == "decider":
        own = {"wrote it", "entered it"} & words(caller, situation)
        return _lacking(caller, {"approver of the lead"}, row.scope) or ((403, "own-update") if own else None)
    if row.done_by == "another coordinator":
        own = "proposed it" in words(caller, situation)
        return _lacking(caller, {"coordinator"}, row.scope) or ((403, "own-proposal") if own else None)
    if row.done_by in ("anyone", "reader", "insider", "overseer", "signed in", "owner of the token"):
        return None
    if row.done_by in ("an officer", "owner of the import"):
        return _lacking(caller, OFFICERS, row.scope or "read")
    return _lacking(caller, {ALSO_CALLED.get(row.done_by, row.done_by)}, row.scope)


def words(caller: Caller, situation: Situation) -> set[str]:
    """What the policy calls the caller, before this update."""
    not_so = "wrote it" if situation.entered else "entered it"
    return CAST[caller.username] - {not_so} if caller.username else set()


def _lacking(caller: Caller, duties: set[str], scope: str) -> Answer | None:
    if scope not in caller.scopes:
        return SCOPE
    return None if caller.username and duties & CAST[caller.username] else DUTY


def _administers(caller: Caller) -> bool:
    return _lacking(caller, {"administrator"}, "administer") is None
