"""Pollers and writers at once: nobody sees an older state after a newer one was acknowledged, and every 304 is true."""

import threading
from collections import Counter

import pytest

from tests import builders
from tests.figures import Figure
from tests.races.callers import FULL_SECONDS, Line, Reply, at_once, share

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(FULL_SECONDS)]

POLLERS, WRITERS = 6, 2


class Poller:
    """One who keeps what was answered, and asks again with its tag."""

    def __init__(self, port: int, token: str, path: str) -> None:
        self.line, self.path = Line(port, token), path
        self.has: Reply | None = None
        self.said: Counter[int] = Counter()

    def poll(self) -> Reply:
        """What there is now, as this poller knows it; `has` is it, when 304 says so."""
        headers = {"If-None-Match": self.has.headers["etag"]} if self.has else {}
        reply = self.line.read(self.path, **headers)
        self.said[reply.status] += 1
        if reply.status == 304:
            assert self.has
            return self.has
        assert reply.status == 200, reply
        self.has = reply
        return reply


def test_pollers_never_see_less_than_what_was_acknowledged(port: int, loaded: None, figure: Figure) -> None:
    """Each writer counts up in the text of a draft; what it has been told is done is the least that a poll may show."""
    updates = [
        builders.an_update(narrative="0"),
        builders.an_update(measure="MEXT2019-P1-01", officer="officer.mext", observations=[], narrative="0"),
    ]
    tokens = [builders.token("officer.jpo"), builders.token("officer.mext")]
    readers = [builders.token("auditor"), builders.token("coordinator"), *tokens]
    acknowledged = [0, 0]
    done = threading.Event()
    writes = share(400, least=60)
    polls: Counter[int] = Counter()

    def write(place: int) -> None:
        line, where = Line(port, tokens[place]), f"/api/v1/updates/{updates[place].pk}"
        for number in range(1, writes + 1):
            reply = line.call("PATCH", where, {"narrative": str(number)}, If_Match="*")
            assert reply.status == 200, reply
            acknowledged[place] = number
        done.set()

    def poll(place: int) -> None:
        reader = place % len(readers)
        poller = Poller(port, readers[reader], "/api/v1/updates")
        shown, seen = [[0], [1], [0, 1]][0 if reader == 2 else 1 if reader == 3 else 2], [0, 0]
        while not done.is_set():
            least = list(acknowledged)
            items = {item["id"]: int(item["narrative"]) for item in poller.poll().json["items"]}
            for one in shown:
                number = items[updates[one].pk]
                assert number >= max(least[one], seen[one]), "an older state after a newer one"
                seen[one] = number
        polls.update(poller.said)

    def begin(place: int) -> None:
        try:
            write(place) if place < WRITERS else poll(place - WRITERS)
        finally:
            done.set() if place < WRITERS else None

    at_once(POLLERS + WRITERS, begin)
    assert polls[200] > POLLERS
    figure(f"{POLLERS} pollers beside {WRITERS} writers: {dict(polls)}, {sum(acknowledged)} writes, none seen late")
