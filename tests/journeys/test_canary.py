"""A token, sent in every wrong and right way through the real server, is found nowhere afterwards."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests import builders
from tests.api.wire import a_report
from tests.journeys.http import Caller, Reply
from tests.journeys.service import FAULTY, service

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/measures"


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_token_is_in_no_log_no_answer_and_no_table(debug: str, tmp_path: Path, loaded: None) -> None:
    look_for_it(tmp_path, debug)


def test_a_service_that_takes_a_token_anywhere_is_found(tmp_path: Path, loaded: None) -> None:
    with pytest.raises(AssertionError):
        look_for_it(tmp_path, "0", application=FAULTY, FAULT="tokens_are_taken_anywhere")


def look_for_it(folder: Path, debug: str, **given: str) -> None:
    """Sends a token everywhere, and looks for it in what was printed, answered and stored."""
    builders.an_open_cycle()
    text = builders.token("officer.jpo")
    log = folder / "log"
    with service("--log-level", "debug", log=log, LOG_LEVEL="DEBUG", DEBUG=debug, **given) as base:
        replies = [*refused(base, text), *taken(base, text), *failing(base, text)]
        made = Caller(base, text).post("/api/v1/tokens", {"scopes": ["read"]}).json["token"]
    assert {reply.status for reply in replies} == {200, 201, 400, 401, 500}
    printed = log.read_text()
    # What is looked through is the whole story: the failures are in it.
    assert "Internal Server Error" in printed and "Traceback" in printed
    for secret in secrets_of(text):
        assert secret not in printed
        assert [reply for reply in replies if secret in f"{reply.headers}{reply.body.decode()}"] == []
        assert tables_with(secret) == set()
    assert made.partition(".")[2] not in printed
    assert tables_with(made.partition(".")[2]) == set()


def taken(base: str, text: str) -> Iterator[Reply]:
    """As it ought to be sent, and a write with it."""
    yield Caller(base, text).get(LIST)
    yield Caller(base).get(LIST, Authorization=basic(text))
    yield Caller(base, text).post("/api/v1/updates", a_report())
    yield Caller(base, text).get(LIST, X_Request_Id=text)


def refused(base: str, text: str) -> Iterator[Reply]:
    """In addresses, bodies, headers and forms where it does not belong."""
    for name in ("token", "access_token", "api_key", "q", "no_such"):
        yield Caller(base).get(f"{LIST}?{name}={text}")
    for path in (f"{LIST}/{text}", f"/{text}", f"/api/v1/cycles/{text}/open", f"/login?next=/{text}"):
        yield Caller(base).get(path)
        yield Caller(base, text).post(path)
    for body in (a_report(narrative=text), a_report(measure=text), {text: 1}, {"observations": [{"kpi": text}]}):
        yield Caller(base, text).post("/api/v1/updates", body)
    yield Caller(base, text).post("/api/v1/tokens", {"scopes": ["read"], "label": text})
    for header in ("Idempotency_Key", "If_Match", "If_None_Match", "X_Api_Key", "User_Agent", "Accept_Language"):
        yield Caller(base, text).post("/api/v1/updates", a_report(), **{header: text})
    for value in (f"Token {text}", text, f"Bearer x{text}", f"Bearer {text}x", f"Basic {text}"):
        yield Caller(base).get(LIST, Authorization=value)


def failing(base: str, text: str) -> Iterator[Reply]:
    """While the service fails with it at hand: once after it was looked up, once while."""
    for table in ("measures_duty", "measures_token"):
        rename(table, "gone")
        try:
            yield Caller(base, text).get(LIST)
            yield Caller(base).get(LIST, Authorization=basic(text))
            yield Caller(base, text).post("/api/v1/updates", a_report())
        finally:
            rename("gone", table)


def rename(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {name}")


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.replace(".", ":", 1).encode()).decode()


def secrets_of(text: str) -> tuple[str, ...]:
    """Pieces that would give the token away, also cut short or in the other form."""
    return text.partition(".")[2][:16], basic(text).partition(" ")[2][24:48]


def tables_with(text: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS one WHERE strpos(one::text, %s) > 0', [text])
            if cursor.fetchone()[0]:
                found.add(table)
    return found
