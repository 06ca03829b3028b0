"""The gate: what it answers without the view, in how many statements, to whom, and what it must notice at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from measures.api import gate, kept, shell
from measures.api.gate import ANSWERS
from measures.models import Duty, Person, RequestCount, Token
from measures.operations import people, sealing, tokens
from tests import builders
from tests.api import wire
from tests.matrix import routes
from tests.operations.logs import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LISTS = ["/measures?limit=3", "/kpis", "/updates", "/summary", "/documents/MEXT2019/elements"]
ITEMS = [f"/measures/{builders.SME}", "/kpis/sme-patent-share", "/documents/MEXT2019", "/ministries/jpo"]
CALLERS = [None, "officer.jpo", "auditor"]
LONG_AGO = "2026-11-02T00:00:00%2B09:00"


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the requests that came through the gate."""
    seen: list[str] = []
    through = gate.edge.ValidatorMiddleware.__call__

    def noted(self: Any, request: Any) -> HttpResponse:
        seen.append(request.path)
        return through(self, request)

    monkeypatch.setattr(gate.edge.ValidatorMiddleware, "__call__", noted)
    return seen


def ask(path: str, client: APIClient | None = None, **headers: str) -> HttpResponse:
    return (client or APIClient()).get(wire.BASE + path, headers=headers)


def told(response: HttpResponse) -> dict[str, Any]:
    """All of an answer that does not change from one request to the next."""
    left = {name: value for name, value in response.headers.items() if name not in ("X-Request-Id", "RateLimit")}
    return left | {"status": response.status_code, "content": response.content}


@pytest.mark.parametrize("username", CALLERS)
@pytest.mark.parametrize("path", LISTS + ITEMS)
def test_what_did_not_change_takes_one_statement_and_no_view_200_304(
    path: str, username: str | None, views: list[str]
) -> None:
    client = builders.client(username)
    first = ask(path, client)
    assert len(views) == 1
    for headers, status in (({}, 200), ({"If-None-Match": first["ETag"]}, 304), ({"If-None-Match": "*"}, 304)):
        with CaptureQueriesContext(connection) as captured:
            again = ask(path, client, **headers)
        assert (again.status_code, len(captured), len(views)) == (status, 1, 1)
        same = {name: value for name, value in told(first).items() if name in told(again)}
        assert told(again) == (same if status == 200 else same | {"status": 304, "content": b""})


@pytest.mark.parametrize("path", LISTS + ITEMS)
def test_304_has_the_headers_that_it_has_without_the_gate(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    etag = ask(path)["ETag"]
    with_gate = ask(path, **{"If-None-Match": etag})
    monkeypatch.setattr(shell, "answer", lambda environ: None)
    etag = ask(path)["ETag"]
    without = ask(path, **{"If-None-Match": etag})
    assert without.status_code == with_gate.status_code == 304
    assert set(without.headers) == set(with_gate.headers)
    for name in set(without.headers) - {"ETag", "X-Request-Id", "RateLimit"}:
        assert set(without[name].split(", ")) == set(with_gate[name].split(", "))


@pytest.mark.parametrize("path", LISTS)
def test_who_shows_the_tag_is_answered_304_by_a_process_that_never_built_it(path: str, views: list[str]) -> None:
    first = ask(path)
    ANSWERS.clear()
    again = ask(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.get("Link")) == (304, first.get("Link"))
    # Where the headers are others than usual, the view has to say which.
    assert len(views) == (2 if "Link" in first else 1)


@pytest.mark.parametrize("username", CALLERS)
def test_without_a_mark_of_its_own_the_view_answers_everyone_what_there_is(
    username: str | None, views: list[str]
) -> None:
    """As in a restored database, until the sealer has looked at it."""
    builders.an_open_cycle()
    client = builders.client(username)
    counted = ask("/updates", client)
    with unguarded() as cursor:
        cursor.execute("UPDATE measures_sealedbatch SET cluster = 1")
    first = ask("/updates", client)
    assert (first.status_code, first.json()) == (200, counted.json())
    assert first["ETag"] != counted["ETag"]
    assert ask("/updates", client, **{"If-None-Match": first["ETag"]}).status_code == 304
    assert ask("/updates", client, **{"If-None-Match": counted["ETag"]}).status_code == 200
    assert len(views) == 4
    builders.an_update(at_status="approved")
    assert ask("/updates", client, **{"If-None-Match": first["ETag"]}).status_code == 200
    sealing.seal(at=timezone.now())
    again = ask("/updates", client)
    assert again["ETag"] not in (first["ETag"], counted["ETag"])
    before = len(views)
    assert ask("/updates", client, **{"If-None-Match": again["ETag"]}).status_code == 304
    assert len(views) == before


def test_head_is_answered_as_get(views: list[str]) -> None:
    get = ask("/kpis")
    head = APIClient().head(f"{wire.BASE}/kpis")
    assert (head.status_code, head.content, head["ETag"], head["Content-Length"]) == (
        200, b"", get["ETag"], get["Content-Length"],
    )  # fmt: skip
    assert APIClient().head(f"{wire.BASE}/kpis", headers={"If-None-Match": get["ETag"]}).status_code == 304
    assert len(views) == 1


def test_the_gate_is_before_everything_that_reads_the_domain_but_files_and_before_nothing_else() -> None:
    reading = {one.address: one.view for one in routes.routes() if "GET" in one.offered}
    places = {"<str:code>": "x", "<int:pk>": "1", "<str:username>": "x", "<str:public_id>": "x"}
    gated = set()
    for address in reading:
        path = address
        for place, value in places.items():
            path = path.replace(place, value)
        if gate._view_of(f"{wire.BASE}/{path}"):
            gated.add(address)
    domain = {address for address, view in reading.items() if getattr(view, "takes_known_at", False)}
    assert gated == {address for address in domain if not address.startswith("exports/")}
    assert {"measures", "measures/<str:code>", "summary", "updates/<int:pk>"} <= gated
    assert gate._view_of(f"{wire.BASE}/updates/1/submit") is None
    assert gate._view_of(f"{wire.BASE}/no-such") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "ja"}, {"Accept": "application/json;q=0.9"}, {"Host": "localhost"},
    ],
)  # fmt: skip
def test_a_representation_is_kept_apart_from_others(headers: dict[str, str], views: list[str]) -> None:
    first, other = ask("/measures?limit=3"), ask("/measures?limit=3", **headers)
    assert len(views) == 2
    assert told(ask("/measures?limit=3")) == told(first)
    assert told(ask("/measures?limit=3", **headers)) == told(other)
    assert len(views) == 2


def test_what_is_not_acceptable_is_406_also_after_it_was_kept() -> None:
    ask("/kpis")
    wire.problem(ask("/kpis", Accept="text/csv"), 406)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/measures?no=such", 400), ("/measures/no-such", 404), ("/updates/999999", 404), ("/kpis?cursor=x", 400)],
)
def test_a_refusal_is_not_kept_and_a_star_does_not_make_it_304(path: str, status: int, views: list[str]) -> None:
    for _ in range(2):
        wire.problem(ask(path), status)
        wire.problem(ask(path, **{"If-None-Match": "*"}), status)
    assert len(views) == 4


def test_the_past_is_kept_when_it_is_final_and_not_when_it_is_fresh(views: list[str]) -> None:
    final = ask(f"/measures?known_at={LONG_AGO}")
    assert told(ask(f"/measures?known_at={LONG_AGO}")) == told(final)
    ANSWERS.clear()
    again = ask(f"/measures?known_at={LONG_AGO}", **{"If-None-Match": final["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=31536000, immutable")
    assert len(views) == 2
    moment = (timezone.now() - timedelta(seconds=2)).isoformat().replace("+", "%2B")
    for _ in range(2):
        assert ask(f"/measures?known_at={moment}")["Cache-Control"] == "no-store"
    assert len(views) == 4


def test_the_summary_of_the_past_says_how_many_public_events_there_were() -> None:
    builders.an_open_cycle()
    before = timezone.now()
    then = wire.get("/summary")["revision"]
    builders.an_update(at_status="approved")
    asked = before.isoformat().replace("+", "%2B")
    assert wire.get(f"/summary?known_at={asked}")["revision"] == then
    assert wire.get("/summary")["revision"] > then


def test_an_update_is_kept_and_never_304(views: list[str]) -> None:
    update = builders.an_update()
    officer = builders.client("officer.jpo")
    first = ask(f"/updates/{update.pk}", officer)
    for given in (first["ETag"], "*"):
        again = ask(f"/updates/{update.pk}", officer, **{"If-None-Match": given})
        assert told(again) == told(first)
    assert len(views) == 1


def test_nothing_is_kept_when_there_is_no_room_for_it(views: list[str], settings: Any) -> None:
    settings.RESPONSE_CACHE_MB = 0
    first = ask("/kpis")
    assert told(ask("/kpis")) == told(first)
    assert len(views) == 2
    assert ask("/kpis", **{"If-None-Match": first["ETag"]}).status_code == 304
    assert len(views) == 2


def test_as_many_answers_are_kept_as_there_is_room_for_the_last_asked_for_stay() -> None:
    answers = kept.Answers()
    for name in "abcd":
        answers.keep(name, kept.Kept(b"x" * 8_000, {"ETag": name}, is_whole=False), most=40_000)
    assert answers.get("a")
    answers.keep("e", kept.Kept(b"x" * 8_000, {"ETag": "e"}, is_whole=False), most=40_000)
    assert [name for name in "abcde" if answers.get(name)] == ["a", "c", "d", "e"]
    answers.keep("large", kept.Kept(b"x" * 9_000, {"ETag": "f"}, is_whole=False), most=40_000)
    assert answers.get("large") is None
    assert answers.bytes == 40_000


# What must be noticed by the very next request, with the status that it is answered with.


def revoked(token: Token) -> None:
    tokens.revoke(public_id=token.public_id, at=timezone.now(), revoker_id=None)


def closed(token: Token) -> None:
    call = {"reason": "退職", "actor": builders.actor("administrator"), "at": timezone.now()}
    people.set_active(username="officer.jpo", active=False, **call)


def expired(token: Token) -> None:
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())


def without_scope(token: Token) -> None:
    Token.objects.filter(pk=token.pk).update(scopes=["report"])


def spent(token: Token) -> None:
    RequestCount.objects.filter(key__startswith="read person").update(hits=10**6)


def guessed_too_often(token: Token) -> None:
    for name in list(RequestCount.objects.values_list("key", flat=True)):
        RequestCount.objects.filter(key=name).update(until=timezone.now() + timedelta(days=1))
    wrong = APIClient()
    wrong.credentials(HTTP_AUTHORIZATION=f"Bearer {token.public_id}.wrong")
    while wrong.get(f"{wire.BASE}/kpis").status_code == 401:
        pass


@pytest.mark.parametrize("seen", ["kept", "unchanged"])
@pytest.mark.parametrize(
    ("happen", "status"),
    [(revoked, 401), (closed, 401), (expired, 401), (without_scope, 403), (spent, 429), (guessed_too_often, 429)],
)
def test_what_takes_the_right_to_read_is_noticed_by_the_next_request(
    happen: Callable[[Token], None], status: int, seen: str, settings: Any
) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (500, 86_400)) | {"sign-in": (3, 86_400)}
    officer = builders.client("officer.jpo")
    first = ask("/updates", officer)
    headers = {"If-None-Match": first["ETag"]} if seen == "unchanged" else {}
    assert ask("/updates", officer, **headers).status_code == (304 if headers else 200)
    happen(Token.objects.latest("pk"))
    wire.problem(ask("/updates", officer, **headers), status)


def test_a_duty_that_ended_or_began_is_noticed_by_the_next_request_200() -> None:
    builders.an_update()
    officer, other = builders.client("officer.jpo"), builders.client("officer.meti")
    assert [len(ask("/updates", one).json()["items"]) for one in (officer, other)] == [1, 0]
    today = gate.day_of(timezone.now())
    Duty.objects.filter(person__username="officer.jpo").update(valid_to=today)
    Duty.objects.filter(person__username="officer.meti").update(ministry=builders.lead(builders.SME))
    assert [len(ask("/updates", one).json()["items"]) for one in (officer, other)] == [0, 1]


def gate_event(verb: str) -> None:
    from measures import audit
    from measures.vocabulary import Audience

    audit.record(at=timezone.now(), actor_id=None, verb=verb, subject=("person", "1"), audience=Audience.RESTRICTED)


def test_what_happens_to_people_changes_no_tag_where_nobody_is_named() -> None:
    officer = builders.client("officer.jpo")
    etag = ask("/measures", officer)["ETag"]
    builders.token("auditor")
    assert ask("/measures", officer)["ETag"] == etag


def test_the_day_in_japan_and_whether_anyone_may_read_are_part_of_what_is_kept(
    monkeypatch: pytest.MonkeyPatch, settings: Any, views: list[str]
) -> None:
    etag = ask("/kpis")["ETag"]
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=1))
    tomorrow = ask("/kpis", **{"If-None-Match": etag})
    assert tomorrow.status_code == 200 and tomorrow["ETag"] != etag
    monkeypatch.undo()
    settings.PUBLIC_READING = False
    wire.problem(ask("/kpis", **{"If-None-Match": etag}), 401)


def test_another_release_another_key_and_another_database_have_other_tags(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    etags = {ask("/kpis")["ETag"]}
    monkeypatch.setattr(gate, "release", lambda: b"another release")
    etags.add(ask("/kpis")["ETag"])
    monkeypatch.undo()
    real = gate.gate.anyone
    for place in range(3):

        def moved(place: int = place, **given: Any) -> Any:
            admitted = real(**given)
            database = [f"{one}{at == place}" for at, one in enumerate(admitted.database)]
            return replace(admitted, database=tuple(database))

        monkeypatch.setattr(gate.gate, "anyone", moved)
        etags.add(ask("/kpis")["ETag"])
    assert len(etags) == 5


def test_a_session_is_answered_as_ever_and_leaves_nothing_behind(views: list[str]) -> None:
    browser = Client()
    browser.force_login(Person.objects.get(username="officer.jpo"))
    builders.an_update()
    for _ in range(2):
        assert len(browser.get(f"{wire.BASE}/updates").json()["items"]) == 1
    assert len(views) == 2
    assert ask("/updates").json()["items"] == []


def test_a_token_in_the_address_or_another_header_is_400_although_the_answer_is_kept() -> None:
    text = builders.token("officer.jpo")
    ask("/kpis")
    wire.problem(ask(f"/kpis?q={text}"), 400)
    wire.problem(ask("/kpis", **{"X-Other": text}), 400)


def test_who_is_not_for_us_is_400_although_the_answer_is_kept() -> None:
    ask("/kpis")
    wire.problem(ask("/kpis", Host="example.net"), 400, "bad-host")


def test_a_wrong_secret_of_a_known_id_spends_nothing_of_its_person() -> None:
    text = builders.token("officer.jpo")
    wrong = APIClient()
    wrong.credentials(HTTP_AUTHORIZATION=f"Bearer {text[:-2]}AA")
    for _ in range(3):
        wire.problem(ask("/kpis", wrong), 401)
    assert not RequestCount.objects.filter(key__startswith="read person").exists()


def test_the_use_of_a_token_is_noted_once_a_minute() -> None:
    officer = builders.client("officer.jpo")
    for _ in range(3):
        ask("/kpis", officer)
    used = Token.objects.latest("pk").last_used_at
    assert used is not None
    Token.objects.update(last_used_at=used - timedelta(minutes=2))
    ask("/kpis", officer)
    assert Token.objects.latest("pk").last_used_at > used - timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_the_statement_is_prepared_and_no_other_one_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, generic_plans + custom_plans FROM pg_prepared_statements")
        before = dict(cursor.fetchall())
    for client in (APIClient(), builders.client("officer.jpo")):
        for _ in range(3):
            ask("/kpis", client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, generic_plans + custom_plans FROM pg_prepared_statements")
        times = {name: times - before.get(name, 0) for name, times in cursor.fetchall()}
    asked = {"anyone_counting": 1, "anyone_counted": 2, "bearer_counting": 1, "bearer_counted": 2}
    assert {name: number for name, number in times.items() if number} == asked
