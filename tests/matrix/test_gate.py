"""What is kept is given to whom it was built for alone: everyone asks the same in random order, with and without it."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from measures.api import gate, shell
from measures.api.gate import ANSWERS
from measures.operations import cycles, measures, people, progress
from tests import builders
from tests.api import wire
from tests.figures import Figure
from tests.house import test_events as events
from tests.matrix import bodies, probes, situations
from tests.matrix.callers import ALL, BASIC, NOBODY, SESSION, Callers, token_of
from tests.matrix.policy import STATES
from tests.matrix.probes import Reader
from tests.matrix.situations import Situation

pytestmark = pytest.mark.django_db

PEOPLE = ("officer.jpo", "author.jpo", "officer.meti", "coordinator", "auditor", "former.jpo", "closed.jpo")
SOME = (NOBODY.username, "officer.jpo", "officer.meti", "auditor")
# Every ETag of the gate says which events there are, and those of today's way do not.
COMPARED = ("Link", "Cache-Control", "Content-Type", "Allow")
ROUNDS = 2


@pytest.fixture(autouse=True)
def something_is_kept(nothing_is_kept: None, settings: Any) -> Iterator[None]:
    settings.RESPONSE_CACHE_MB = 32
    ANSWERS.clear()
    yield
    ANSWERS.clear()


@pytest.fixture
def readers(callers: Callers) -> list[Reader]:
    """Everyone in every way, and some with tokens of less."""
    found = [NOBODY, *callers.each(ALL, people=PEOPLE), *callers.each(BASIC, SESSION, people=PEOPLE[:1])]
    found += callers.each(token_of("read"), token_of("report"), "a revoked token", people=["officer.jpo"])
    return [Reader(caller) for caller in found]


def paths(situation: Situation) -> list[str]:
    found = [next(probes.paths(row, situation)) for row in probes.addresses()]
    found += [f"{wire.BASE}/updates?{query}" for query in ("count=true", "mine=true", "author=author.jpo")]
    return [path for path in found if gate._view_of(path.partition("?")[0])]


def seen(reader: Reader, path: str, **headers: str) -> tuple[Any, ...]:
    response = reader.ask("GET", path, **headers)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return (response.status_code, content, *[response.get(name) for name in COMPARED])


def without_the_gate(readers: list[Reader], asked: list[str], patch: pytest.MonkeyPatch) -> dict[tuple[int, str], Any]:
    with patch.context() as plain:
        plain.setattr(shell, "answer", lambda environ: None)
        return {(place, path): seen(reader, path) for place, reader in enumerate(readers) for path in asked}


def wrong(readers: list[Reader], situation: Situation, patch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """What someone was answered otherwise than without the gate, and how many answers there were."""
    asked = paths(situation)
    expected = without_the_gate(readers, asked, patch)
    order = [key for key in expected for _ in range(ROUNDS)]
    random.Random(situation.name).shuffle(order)
    found = [(str(readers[place].caller), path) for place, path in order
             if seen(readers[place], path) != expected[place, path]]  # fmt: skip
    return found, len(order)


@pytest.mark.parametrize("state", STATES)
def test_everyone_is_answered_as_without_the_gate_in_any_order(
    state: str, readers: list[Reader], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    with situations.a_report(state) as situation:
        found, number = wrong(readers, situation, monkeypatch)
    assert found == []
    assert number > 500
    assert ANSWERS.bytes
    figure(f"gate: {number} answers to {len(readers)} callers, {state}: 0 of another")


def test_a_tag_of_one_caller_is_nothing_to_another(readers: list[Reader]) -> None:
    """Unless both see the same text, it is answered whole; items have their version, and are compared as ever."""
    with situations.a_report("draft"):
        for path in (f"{wire.BASE}/updates", f"{wire.BASE}/measures", f"{wire.BASE}/summary"):
            answers = [reader.ask("GET", path) for reader in readers]
            for answer in answers:
                for reader, own in zip(readers, answers, strict=True):
                    if answer.status_code == own.status_code == 200 and answer["ETag"] != own["ETag"]:
                        again = seen(reader, path, HTTP_IF_NONE_MATCH=answer["ETag"])
                        assert again[:2] == (200, own.content)


def a_day(coordinator: dict[str, Any]) -> Iterator[Callable[[], Any]]:
    """Changes of all kinds, one after the other, each of which someone sees."""
    jpo, approver = builders.actor("officer.jpo"), builders.actor("approver.jpo")
    made: list[Any] = []
    yield lambda: made.append(builders.an_update(measure=bodies.MEXT, officer="officer.mext", observations=[]))
    yield lambda: made.append(builders.an_update())
    now = {"at": timezone.now()}
    yield lambda: progress.edit(update_id=made[1].pk, content={"narrative": "改めた。"}, actor=jpo, **now)
    yield lambda: progress.submit(update_id=made[1].pk, actor=jpo, **now)
    yield lambda: progress.send_back(update_id=made[1].pk, actor=approver, comment="出典", **now)
    yield lambda: progress.submit(update_id=made[1].pk, actor=jpo, **now)
    yield lambda: progress.approve(update_id=made[1].pk, actor=approver, **now)
    yield lambda: progress.discard(update_id=made[0].pk, actor=builders.actor("officer.mext"), **now)
    yield lambda: measures.edit(code=builders.SME, changes={"title": "改題"}, **coordinator)
    for name in ("assignments.assign", "kpis.edit", "kpis.link", "targets.set_baseline", "targets.set_target"):
        yield lambda name=name: events.CHANGES[name].act(None)
    for name in ("milestones.create", "kpis.create", "measures.create"):
        yield lambda name=name: events.CHANGES[name].act(None)
    yield lambda: cycles.close(code="FY2020", reason="期限", actor=coordinator["actor"], at=coordinator["at"])
    administrator = {"actor": builders.actor("administrator"), "at": timezone.now(), "reason": "異動"}
    yield lambda: people.set_active(username="officer.mext", active=False, **administrator)
    yield lambda: people.set_active(username="officer.mext", active=True, **administrator)


def test_everyone_sees_every_change_with_the_next_request(
    readers: list[Reader], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    few = [one for one in readers if one.caller.username in SOME and one.caller.credential in (ALL, NOBODY.credential)]
    asked = [f"{wire.BASE}{path}" for path in ("/updates", "/measures", "/kpis", "/summary", "/cycles", "/milestones",
             "/assignments?limit=200", "/observations", f"/measures/{builders.SME}", "/kpis/sme-patent-share",
             "/kpis/sme-patent-share/targets", "/kpis/sme-patent-share/baselines", "/ministries/jpo")]  # fmt: skip
    coordinator = {"actor": builders.actor("coordinator"), "at": timezone.now(), "reason": "総括調整官の決定"}
    tags: dict[tuple[int, str], str] = {}
    changes = 0
    with situations.rolled_back():
        for change in a_day(coordinator):
            change()
            changes += 1
            expected = without_the_gate(few, asked, monkeypatch)
            for (place, path), answer in expected.items():
                response = few[place].ask("GET", path, HTTP_IF_NONE_MATCH=tags.get((place, path), ""))
                if response.status_code == 304:
                    # A 304 says that what was answered before is what would be answered now.
                    response = few[place].ask("GET", path)
                assert (response.status_code, response.content) == answer[:2], (path, str(few[place].caller))
                tags[place, path] = response.get("ETag", "")
    figure(f"gate: {changes} changes, {changes * len(few) * len(asked)} answers, each of the state after the change")


def the_key_without_the_person(patch: pytest.MonkeyPatch) -> None:
    real = gate._tag

    def tag(environ: Any, admitted: Any, *rest: Any) -> str:
        public = json.dumps({"public": admitted.revision}).encode()
        same = gate.gate.Admitted(None, None, admitted.database, public, None)
        return real(environ, same, *rest)

    patch.setattr(gate, "_tag", tag)


def the_key_without_the_address(patch: pytest.MonkeyPatch) -> None:
    real = gate._tag

    def tag(environ: Any, admitted: Any, *rest: Any) -> str:
        return real({**environ, "PATH_INFO": "/"}, admitted, *rest)

    patch.setattr(gate, "_tag", tag)


@pytest.mark.parametrize("plant", [the_key_without_the_person, the_key_without_the_address])
def test_a_fault_in_the_key_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    with situations.a_report("draft") as situation:
        plant(monkeypatch)
        assert wrong(readers[:4], situation, monkeypatch)[0] != []


@pytest.mark.parametrize("fault", ["the highest id of what is public", "what is sealed alone"])
def test_a_revision_that_does_not_see_a_ministrys_events_is_found(
    fault: str, readers: list[Reader], monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    def counted(duties: Any, scopes: Any, sealed: bytes | None, unsealed: bytes | None) -> int:
        if fault == "what is sealed alone":
            return sum(json.loads(sealed or "{}").values())
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM measures_event WHERE audience = 'public'")
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(gate.gate, "_revision", counted)
    with pytest.raises(AssertionError):
        test_everyone_sees_every_change_with_the_next_request(readers, monkeypatch, figure)
