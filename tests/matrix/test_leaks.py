"""What one ministry writes is not there for another until it is approved: no answer changes by a byte.

That a report was handed in, and when, is public: it is what was owed. So after a submission what tells that may change,
and with the revision the tags of all answers; the rest of every answer is the same to the byte.
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone

from measures.api import bundle, exports
from measures.exports.about import About
from tests import builders
from tests.api import wire
from tests.matrix import bodies, probes, situations
from tests.matrix.callers import ALL, NOBODY, SESSION, Callers
from tests.matrix.policy import STATES, Row, update_rows
from tests.matrix.probes import Reader
from tests.matrix.situations import SECRET, Situation

pytestmark = pytest.mark.django_db

UNPUBLISHED = [state for state in STATES if state != "approved"]
OUTSIDERS = ("officer.meti", "officer.mext", "approver.mext", "administrator", "former.jpo", "coming.jpo")
INSIDERS = ("officer.jpo", "approver.jpo", "coordinator", "auditor")
NEVER = 999_999_999
# Addresses that tell what is owed, and the revision.
TOLD = (
    "/obligations",
    "/cycles",
    "/summary",
    "/events",
    "/exports/obligations.",
    "/exports/events.",
    "/exports/bundle.",
)
TIMELINE = re.compile(r"/measures/[^/]+/timeline\b")
# Never answered 304: they show what the version in their tag does not count.
WHOLE = (f"{wire.BASE}/cycles/", f"{wire.BASE}/obligations/")
OTHERS = ("HEAD", "OPTIONS", "PUT")  # methods without a row
Answers = dict[tuple[str, str], tuple[Any, ...]]


@pytest.fixture(scope="module", autouse=True)
def files_of_one_moment() -> Iterator[None]:
    """Files say when they were drawn up, and of which revision: here always of the same, so that their rows compare."""
    at = timezone.now()
    with pytest.MonkeyPatch.context() as patch:
        for module in (exports, bundle):
            patch.setattr(module, "about", lambda *, moment, query="": About(at, 0, "", query))
        yield


@pytest.fixture(scope="module")
def readers(callers: Callers) -> list[Reader]:
    """Who must see nothing; the reports of two other ministries are published, so that there is something to see."""
    for measure, officer in ((bodies.METI, "meti"), (bodies.MEXT, "mext")):
        builders.an_update(
            at_status="approved",
            measure=measure,
            officer=f"officer.{officer}",
            approver=f"approver.{officer}",
            observations=[],
        )
    return [Reader(NOBODY), *(Reader(callers.one(name)) for name in OUTSIDERS)]


@pytest.fixture(scope="module")
def without(readers: list[Reader]) -> Answers:
    """All answers before there is anything to hide."""
    return everything(readers, situations.registry())


@pytest.fixture(params=UNPUBLISHED)
def hidden(request: pytest.FixtureRequest, without: Answers) -> Iterator[Situation]:
    with situations.a_report(request.param) as situation:
        yield situation


def everything(readers: list[Reader], situation: Situation) -> Answers:
    """Every address as everyone reads it, and with every filter as another ministry does."""
    answers = {}
    for row in probes.addresses():
        for position, path in enumerate(probes.paths(row, situation)):
            for reader in readers if position == 0 else readers[1:2]:
                answers[str(reader.caller), path] = reader.read(path)
    return answers


def test_every_answer_is_the_same_to_the_byte_with_its_tag_total_and_links(
    hidden: Situation, readers: list[Reader], without: Answers
) -> None:
    # The addresses of updates name nothing in both cases, as they did before there was one.
    now = everything(readers, situations.registry())
    assert [key for key in without if compared(key, now, hidden) != compared(key, without, hidden)] == []
    assert not any(SECRET in unpacked(answer[1]) for answer in now.values())


def unpacked(text: str) -> str:
    """An answer's text, and that of the files in it: a workbook and the bundle hide every word by themselves."""
    if not text.startswith("PK"):
        return text
    with ZipFile(BytesIO(text.encode(errors="surrogateescape"))) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def compared(key: tuple[str, str], answers: Answers, situation: Situation) -> tuple[Any, ...]:
    """All of an answer beside a draft; beside what was handed in, its status and, where that is not told, its text."""
    if situation.state == "draft":
        return answers[key]
    path = key[1].removeprefix(wire.BASE)
    told = path.startswith(TOLD) or TIMELINE.match(path) or "overdue=" in path
    return answers[key][: 1 if told else 2]


def test_a_poller_is_answered_304_as_before(hidden: Situation, readers: list[Reader], without: Answers) -> None:
    anonymous = readers[0]
    if hidden.state != "draft":
        path = f"{wire.BASE}/summary"
        assert anonymous.read(path, HTTP_IF_NONE_MATCH=without[str(NOBODY), path][2])[0] == 200
        return
    asked = 0
    for (caller, path), (status, _, etag, *_) in without.items():
        if caller == str(NOBODY) and status == 200 and etag and not path.startswith(WHOLE):
            assert anonymous.read(path, HTTP_IF_NONE_MATCH=etag)[0] == 304, path
            asked += 1
    assert asked >= 20


def test_its_pages_lead_past_it(hidden: Situation, readers: list[Reader]) -> None:
    for reader in readers:
        found = reader.pages(f"{wire.BASE}/updates")
        assert [item["measure"] for item in found] == [bodies.MEXT, bodies.METI]


def test_insiders_find_it_by_the_same_ways(hidden: Situation, callers: Callers) -> None:
    for username in INSIDERS:
        reader = Reader(callers.one(username))
        for path in ("/updates", f"/updates?state={hidden.state}&author=author.jpo", "/exports/updates.csv"):
            assert SECRET in reader.read(wire.BASE + path)[1], (username, path)
        assert reader.ask("GET", f"{wire.BASE}/updates?count=true").json()["total"] == 3


def test_its_address_answers_every_method_as_one_that_never_was(hidden: Situation, readers: list[Reader]) -> None:
    rows = update_rows(hidden.state, "open")
    rows += [Row(address, method, "", "", "", "") for address in {row.address for row in rows} for method in OTHERS]
    for reader in readers:
        for row in rows:
            # What new evidence is added to stands in its body.
            resource = "updates" if row.address == "evidence" else row.address.partition("/")[0]
            there, never = (told(reader, row, pk) for pk in (hidden.subjects[resource], NEVER))
            assert there == never, (row, str(reader.caller))


def told(reader: Reader, row: Row, pk: int) -> tuple[Any, ...]:
    path = f"{wire.BASE}/{row.address.replace('<int:pk>', str(pk))}"
    headers = {"HTTP_IF_MATCH": '"v2"', "HTTP_IDEMPOTENCY_KEY": f"{row.method} {path}"}
    situation = situations.registry()
    situation.subjects["updates"] = pk
    with situations.rolled_back():
        status, content, *rest = probes.answer(reader.ask(row.method, path, bodies.body(row, situation), **headers))
        return (status, re.sub(rf"\b{pk}\b", "ID", content), *rest)


def test_who_tries_to_report_the_same_measure_hears_nothing_of_it_403(readers: list[Reader]) -> None:
    tries = (wire.a_report(), wire.a_report(on_behalf_of="jpo"), wire.a_report(on_behalf_of="meti"))

    def heard() -> list[tuple[Any, ...]]:
        return [drafted(reader, body) for reader in readers for body in tries]

    before = heard()
    assert {answer[0] for answer in before} == {400, 401, 403}
    for state in UNPUBLISHED:
        with situations.a_report(state):
            assert heard() == before


def drafted(reader: Reader, body: dict[str, Any], key: str = "one") -> tuple[Any, ...]:
    with situations.rolled_back():
        response = reader.ask("POST", f"{wire.BASE}/updates", body, HTTP_IDEMPOTENCY_KEY=key)
        return probes.answer(response)


def test_who_reports_the_same_value_is_not_told_that_another_wrote_it_down(callers: Callers) -> None:
    """The SME share belongs to a measure of mext as well; only what is published there is in the way."""
    mext = Reader(callers.one("officer.mext"))
    body = wire.a_report(measure="MEXT2019-P1-04")
    for state in UNPUBLISHED:
        with situations.a_report(state):
            made = mext.ask("POST", f"{wire.BASE}/updates", body, HTTP_IDEMPOTENCY_KEY="draft")
            assert made.status_code == 201, made.content
            submit = {"HTTP_IF_MATCH": made["ETag"], "HTTP_IDEMPOTENCY_KEY": "submit"}
            assert mext.ask("POST", f"{made['Location']}/submit", {}, **submit).status_code == 200
    with situations.a_report("approved"):
        status, content, *_ = drafted(mext, body)
        assert (status, json.loads(content)["code"]) == (409, "use-correction")


def test_the_idempotency_key_of_another_replays_nothing(readers: list[Reader], callers: Callers) -> None:
    body = wire.a_report(narrative=SECRET)
    call = {"HTTP_IDEMPOTENCY_KEY": "known-to-all"}
    with situations.rolled_back():
        author = Reader(callers.one("officer.jpo"))
        assert author.ask("POST", f"{wire.BASE}/updates", body, **call).status_code == 201
        for reader in readers:
            status, content, *_ = drafted(reader, body, "known-to-all")
            assert status == (401 if reader.caller.username is None else 403)
            assert SECRET not in content
        status, content, *_ = drafted(Reader(callers.one("deputy.jpo")), body, "known-to-all")
        assert (status, json.loads(content)["code"]) == (409, "already-open")
        again = author.ask("POST", f"{wire.BASE}/updates", body, **call)
        assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")


def test_a_cursor_of_an_insider_leads_nobody_else_anywhere_400(readers: list[Reader], callers: Callers) -> None:
    with situations.a_report("draft"):
        page = Reader(callers.one("officer.jpo")).ask("GET", f"{wire.BASE}/updates?limit=1").json()
        for reader in [*readers, Reader(callers.one("deputy.jpo"))]:
            stolen = reader.ask("GET", f"{wire.BASE}/updates?limit=1&cursor={page['next']}")
            wire.problem(stolen, 400, "invalid")


def test_a_browser_is_told_no_more_than_a_token(hidden: Situation, callers: Callers) -> None:
    for username in OUTSIDERS:
        by_token, by_session = (Reader(callers.one(username, one)) for one in (ALL, SESSION))
        for path in ("/updates?count=true", f"/updates/{hidden.subjects['updates']}", "/exports/updates.csv"):
            assert by_token.read(wire.BASE + path)[:2] == by_session.read(wire.BASE + path)[:2]
