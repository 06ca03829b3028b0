"""The past answers as it did: every read, asked again later about an earlier moment, says what it said then."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from measures.models import Person
from measures.operations import standings
from tests import builders
from tests.figures import Figure
from tests.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded"), pytest.mark.timeout(300)]

BASE = "/api/v1"
READS = (
    "/documents", "/documents/MEXT2019", "/documents/MEXT2019/elements?limit=500", "/ministries",
    "/measures?limit=100&count=true", f"/measures/{builders.SME}", "/measures?status=in_progress",
    "/measures?standing=A",
    "/measures?ministry=cao&role=support", "/measures?divergent=true", "/measures?q=改題", "/assignments?limit=200",
    "/assignments?current=true&count=true", "/milestones", "/milestones?done=true", "/kpis?limit=100",
    "/kpis/sme-patent-share", "/kpis?rating=A", "/kpis?has_target=true", "/kpis/sme-patent-share/observations",
    "/kpis/sme-patent-share/targets", "/kpis/sme-patent-share/baselines", "/kpis/sme-patent-share/measures",
    "/observations?year_from=2018&limit=200", "/cycles", "/cycles?state=open", "/updates", "/updates?state=approved",
    "/summary", "/exports/measures.csv", "/exports/kpis.csv", "/exports/observations.csv", "/exports/updates.csv",
    "/exports/obligations.csv", "/exports/evidence.csv",
)  # fmt: skip
# What is not the same for everyone.
OF_READERS = [path for path in READS if path.startswith(("/updates", "/exports/updates", "/exports/evidence"))]
READERS = {None: READS, "officer.jpo": OF_READERS, "officer.meti": OF_READERS, "auditor": OF_READERS}
# Each takes some five seconds.
HISTORIES = 6
Answers = dict[tuple[str | None, str], Any]


class Reader:
    """Asks as one of the cast, or as nobody, and leaves out what the past does not have: names and actions."""

    def __init__(self, username: str | None) -> None:
        bearer = {"Authorization": f"Bearer {builders.token(username)}"} if username else {}
        self.client = Client(headers=bearer | {"Accept-Language": "en"})
        self.ids = {one.username: str(one.pk) for one in Person.objects.all()}

    def ask(self, path: str, **query: str) -> Any:
        response = self.client.get(f"{BASE}{path}", query_params=query) if query else self.client.get(BASE + path)
        if "csv" in response["Content-Type"]:
            return response.getvalue().decode()
        return self._settled(response.json())

    def _settled(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            left = {key: one for key, one in value.items() if key not in ("actions", "known_at", "next", "request_id")}
            return {key: self._settled(one, key) for key, one in left.items()}
        if isinstance(value, list):
            return [self._settled(one) for one in value]
        return self.ids.get(value, value) if name in ("author", "actor", "decided_by") else value


def everything(readers: dict[str | None, Reader], **query: str) -> Answers:
    return {
        (name, path): reader.ask(path.partition("?")[0], **_query(path), **query)
        for name, reader in readers.items()
        for path in READERS[name]
    }


def _query(path: str) -> dict[str, str]:
    given = path.partition("?")[2]
    return dict(pair.split("=") for pair in given.split("&")) if given else {}


counted = {"histories": 0, "deeds": 0, "answers": 0}


@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(deeds=history.deeds())
def replay(deeds: list[history.Deed]) -> None:
    with transaction.atomic():
        readers = {name: Reader(name) for name in READERS}
        at, remembered = timezone.now() - timedelta(days=1), []
        history.done(history._cycle("open"), at)
        for deed in deeds:
            at += timedelta(minutes=1)
            if history.done(deed, at):
                counted["deeds"] += 1
                remembered.append((at + timedelta(seconds=30), everything(readers)))
        for moment, then in remembered:
            now = everything(readers, known_at=moment.isoformat())
            assert [key for key in then if now[key] != then[key]] == [], moment
            counted["answers"] += len(then)
        assert standings.rebuild(at=at + timedelta(minutes=1)) == []
        counted["histories"] += 1
        transaction.set_rollback(True)


def test_every_answer_of_a_random_history_is_the_same_when_it_is_asked_for_again(figure: Figure, settings: Any) -> None:
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (0, 0))
    # Histories are rolled back, and the next one has as many events.
    settings.RESPONSE_CACHE_MB = 0
    replay()
    assert counted["answers"] >= 40 * HISTORIES
    figure(f"as-of: {counted['histories']} histories, {counted['deeds']} deeds, {counted['answers']} answers the same")
