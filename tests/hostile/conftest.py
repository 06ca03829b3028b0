"""The stage that every hostile caller meets: a running service with data in it, which has to stay as it was."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from measures.models import Event, IdempotencyKey, ProgressUpdate
from tests import builders, kept
from tests.hostile.raw import Answer, exchange, request, sized
from tests.journeys.service import service

# Wrong credentials and many requests are the point here; the limits have their own tests.
NO_LIMITS = {f"LIMIT_{name}": "0" for name in ("ANONYMOUS", "READ", "WRITE", "SIGN_IN")}
CAST = ("officer.jpo", "approver.jpo", "coordinator", "administrator")
JSON = "Content-Type: application/json"


@dataclass(frozen=True)
class Stage:
    """A service at `port`, tokens of the cast, and one draft; `before` is what the database held at first."""

    port: int
    tokens: dict[str, str]
    draft: int
    before: list[Any]

    def bearer(self, username: str = "officer.jpo") -> str:
        return f"Authorization: Bearer {self.tokens[username]}"

    def send(self, sent: bytes, **given: Any) -> Answer:
        return exchange(self.port, sent, **given)

    def get(self, target: str | bytes, *headers: str | bytes, **given: Any) -> Answer:
        return self.send(request("GET", target, *headers, **given))

    def post(self, target: str, body: bytes, *headers: str | bytes, username: str = "officer.jpo") -> Answer:
        return self.write("POST", target, body, *headers, username=username)

    def write(
        self, method: str, target: str, body: bytes, *headers: str | bytes, username: str = "officer.jpo"
    ) -> Answer:
        """A write as it should be, but for its body and for what `headers` replace."""
        usual = [self.bearer(username), JSON, sized(body), "If-Match: *", "Idempotency-Key: hostile"]
        given = {name_of(header) for header in headers}
        kept = [header for header in usual if name_of(header) not in given]
        return self.send(request(method, target, *kept, *headers, body=body))

    def each(self, names: Iterable[str], check: Callable[[str], Any]) -> None:
        """Checks every case by its name, and after each that nothing changed and a good request is answered."""
        wrong = []
        for name in names:
            try:
                check(name)
                self.is_unharmed()
            except (AssertionError, OSError) as error:
                wrong.append(f"{name[:64]}: {type(error).__name__} {str(error)[:500]}")
        assert not wrong, "\n".join(wrong)

    def is_unharmed(self) -> None:
        assert content() == self.before
        good = self.get("/api/v1/measures?limit=1", self.bearer())
        assert (good.status, len(good.json["items"])) == (200, 1), good


def name_of(header: str | bytes) -> str:
    text = header if isinstance(header, str) else header.decode("latin-1")
    return text.partition(":")[0].lower()


def content() -> list[Any]:
    versions = list(ProgressUpdate.objects.order_by("pk").values_list("pk", "version", "state"))
    return [Event.objects.count(), IdempotencyKey.objects.count(), versions]


@pytest.fixture(scope="session")
def hostile_port(django_db_setup: None) -> Iterator[int]:
    with service("--workers", "2", "--blocking-threads", "4", **NO_LIMITS) as base:
        yield int(base.rpartition(":")[2])


@pytest.fixture
def loaded(transactional_db: None, cut_fixtures: list[str]) -> None:
    kept.load(cut_fixtures)


@pytest.fixture
def stage(hostile_port: int, loaded: None) -> Stage:
    draft = builders.an_update(at_status="draft").pk
    tokens = {username: builders.token(username) for username in CAST}
    return Stage(hostile_port, tokens, draft, content())
