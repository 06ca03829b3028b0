"""The change feed: in the order of the log, to each what is theirs to see, resumable from any position."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from measures.api import events
from measures.models import Event, Ministry, SealedEvent
from measures.operations import sealing
from measures.queries import log
from measures.vocabulary import Audience
from tests import builders
from tests.api import wire
from tests.operations.logs import seal_all, seal_here, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

EMPTY: list[Any] = []


@pytest.fixture
def begun() -> int:
    """The position behind everything that the fixtures brought."""
    seal_here()
    return log.size()


def written(audience: Audience, ministry: str = "") -> int:
    return write(audience=audience, ministry=Ministry.objects.get(code=ministry) if ministry else None)


def ids(path: str, username: str | None = None, *scopes: str) -> list[int]:
    response = builders.client(username, *scopes).get(f"{wire.BASE}{path}")
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


def test_a_report_is_followed_step_by_step_200(begun: int) -> None:
    update = builders.an_update(at_status="approved")
    seal_here()
    page = wire.get(f"/events?after={begun}&subject=update:{update.pk}", "coordinator")
    assert [item["verb"] for item in page["items"]] == ["draft", "submit", "approve"]
    assert [item["position"] for item in page["items"]] == sorted(item["position"] for item in page["items"])
    last = page["items"][-1]
    event = Event.objects.get(pk=last["id"])
    assert last == {
        "position": SealedEvent.objects.get(event=event).position,
        "id": event.pk,
        "at": last["at"],
        "actor": event.actor_id,
        "acting_as": {"role": "approver", "ministry": "jpo"},
        "verb": "approve",
        "subject": {"type": "update", "code": str(update.pk)},
        "before": last["before"],
        "after": last["after"],
        "request_id": event.request_id,
        "audience": event.audience,
        "ministry": event.ministry.code if event.ministry else None,
        "leaf_hash": bytes(event.leaf_hash).hex(),
    }
    assert last["at"].endswith("+09:00")
    # What came before an approval stays the ministry's.
    assert (last["before"], last["after"]["state"]) == (None, "approved")
    assert page["items"][1]["before"]["state"] == "draft"
    assert page["next"] == page["newest"] == log.size()


# Who sees an event of which audience; the auditor and the administrator with the scope of that duty only.
SEEN = [
    (None, (), {"public"}),
    ("officer.mext", (), {"public", "ministry:mext"}),
    ("approver.mext", (), {"public", "ministry:mext"}),
    ("officer.jpo", (), {"public", "ministry:jpo"}),
    ("officer.meti", (), {"public"}),
    ("coordinator", (), {"public", "ministry:mext", "ministry:jpo"}),
    ("auditor", (), {"public", "ministry:mext", "ministry:jpo", "restricted"}),
    ("auditor", ("read", "audit"), {"public", "ministry:mext", "ministry:jpo", "restricted"}),
    ("auditor", ("read",), {"public", "ministry:mext", "ministry:jpo"}),
    ("administrator", (), {"public", "restricted"}),
    ("administrator", ("read", "administer"), {"public", "restricted"}),
    ("administrator", ("read", "audit"), {"public"}),
]


@pytest.mark.parametrize(("username", "scopes", "seen"), SEEN)
def test_to_each_the_events_of_their_audience_and_all_go_on_from_the_same_position(
    begun: int, username: str | None, scopes: tuple[str, ...], seen: set[str]
) -> None:
    there = {
        written(Audience.PUBLIC): "public",
        written(Audience.MINISTRY, "mext"): "ministry:mext",
        written(Audience.MINISTRY, "jpo"): "ministry:jpo",
        written(Audience.RESTRICTED): "restricted",
    }
    seal_here()
    page = builders.client(username, *scopes).get(f"{wire.BASE}/events?after={begun}").json()
    assert {there[item["id"]] for item in page["items"]} == seen
    assert page["next"] == page["newest"] == begun + 4


def test_pages_of_any_size_hold_each_event_once(begun: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [written(Audience.PUBLIC) if number % 3 else written(Audience.RESTRICTED) for number in range(20)]
    public = [event for number, event in enumerate(expected) if number % 3]
    seal_here()
    for window, most in ((10_000, 200_000), (1, 1), (1, 4), (3, 7)):
        monkeypatch.setattr(log, "WINDOW", window)
        monkeypatch.setattr(log, "MOST", most)
        for limit in (1, 2, 5, 500):
            after, found = begun, EMPTY.copy()
            for _ in range(100):
                page = wire.get(f"/events?after={after}&limit={limit}")
                assert after < page["next"] or not page["items"]
                assert len(page["items"]) <= limit
                found += [item["id"] for item in page["items"]]
                if page["next"] == page["newest"] and not page["items"]:
                    break
                after = page["next"]
            assert found == public, (window, most, limit)


def test_an_unsealed_event_is_not_there_yet(begun: int) -> None:
    event = written(Audience.PUBLIC)
    assert wire.get(f"/events?after={begun}") == {"items": [], "next": begun, "newest": begun}
    seal_here()
    assert ids(f"/events?after={begun}") == [event]


def test_a_position_past_the_end_stays_where_it_is(begun: int) -> None:
    assert wire.get(f"/events?after={begun + 10}") == {"items": [], "next": begun + 10, "newest": begun}


def test_what_is_sealed_while_a_page_is_read_comes_with_the_next(begun: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The position is known before the events are read, and never the other way round."""
    read, late = log.feed, EMPTY.copy()

    def reading(*args: Any, **kwargs: Any) -> Any:
        late.append(written(Audience.PUBLIC))
        seal_here()
        return read(*args, **kwargs)

    monkeypatch.setattr(log, "feed", reading)
    first = wire.get(f"/events?after={begun}")
    assert first == {"items": [], "next": begun, "newest": begun}
    assert ids(f"/events?after={first['next']}") == late[:1]


def test_a_feed_that_asks_for_the_position_afterwards_loses_one_and_the_walk_sees_it(
    begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault of the test above."""
    read = log.feed

    def misread(*args: Any, newest: int, **kwargs: Any) -> Any:
        found, _ = read(*args, newest=newest, **kwargs)
        written(Audience.PUBLIC)
        seal_here()
        return found, log.size()

    monkeypatch.setattr(log, "feed", misread)
    first = wire.get(f"/events?after={begun}")
    monkeypatch.setattr(log, "feed", read)
    assert ids(f"/events?after={first['next']}") == [] != ids(f"/events?after={begun}")


def test_filters_are_combined_and_move_past_what_they_leave_out(begun: int) -> None:
    builders.an_open_cycle()
    update = builders.an_update(at_status="submitted")
    seal_here()
    officer = Event.objects.filter(verb="draft").get().actor_id

    def verbs(query: str) -> list[str]:
        page = wire.get(f"/events?after={begun}&{query}", "coordinator")
        assert page["next"] == log.size()
        return [item["verb"] for item in page["items"]]

    assert verbs("subject=update") == ["draft", "submit"]
    assert verbs(f"subject=update:{update.pk}&verb=submit") == ["submit"]
    assert verbs("verb=submit&verb=open") == ["open", "submit"]
    assert verbs("subject=update&subject=cycle:FY2020") == ["open", "draft", "submit"]
    assert verbs(f"actor={officer}") == ["draft", "report", "submit"]
    assert verbs(f"actor={officer}&subject=cycle") == []
    assert verbs("subject=update:0") == []


@pytest.mark.parametrize(
    ("query", "place", "code"),
    [
        ("after=-1", "after", "invalid"),
        ("after=1.0", "after", "invalid"),
        ("after=１", "after", "invalid"),
        ("after=9999999999999999999", "after", "invalid"),
        ("limit=0", "limit", "invalid"),
        ("limit=501", "limit", "invalid"),
        ("wait=31", "wait", "invalid"),
        ("wait=x", "wait", "invalid"),
        ("subject=updat", "subject", "unknown-value"),
        ("subject=update:", "subject", "unknown-value"),
        ("subject=:42", "subject", "unknown-value"),
        ("verb=aprove", "verb", "unknown-value"),
        ("actor=officer.jpo", "actor", "unknown-value"),
        ("actor=0", "actor", "unknown-value"),
        ("cursor=x", "cursor", "unknown-parameter"),
        ("after=1&after=2", "after", "repeated"),
    ],
)
def test_what_is_no_parameter_or_value_is_refused_by_name_400(query: str, place: str, code: str) -> None:
    body = wire.problem(builders.client().get(f"{wire.BASE}/events?{query}"), 400, "invalid")
    assert wire.places(body) == [(place, code)]


def test_a_misspelt_verb_or_subject_is_answered_with_the_nearest_one_400() -> None:
    body = wire.problem(builders.client().get(f"{wire.BASE}/events?verb=aprove&subject=mesure:x"), 400)
    said = " ".join(error["detail"] for error in body["errors"])
    assert "Did you mean 'approve'?" in said and "Did you mean 'measure'?" in said


def test_who_waits_for_nothing_gets_an_empty_page_in_time_and_asks_little_meanwhile(begun: int) -> None:
    since = time.monotonic()
    with CaptureQueriesContext(connection) as captured:
        page = wire.get(f"/events?after={begun}&wait=1")
    assert page == {"items": [], "next": begun, "newest": begun}
    assert time.monotonic() - since >= 1
    assert len(captured) < 15


def test_who_waits_when_there_is_something_gets_it_at_once(begun: int, monkeypatch: pytest.MonkeyPatch) -> None:
    event = written(Audience.PUBLIC)
    seal_here()
    monkeypatch.setattr(time, "sleep", None)
    assert ids(f"/events?after={begun}&wait=30") == [event]


def test_who_waits_behind_much_that_is_hidden_is_led_past_it_without_a_pause(
    begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(9):
        written(Audience.RESTRICTED)
    event = written(Audience.PUBLIC)
    seal_here()
    monkeypatch.setattr(log, "MOST", 2)
    monkeypatch.setattr(time, "sleep", None)
    assert ids(f"/events?after={begun}&wait=30") == [event]


def test_where_many_wait_already_the_next_is_answered_at_once(begun: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", None)
    taken = 0
    while events.WAITING.acquire(blocking=False):
        taken += 1
    try:
        assert wire.get(f"/events?after={begun}&wait=30")["items"] == []
    finally:
        events.WAITING.release(taken)
    assert taken == 4


@pytest.mark.django_db(transaction=True)
def test_who_waits_gets_the_next_event_soon_and_holds_no_transaction_meanwhile(loaded: None) -> None:
    seal_all()
    begun = log.size()

    def ask() -> Any:
        try:
            return wire.get(f"/events?after={begun}&wait=20")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        held = 0
        for _ in range(20):
            time.sleep(0.05)
            held += in_transactions()
        assert not asked.done()
        event = write()
        seal_all()
        page = asked.result(10)
    assert [item["id"] for item in page["items"]] == [event]
    assert held == 0


def in_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%%'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_write_is_sealed_when_it_is_answered_and_stays_done_where_that_fails_201(
    loaded: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    builders.an_open_cycle()
    officer = builders.client("officer.jpo")
    made = wire.send(officer, "post", "/updates", wire.a_report())
    assert made.status_code == 201
    drafted = Event.objects.get(verb="draft")
    assert SealedEvent.objects.filter(event=drafted).exists()

    def broken(**given: Any) -> int:
        raise DatabaseError("planted")

    monkeypatch.setattr(sealing, "seal", broken)
    submitted = wire.send(officer, "post", f"/updates/{made.json()['id']}/submit", {}, match=made["ETag"])
    assert submitted.status_code == 200 and submitted["Consistency-Token"]
    assert "could not be sealed yet" in caplog.text
    assert not SealedEvent.objects.filter(event__verb="submit").exists()
    monkeypatch.undo()
    seal_all()
    assert SealedEvent.objects.filter(event__verb="submit").exists()
