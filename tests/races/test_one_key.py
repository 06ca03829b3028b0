"""One Idempotency-Key, whoever repeats it and whatever dies meanwhile: one effect, and the same answer to all."""

import sys
import time
from collections import Counter
from itertools import count

import pytest
from django.db import connection

from measures.models import Event, IdempotencyKey, Milestone, ProgressUpdate
from tests import builders
from tests.api import wire
from tests.figures import Figure
from tests.hostile.conftest import NO_LIMITS
from tests.journeys.service import service
from tests.races import workers
from tests.races.callers import FULL_SECONDS, Line, LostError, Reply, at_once, share
from tests.races.conftest import MANNERS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(FULL_SECONDS)]

CONNECTIONS = 20
PATIENCE_SECONDS = 60


def test_one_key_a_thousand_times_over_20_connections_has_one_effect(port: int, loaded: None, figure: Figure) -> None:
    builders.an_open_cycle()
    token = builders.token("officer.jpo")
    body = wire.a_report()
    times = share(1000, least=100) // CONNECTIONS

    def call(place: int) -> list[Reply]:
        line = Line(port, token)
        return [line.post("/api/v1/updates", body, key="the-same") for _ in range(times)]

    replies = [reply for some in at_once(CONNECTIONS, call) for reply in some]
    assert Counter(reply.status for reply in replies) == {201: CONNECTIONS * times}
    assert len({(reply.body, reply.headers["location"], reply.headers["etag"]) for reply in replies}) == 1
    replayed = Counter(reply.headers.get("idempotent-replayed") for reply in replies)
    assert replayed == {None: 1, "true": len(replies) - 1}
    assert ProgressUpdate.objects.count() == Event.objects.filter(verb="draft").count() == 1
    assert IdempotencyKey.objects.count() == 1
    figure(f"one key {len(replies)} times over {CONNECTIONS} connections: 1 effect, {replayed['true']} equal replays")


@pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")
def test_keys_have_one_effect_each_while_workers_are_killed_and_none_is_stuck(loaded: None, figure: Figure) -> None:
    """All connections send the same keys in the same order, so that several are at each when its worker dies."""
    with service(*MANNERS, **NO_LIMITS) as base:
        kill_and_count(int(base.rpartition(":")[2]), figure)


def kill_and_count(port: int, figure: Figure) -> None:
    token = builders.token("coordinator")
    answers: list[dict[int, Reply]] = [{} for _ in range(CONNECTIONS)]
    lines = [Line(port, token) for _ in range(CONNECTIONS)]

    def call(place: int) -> None:
        for number in count():
            if killer.is_done.is_set():
                return
            answers[place][number] = until_answered(lines[place], number)

    def answered() -> int:
        return sum(len(some) for some in answers)

    with workers.killing(port, most=share(25, least=5), answered=answered) as killer:
        at_once(CONNECTIONS, call)
    seen = sorted({number for some in answers for number in some})
    replies = [reply for some in answers for reply in some.values()]
    assert Counter(reply.status for reply in replies) == {201: len(replies)}
    for number in seen:
        assert len({some[number].body for some in answers if number in some}) == 1, number
    effects = Counter(Milestone.objects.values_list("title", flat=True))
    assert effects == {f"number {number}": 1 for number in seen}
    assert Event.objects.filter(verb="create", subject_type="milestone").count() == len(seen)
    lost = sum(line.lost for line in lines)
    assert lost >= 1
    assert_nothing_is_stuck(Line(port, token), seen)
    figure(f"{len(seen)} keys, {len(replies)} answers, {len(killer.killed)} workers killed, {lost} lost: 1 effect each")


def until_answered(line: Line, number: int) -> Reply:
    """The same request with the same key again and again, as long as nobody answers it."""
    body = {
        "measure": "MEXT2019-P4-01",
        "title": f"number {number}",
        "due_on": "2022-03-31",
        "basis": "assigned",
        "reason": "工程表",
    }
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            return line.post("/api/v1/milestones", body, key=f"key {number}")
        except LostError:
            time.sleep(0.05)
    raise AssertionError(f"number {number} was not answered in {PATIENCE_SECONDS} s")


def assert_nothing_is_stuck(line: Line, seen: list[int]) -> None:
    """Every key is answered at once by its replay, and no transaction of a dead worker is left open."""
    for number in seen[-50:]:
        began = time.monotonic()
        assert until_answered(line, number).headers["idempotent-replayed"] == "true"
        assert time.monotonic() - began < 4
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state LIKE 'idle in transaction%'"
        )
        assert cursor.fetchone() == (0,)
