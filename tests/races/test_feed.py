"""A consumer of the change feed that is killed again and again, beside 16 writers: every event once, in one order."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event as Signal

import pytest
from django.utils import timezone

from measures.models import Event, SealedEvent
from measures.operations import sealing
from measures.queries import log
from measures.vocabulary import Audience
from tests import builders
from tests.figures import Figure
from tests.operations.logs import a_session, assert_whole, in_threads, insert, seal_all, write
from tests.races import consumer
from tests.races.callers import FULL_SECONDS, share

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(FULL_SECONDS)]

WRITERS = 16
SECONDS = 60


def write_in_turns(seed: int, turns: int) -> None:
    chance = random.Random(seed)
    with a_session() as session:
        for _ in range(turns):
            insert(session, "first")
            while chance.random() < 0.3:
                insert(session, "another")
            time.sleep(chance.random() / 20)
            session.rollback() if chance.random() < 0.2 else session.commit()


def keep_sealing(over: Signal) -> None:
    while not over.is_set():
        sealing.seal(at=timezone.now())
        if random.random() < 0.1:
            write(audience=Audience.RESTRICTED)
        time.sleep(0.02)


def kept(path: Path) -> list[dict]:
    *whole, _ = path.read_bytes().split(b"\n") if path.exists() else [b""]
    return [json.loads(line) for line in whole]


class Consumer:
    """The process, which is killed `most` times at any moment, and begun again."""

    def __init__(self, port: int, path: Path) -> None:
        self.path, self.kills = path, 0
        address, token = f"http://127.0.0.1:{port}", builders.token("officer.jpo", "read")
        self.command = [sys.executable, consumer.__file__, address, token, str(path)]
        self.process = subprocess.Popen(self.command)

    def kill_at_random(self, most: int, is_over: Callable[[], bool]) -> None:
        chance = random.Random()
        while self.kills < most and not is_over():
            # So that some die while they begin and others in the middle of a page.
            time.sleep(chance.uniform(0.05, 0.8))
            self.process.kill()
            self.process.wait()
            self.kills += 1
            self.process = subprocess.Popen(self.command)

    def until_it_has_all(self, newest: int) -> None:
        give_up = time.monotonic() + SECONDS
        while not (pages := kept(self.path)) or pages[-1]["next"] < newest:
            assert time.monotonic() < give_up and self.process.poll() is None
            time.sleep(0.05)
        self.process.kill()
        self.process.wait()


def test_a_consumer_that_is_killed_at_random_sees_each_event_once(
    port: int, loaded: None, tmp_path: Path, figure: Figure
) -> None:
    seal_all()
    reader, over = Consumer(port, tmp_path / "pages"), Signal()
    turns = share(400, least=60)

    def keep_writing() -> None:
        in_threads(*[lambda seed=seed: write_in_turns(seed, turns) for seed in range(WRITERS)])
        over.set()

    in_threads(
        keep_writing,
        lambda: keep_sealing(over),
        lambda: reader.kill_at_random(share(100, least=10), lambda: False),
    )
    seal_all()
    newest = log.size()
    reader.until_it_has_all(newest)
    assert_whole()
    seen = [event for page in kept(reader.path) for event in page["ids"]]
    public = SealedEvent.objects.filter(event__audience=Audience.PUBLIC).order_by("position")
    assert seen == list(public.values_list("event", flat=True))
    assert Event.objects.filter(audience=Audience.RESTRICTED).exists()
    figure(f"{len(seen)} events, each once and in order, over {reader.kills} kills of the consumer, {newest} positions")


def test_a_consumer_that_keeps_only_its_page_and_not_where_it_was_would_be_caught(tmp_path: Path) -> None:
    """What the check above compares: a page that is read twice, or left out, is seen."""
    path = tmp_path / "pages"
    path.write_bytes(b'{"ids": [1, 2], "next": 2}\n{"ids": [3], "nex')
    assert consumer.position(str(path)) == 2
    assert path.read_bytes() == b'{"ids": [1, 2], "next": 2}\n'
    assert [event for page in kept(path) for event in page["ids"]] == [1, 2]
