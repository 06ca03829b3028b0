"""Thirty-two people who change one draft: who reads, changes and sends with If-Match loses nothing of anyone's."""

import json
import re
from collections import Counter

import pytest

from measures.models import Event, ProgressUpdate
from tests import builders
from tests.figures import Figure
from tests.races.callers import FULL_SECONDS, Line, at_once, share

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(FULL_SECONDS)]

WRITERS = 32
TRIES = 2_000
MARKER = re.compile(r"\[[0-9]+\.[0-9]+\]")


def test_32_writers_with_if_match_lose_no_edit(port: int, loaded: None, figure: Figure) -> None:
    update = builders.an_update(at_status="draft", narrative="初め")
    token = builders.token("officer.jpo")
    edits = share(10, least=1)

    def write(place: int) -> tuple[list[int], Counter[int]]:
        line, said = Line(port, token), Counter[int]()
        return [add(line, update.pk, f"[{place}.{number}]", said) for number in range(edits)], said

    results = at_once(WRITERS, write)
    versions = sorted(version for written, _ in results for version in written)
    said = sum((one for _, one in results), Counter[int]())
    assert set(said) <= {200, 412}
    markers = {f"[{place}.{number}]" for place in range(WRITERS) for number in range(edits)}
    # Each acknowledged edit has a version of its own, the next one, and nobody else's.
    assert versions == list(range(2, len(markers) + 2))
    update.refresh_from_db()
    assert update.version == len(markers) + 1
    assert Counter(MARKER.findall(update.narrative)) == Counter(markers)
    assert update.narrative.startswith("初め")
    assert_each_built_on_the_one_before(update)
    figure(f"{WRITERS} writers, {len(markers)} edits acknowledged, {said[412]} refused as stale (412), 0 lost")


def add(line: Line, pk: int, marker: str, said: Counter[int]) -> int:
    """Reads, adds and sends until it is taken; returns the version it became."""
    where = f"/api/v1/updates/{pk}"
    for _ in range(TRIES):
        read = line.get(where)
        assert read.status == 200
        body = {"narrative": read.json["narrative"] + marker}
        sent = line.call("PATCH", where, body, If_Match=read.headers["etag"])
        said[sent.status] += 1
        if sent.status == 200:
            return int(sent.json["version"])
        assert sent.status == 412, sent
    raise AssertionError(f"{marker} was refused {TRIES} times")


def assert_each_built_on_the_one_before(update: ProgressUpdate) -> None:
    """The log says the same: every edit's text is the one before it and one marker more."""
    edits = Event.objects.filter(subject_type="update", subject_code=str(update.pk), verb="edit").order_by("pk")
    texts = [json.loads(event.body)["after"]["narrative"] for event in edits]
    assert len(texts) == update.version - 1
    for before, after in zip(["初め", *texts], texts, strict=False):
        assert after.startswith(before) and MARKER.fullmatch(after.removeprefix(before)), (before, after)
