"""Bytes on a socket, which no client library would send, and what came back."""

import http.client
import json
import re
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
# What an answer never shows: a trace, HTML, the text of a statement, a table's or a module's name, a path of the disk.
LEAK = re.compile(
    rb'Traceback|<html|<!doctype|File "|site-packages|psycopg|\.py\b|\bmeasures_[a-z]|django\.|wsgi'
    rb"|\bSELECT .* FROM\b|\bINSERT INTO\b|\bUPDATE .* SET\b|LINE [0-9]+:|DETAIL:",
    re.IGNORECASE,
)
PLACES = [str(ROOT).encode(), sys.prefix.encode()]


@dataclass(frozen=True)
class Answer:
    """Status 0 is a connection that ended without an answer; `version` is HTTP's, 10 or 11."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_of_the_server(self) -> bool:
        """granian refuses what is no HTTP by itself, with a status and no words."""
        return not self.body and "x-request-id" not in self.headers


def exchange(port: int, sent: bytes, *, method: str = "GET", cut: bool = False, seconds: float = SECONDS) -> Answer:
    """Sends `sent` and reads one answer; `cut` closes our side after it, as a caller who gives up would."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(sent)
            if cut:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            # Refused before all of it was read; the answer may be there all the same.
            pass
        reply = http.client.HTTPResponse(connection, method=method)
        try:
            reply.begin()
            return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        except (ConnectionError, http.client.HTTPException):
            return Answer(0, {}, b"")


def request(
    method: str | bytes,
    target: str | bytes,
    *headers: str | bytes,
    body: bytes = b"",
    host: bytes = b"Host: 127.0.0.1\r\n",
    version: bytes = b" HTTP/1.1",
) -> bytes:
    """A request as it is given; nothing is checked, and only Host and Connection are added."""
    lines = b"".join(as_bytes(header) + b"\r\n" for header in headers)
    start = as_bytes(method) + b" " + as_bytes(target) + version + b"\r\n"
    return start + host + lines + b"Connection: close\r\n\r\n" + body


def sized(body: bytes) -> str:
    return f"Content-Length: {len(body)}"


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def problem(answer: Answer, statuses: int | Iterable[int], code: str | None = None) -> dict[str, Any]:
    """The body of a refusal by the application: the one shape, with a place for each error, and no word too many."""
    assert answer.status in ({statuses} if isinstance(statuses, int) else set(statuses)), answer
    assert answer.headers["content-type"] == "application/problem+json", answer
    assert len(answer.body) < 1_000_000, len(answer.body)
    shows_nothing(answer)
    body = answer.json
    assert (body["status"], body["type"]) == (answer.status, f"urn:measure-tracker:problem:{body['code']}")
    assert body["title"] and body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    for error in body.get("errors", []):
        assert error["code"] and error["detail"], error
        assert ("pointer" in error) != ("parameter" in error), error
    assert code in {None, body["code"], *(error["code"] for error in body.get("errors", []))}, body
    return body


def shows_nothing(answer: Answer) -> None:
    """No trace, no HTML, no SQL and no path of the machine in a refusal."""
    assert not LEAK.search(answer.body), LEAK.search(answer.body)
    assert not [place for place in PLACES if place in answer.body]


def refused(answer: Answer) -> None:
    """A 4xx: the server's own, without words, or the application's in the one shape."""
    assert 400 <= answer.status < 500, answer
    if not answer.is_of_the_server:
        problem(answer, answer.status)
