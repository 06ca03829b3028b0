"""How fast lists and the summary are read."""

import http.client
import json
from collections.abc import Sequence
from hashlib import sha256
from statistics import median
from typing import Any
from urllib.parse import quote, urlencode

from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from measures.management.timing.bench import Bench
from measures.management.timing.calls import API, Outcome, Refused, get
from measures.management.timing.served import Served
from measures.management.timing.statements import PAGE, SUMMARY
from measures.management.timing.table import Measured
from measures.models import Document, Observation, Person
from measures.operations.moments import day_of

STATEMENTS = {"/page": PAGE, "/summary": SUMMARY}
# No measure is older, so this leaves none out; with its last digits counting up no request was ever seen before.
SINCE = "2000-01-01T00:00:00.{n}+09:00"
FAR = 0.9
# The order of all observations.
KEYSET = ("kpi__code", "period_start", "period_type", "id")
FEW, MANY = 3, 300


def new_page(bench: Bench) -> Measured:
    """A page of 100 measures whose address nobody asked for before."""
    ours, limit = [], []
    for code in Document.objects.order_by("code").values_list("code", flat=True):
        page = _fetched(bench.ours, _page(code).replace("{n}", "000000"), bench.token)
        ours.append([get(_page(code), token=bench.token)])
        limit.append([get(limit_page(code, page["next"] or ""))])
    return bench.turns("page of 100, never seen", ours, limit, goal=0.75, note=_same_bytes(bench, ours[0], limit[0]))


def same_page(bench: Bench) -> Measured:
    """The same page again and again; the limit has no cache."""
    path = f"{API}/measures?limit=100"
    first = Document.objects.order_by("code").values_list("code", flat=True)[0]
    limit = [[get(limit_page(first, "x" * 120))]]
    return bench.turns("the same page again", [[get(path, token=bench.token)]], limit, goal=5, note=_latency)


def not_modified(bench: Bench) -> Measured:
    """The same page when the caller has it already."""
    path = f"{API}/measures?limit=100"
    first = Document.objects.order_by("code").values_list("code", flat=True)[0]
    tag = _answer(bench.ours, path, bench.token)[1]["ETag"]
    ours = [[get(path, token=bench.token, If_None_Match=tag)]]
    return bench.turns("304", ours, [[get(limit_page(first, "x" * 120))]], goal=6.5, note=_latency)


def summary(bench: Bench) -> Measured:
    """The summary, built for each request: a form that nobody asked for before is no kept one."""
    path = f"{API}/summary"
    given = urlencode({"revision": _fetched(bench.ours, path, bench.token)["revision"], "on": day_of(bench.at)})
    limit = [[get(f"/summary?{given}")]]
    ours = [[get(path, token=bench.token, Accept="application/json, x/{n}")]]
    return bench.turns("summary, never seen", ours, limit, goal=0.6, note=_same_bytes(bench, ours[0], limit[0]))


def depth(bench: Bench) -> Measured:
    """A page near the end of all observations against the first."""
    first = f"{API}/observations?limit=100"
    row = int(Observation.objects.count() * FAR)
    deep = f"{first}&cursor={quote(_cursor(bench, row))}"

    def note(ours: Sequence[Outcome], limit: Sequence[Outcome]) -> str:
        return f"row {row:,}; the limit is our own first page; the goal is at most 1.1 x its time"

    ours, limit = ([[get(path, token=bench.token)]] for path in (deep, first))
    return bench.turns("depth", ours, limit, goal=1 / 1.1, limit_is_ours=True, note=note)


def statements(bench: Bench) -> Measured:
    """SQL statements of a page with few rows and with many; counted, not timed."""
    few, many = (_statements(f"{API}/measures?limit={rows}", bench.token) for rows in (FEW, MANY))
    return Measured(
        name="statements, few by many rows",
        unit="",
        ours=[few],
        limit=[many],
        goal=1,
        note=f"{few} statements for {FEW} rows, {many} for {MANY}; the list itself should take at most 3 of them",
    )


def _page(document: str) -> str:
    query = urlencode({"limit": 100, "document": document, "updated_since": SINCE}, safe="{}")
    return f"{API}/measures?{query}"


def limit_page(document: str, next_page: str) -> str:
    """The address at which the limit answers a page of the document's measures."""
    return "/page?" + urlencode({"document": document, "since": SINCE, "next": next_page}, safe="{}")


def _same_bytes(bench: Bench, ours: Sequence[str], limit: Sequence[str]) -> Any:
    """Says how the two answers compare, without the cursor, which is signed for each address."""
    path, other = (one[0].split(" ")[1].replace("{n}", "000000") for one in (ours, limit))
    answer, expected = _fetched(bench.ours, path, bench.token), _fetched(bench.limit, other, "")
    sizes = [len(_answer(*one)[0]) for one in ((bench.ours, path, bench.token), (bench.limit, other, ""))]
    for one in (answer, expected):
        one.pop("next", None)
    equal = "the same content" if answer == expected else f"NOT the same content ({_difference(answer, expected)})"
    return lambda ours, limit: f"{equal}, {sizes[0]:,} bytes against {sizes[1]:,}; {_latency(ours, limit)}"


def _difference(one: Any, other: Any, path: str = "") -> str:
    """Where two JSON values differ first."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            if one.get(key) != other.get(key) or (key in one) != (key in other):
                return _difference(one.get(key), other.get(key), f"{path}/{key}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            if a != b:
                return _difference(a, b, f"{path}/{place}")
    return f"{path}: {str(one)[:40]!r} and {str(other)[:40]!r}"


def _latency(ours: Sequence[Outcome], limit: Sequence[Outcome]) -> str:
    return (
        f"ours {median(one.median for one in ours):.1f} ms, p99 {median(one.p99 for one in ours):.1f};"
        f" limit {median(one.median for one in limit):.1f}, p99 {median(one.p99 for one in limit):.1f}"
    )


def _answer(served: Served, path: str, token: str) -> tuple[bytes, Any]:
    caller = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    try:
        caller.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        reply = caller.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise Refused(f"{path} was answered {reply.status}: {body[:300].decode()}")
        return body, reply.headers
    finally:
        caller.close()


def _fetched(served: Served, path: str, token: str) -> Any:
    return json.loads(_answer(served, path, token)[0])


def _cursor(bench: Bench, row: int) -> str:
    """The cursor of a page that begins at that row, signed as api.pagination does, which otherwise only walking there
    would show. Were that to change, the answer would be a refusal.
    """
    person = Person.objects.get(tokens__public_id=bench.token.partition(".")[0])
    bound = repr((f"{API}/observations", KEYSET, [], person.pk))
    salt = f"cursor:{sha256(bound.encode()).hexdigest()}"
    code, start, *rest = Observation.objects.order_by(*KEYSET).values_list(*KEYSET)[row]
    return signing.Signer(salt=salt).sign_object([code, start.isoformat(), *rest], compress=True)


def _statements(path: str, token: str) -> int:
    client = Client(SERVER_NAME="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {token}")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise Refused(f"{path} was answered {answer.status_code}.")
    return len(captured)
