"""Bodies whose length is left out, wrong or in pieces: nothing is taken for what it is not, and nothing hangs."""

import gzip
from typing import Any

import pytest

from measures.models import ProgressUpdate, Review
from tests.hostile.conftest import JSON, Stage
from tests.hostile.raw import Answer, chunked, problem, refused, request

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1024 * 1024
CHUNKED = "Transfer-Encoding: chunked"
UNKNOWN = b'{"unknown": 1}'


def framed(stage: Stage, body: bytes, *headers: str, path: str = "/api/v1/updates", **given: Any) -> Answer:
    """A write with a good token whose only framing is in `headers`."""
    usual = (stage.bearer(), JSON, "If-Match: *", "Idempotency-Key: framed")
    return stage.send(request("POST", path, *usual, *headers, body=body), **given)


def test_a_chunked_body_is_read_as_any_other_400_413(stage: Stage) -> None:
    """Some clients, .NET's among them, send no length; Django alone would take their body for an empty one."""
    cases: dict[str, tuple[bytes, int, str]] = {
        "in one piece": (chunked(UNKNOWN), 400, "unknown-field"),
        "in many pieces": (chunked(*[bytes([byte]) for byte in UNKNOWN]), 400, "unknown-field"),
        "an array": (chunked(b"[]"), 400, "not-an-object"),
        "a MiB": (chunked(b'{"narrative": "', *[b"x" * 65_536] * 15, b'"}'), 400, "required"),
        "a MiB and one byte": (chunked(*[b" " * 65_536] * 16, b" "), 413, "too-large"),
        "20 MiB": (chunked(*[b" " * 65_536] * 320), 413, "too-large"),
        "half of it": (b"e\r\n" + UNKNOWN[:9], 400, "not-json"),
        "half of it in whole chunks": (b"7\r\n" + UNKNOWN[:7] + b"\r\n", 400, "not-json"),
        "nothing": (chunked(), 411, "length-needed"),
        "no chunk at all": (b"", 411, "length-needed"),
        "a size that is no number": (b"zz\r\n{}\r\n0\r\n\r\n", 411, "length-needed"),
        "a size that is negative": (b"-2\r\n{}\r\n0\r\n\r\n", 411, "length-needed"),
        "a size of 2^64": (b"10000000000000000\r\n{}\r\n0\r\n\r\n", 411, "length-needed"),
    }

    def check(name: str) -> None:
        body, status, code = cases[name]
        # granian gives no answer to who closes after a whole request, and waits for the rest of half a one.
        problem(framed(stage, body, CHUNKED, cut=not body.endswith(b"0\r\n\r\n")), status, code)

    stage.each(cases, check)


def test_the_comment_of_a_chunked_action_is_kept_200(stage: Stage) -> None:
    body = chunked('{"comment": "確認を'.encode(), 'お願いします。"}'.encode())
    answer = framed(stage, body, CHUNKED, path=f"/api/v1/updates/{stage.draft}/submit")
    assert answer.status == 200, answer
    assert Review.objects.get(update=stage.draft).comment == "確認をお願いします。"


def test_a_body_shorter_than_its_length_is_not_acted_on_400(stage: Stage) -> None:
    """The caller went away in the middle: what came may be less than what was meant."""
    answer = framed(stage, b"{}", "Content-Length: 30", path=f"/api/v1/updates/{stage.draft}/submit", cut=True)
    problem(answer, 400, "cut-short")
    stage.is_unharmed()
    assert ProgressUpdate.objects.get(pk=stage.draft).state == "draft"


def test_a_length_that_lies_or_is_none_is_refused_400_413(stage: Stage) -> None:
    cases = {
        "negative": "Content-Length: -1",
        "signed": "Content-Length: +2",
        "hexadecimal": "Content-Length: 0x2",
        "full-width": "Content-Length: ２",
        "a list": "Content-Length: 2, 2",
        "blank": "Content-Length: ",
        "30 digits": "Content-Length: " + "9" * 30,
        "19 digits": "Content-Length: " + "9" * 19,
        "a MiB and one byte": f"Content-Length: {MIB + 1}",
        "two of them": "Content-Length: 2\r\nContent-Length: 7",
        "shorter than the body": "Content-Length: 1",
        "a coding that is unknown": "Transfer-Encoding: xchunked",
        "gzip for a coding": "Transfer-Encoding: gzip",
        "identity for a coding": "Transfer-Encoding: identity",
        "chunked and something": "Transfer-Encoding: chunked, gzip",
    }
    stage.each(cases, lambda name: refused(framed(stage, b"[]", cases[name], cut=True)))
    spelled = "Content_Length: 1\r\nContent-Length: 2\r\nContent_Length: 9999999"
    problem(framed(stage, b"[]", spelled), 400, "not-an-object")


def test_chunks_beside_a_length_win_and_nothing_is_left_over_for_a_second_request_400(stage: Stage) -> None:
    """Two readers who disagree about where a request ends let one smuggle another past the first."""
    smuggled = request("DELETE", f"/api/v1/updates/{stage.draft}", stage.bearer(), "If-Match: *")
    for length in (2, 5, len(chunked(b"[]")) + len(smuggled)):
        body = chunked(b"[]") + smuggled
        problem(framed(stage, body, CHUNKED, f"Content-Length: {length}"), 400, "not-an-object")
        stage.is_unharmed()


def test_a_compressed_body_is_415(stage: Stage) -> None:
    cases = {
        "gzip": (gzip.compress(b"{}"), "gzip"),
        "gzip in name only": (b"{}", "gzip"),
        "br": (b"{}", "br"),
        "twice": (b"{}", "gzip, gzip"),
        "unknown": (b"{}", "aes128gcm"),
    }

    def check(name: str) -> None:
        body, encoding = cases[name]
        answer = stage.post("/api/v1/updates", body, f"Content-Encoding: {encoding}")
        problem(answer, 415, "unsupported-encoding")

    stage.each(cases, check)
    problem(stage.post("/api/v1/updates", b"[]", "Content-Encoding: identity"), 400, "not-an-object")


def test_a_body_that_never_comes_holds_up_nobody_else(stage: Stage) -> None:
    """Each holds a thread for as long as it likes, which a proxy in front takes on itself; some are always left."""
    import socket

    waiting = request("POST", "/api/v1/updates", stage.bearer(), JSON, "Idempotency-Key: w", "Content-Length: 9")
    callers = [socket.create_connection(("127.0.0.1", stage.port), timeout=5) for _ in range(3)]
    try:
        for caller in callers:
            caller.sendall(waiting)
        for _ in range(10):
            stage.is_unharmed()
    finally:
        for caller in callers:
            caller.close()
    stage.is_unharmed()
