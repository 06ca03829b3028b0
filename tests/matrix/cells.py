"""Asks the cells and counts them: each is one request, rolled back after it and held against the policy."""

import itertools
import json
from collections.abc import Iterable, Iterator
from time import monotonic

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.matrix import bodies
from tests.matrix.callers import Caller
from tests.matrix.expectations import SAFE, expected
from tests.matrix.policy import Row
from tests.matrix.situations import Situation


class Asker:
    """Counts cells, seconds and what was wrong; `blocks` are the parts that were asked in full."""

    def __init__(self) -> None:
        self.cells = 0
        self.seconds = 0.0
        self.wrong: list[str] = []
        self.blocks: set[str] = set()
        self._keys = itertools.count()
        self._client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def ask(self, rows: Iterable[Row], callers: Iterable[Caller], situation: Situation) -> list[str]:
        """One sentence for each cell of `rows` x `callers` that is not as the policy says."""
        begun, callers = monotonic(), list(callers)
        wrong = [said for row in rows for said in self._row(row, callers, situation)]
        self.seconds += monotonic() - begun
        self.wrong += wrong
        return wrong

    def _row(self, row: Row, callers: Iterable[Caller], situation: Situation) -> Iterator[str]:
        """The cells of one row, all begun at the same savepoint."""
        with transaction.atomic():
            start, newest = transaction.savepoint(), _newest()
            for caller in callers:
                self.cells += 1
                status, code = expected(row, caller, situation)
                # What is done leaves an event, and what is refused leaves none.
                awaited = (status, "" if row.method == "HEAD" else code, row.method not in SAFE and status < 300)
                response = self._request(row, caller, situation)
                found = (response.status_code, _code(response), row.method not in SAFE and _newest() != newest)
                if row.method not in SAFE or response.status_code == 500:
                    transaction.savepoint_rollback(start)
                if found != awaited:
                    yield f"{row.method} {row.address} ({situation.name}{row.case}) {caller}: {found}, not {awaited}"

    def _request(self, row: Row, caller: Caller, situation: Situation) -> HttpResponse:
        self._client.cookies.clear()
        sent = bodies.body(row, situation)
        data, kind = b"", "application/json"
        if isinstance(sent, bodies.Form):
            data, kind = sent
        elif sent is not None:
            data = json.dumps(sent).encode()
        headers = {}
        if row.method not in SAFE:
            headers = {
                "HTTP_IF_MATCH": bodies.version(row, situation),
                "HTTP_IDEMPOTENCY_KEY": f"cell-{next(self._keys)}",
            }
        return self._client.generic(
            row.method,
            bodies.path(row, situation),
            data,
            content_type=kind,
            **headers,
            **caller.environ,
        )


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM measures_event")
        return cursor.fetchone()[0]


def _code(response: HttpResponse) -> str:
    if response.status_code < 400 or not response.content:
        return ""
    return response.json().get("code", "")
