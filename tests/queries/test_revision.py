"""The revision: what is counted for whom, whatever is sealed of it, whoever commits last, and after a restore."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.api.people import PersonChangesIn
from measures.models import Event, Ministry
from measures.queries import revision
from measures.queries.as_of import known_at
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import Audience, Role, Scope
from tests.operations.logs import a_session, insert, seal_all, sealing_name, unguarded, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ministries(loaded: None) -> dict[str, Ministry]:
    return {ministry.code: ministry for ministry in Ministry.objects.filter(code__in=("jpo", "mext"))}


def counted() -> tuple[Counter[str], Counter[str]] | None:
    """What the statement says is sealed and unsealed; None when it says that no mark is ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {revision.COUNTED} SELECT is_ours, counts, ({revision.UNSEALED}) FROM edge")
        is_ours, sealed, unsealed = cursor.fetchone()
    return (Counter(json.loads(sealed)), Counter(json.loads(unsealed or "{}"))) if is_ours else None


def by_hand() -> Counter[str]:
    return Counter(sealing_name(event) for event in Event.objects.select_related("ministry"))


def assert_right() -> None:
    found = counted()
    assert found is not None, "no mark is ours"
    assert found[0] + found[1] == by_hand()
    assert revision.public() == by_hand()["public"]


def assert_only_the_log_tells() -> None:
    assert counted() is None
    assert revision.public() == by_hand()["public"]


def some(ministries: dict[str, Ministry]) -> None:
    write()
    write(audience=Audience.RESTRICTED)
    for ministry in ministries.values():
        write(audience=Audience.MINISTRY, ministry=ministry)


def test_sealed_and_unsealed_events_are_all_the_committed_ones(ministries: dict[str, Ministry]) -> None:
    assert_right()
    for limit in (100, 100, 3):
        some(ministries)
        assert_right()
        seal_all(limit)
        assert counted() == (by_hand(), Counter())
        some(ministries)
        assert_right()


def test_a_lower_id_that_commits_later_is_counted_when_it_commits(ministries: dict[str, Ministry]) -> None:
    """The highest id stays where it is, sealed or not: whoever took that for the revision would see no change."""
    for sealed in (False, True):
        with a_session() as slow:
            drawn = slow.execute("SELECT nextval('measures_event_id_seq')").fetchone()
            slow.commit()  # Drawing one in 32 makes its transaction a writing one.
            quick = write("quick")
            if sealed:
                seal_all()
            before, highest = revision.public(), Event.objects.latest("id").pk
            assert drawn and drawn[0] < quick == highest
            insert(slow, "slow", event=drawn[0])
            assert revision.public() == before
            slow.commit()
        assert revision.public() == before + 1
        assert Event.objects.latest("id").pk == highest
        assert_right()


def test_a_transaction_that_ran_while_others_were_sealed_is_counted_once(ministries: dict[str, Ministry]) -> None:
    with a_session() as slow:
        insert(slow, "slow")
        write("above")
        seal_all()
        assert_right()
        slow.commit()
    assert_right()
    seal_all()
    assert_right()


@pytest.mark.parametrize("ids", ["xid = xid", "xid = xid + 1000000", "xid = 3"])
def test_a_restored_database_reads_the_log_until_it_has_a_mark_of_its_own(
    ids: str, ministries: dict[str, Ministry]
) -> None:
    some(ministries)
    seal_all()
    some(ministries)
    with unguarded() as cursor:
        cursor.execute(f"UPDATE measures_event SET cluster = 1, {ids}")
        cursor.execute(f"UPDATE measures_sealedbatch SET cluster = 1, {ids.replace('xid', 'watermark')}")
    assert_only_the_log_tells()
    some(ministries)
    assert_only_the_log_tells()
    seal_all()
    assert_right()
    some(ministries)
    assert_right()


def test_ids_that_went_back_are_those_of_a_restored_database(ministries: dict[str, Ministry]) -> None:
    some(ministries)
    seal_all()
    with unguarded() as cursor:
        cursor.execute("UPDATE measures_sealedbatch SET watermark = watermark + 1000000")
        cursor.execute("UPDATE measures_event SET xid = xid + 1000000")
    some(ministries)
    assert_only_the_log_tells()


def test_it_reads_the_backlog_and_not_the_log(ministries: dict[str, Ministry]) -> None:
    with a_session() as session:
        for number in range(2000):
            insert(session, str(number))
        session.commit()
    seal_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE measures_event, measures_sealedevent")
    some(ministries)
    assert sum(rows(scan) for scan in scans(plan(revision.public))) == 4
    with unguarded() as cursor:
        cursor.execute("UPDATE measures_sealedbatch SET cluster = 1")
    assert sum(rows(scan) for scan in scans(plan(revision.public))) > 2000, "the check finds nothing"


def test_what_was_public_by_then_is_counted_from_the_index_alone(ministries: dict[str, Ministry]) -> None:
    before = timezone.now()
    had = revision.public()
    some(ministries)
    moment = timezone.now()
    some(ministries)
    for then, number in ((before, had), (moment, had + 1), (before - timedelta(days=1000), 0)):
        with known_at(then):
            assert revision.public() == number
    assert revision.public() == had + 2
    with a_session() as session:
        for number in range(2000):
            insert(session, str(number))
        session.commit()
    with a_session(autocommit=True) as session:
        session.execute("VACUUM ANALYZE measures_event")
    with known_at(timezone.now()):
        used = [scan for scan in scans(plan(revision.public)) if scan["Actual Loops"]]
    assert [(scan["Node Type"], scan["Index Name"]) for scan in used] == [("Index Only Scan", "event_audience")]


def plan(ask: Any) -> dict[str, Any]:
    with CaptureQueriesContext(connection) as captured:
        ask()
    (asked,) = [one["sql"] for one in captured]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + asked.replace("%", "%%"))
        ((found,),) = cursor.fetchall()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def rows(scan: dict[str, Any]) -> float:
    """How many rows a scan read, those too that it did not take."""
    return (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)) * scan["Actual Loops"]


def scans(node: dict[str, Any]) -> Any:
    """Where rows of the log are read."""
    if node.get("Relation Name") in ("measures_event", "measures_sealedevent"):
        yield node
    for child in node.get("Plans", []):
        yield from scans(child)


SEALED = {"public": 100, "restricted": 10, "ministry:jpo": 3, "ministry:mext": 5}
UNSEALED = {"public": 1000, "ministry:jpo": 4}


@pytest.mark.parametrize(
    ("role", "ministry", "seen"),
    [
        (None, "", 1100),
        (Role.OFFICER, "jpo", 1107),
        (Role.APPROVER, "mext", 1105),
        (Role.COORDINATOR, "cao", 1112),
        (Role.AUDITOR, "cao", 1112),
        (Role.ADMINISTRATOR, "cao", 1100),
    ],
)
def test_a_scope_is_what_is_public_and_the_rounds_one_sees(role: Role | None, ministry: str, seen: int) -> None:
    duties = frozenset([DutyHeld(role, ministry)]) if role else frozenset[DutyHeld]()
    actor = Actor(person_id=1, duties=duties, scopes=frozenset([Scope.READ, Scope.AUDIT]))
    assert revision.of_scope(actor, SEALED, UNSEALED) == seen


def test_a_user_name_which_answers_show_is_changed_by_nobody() -> None:
    assert "username" not in PersonChangesIn().fields
