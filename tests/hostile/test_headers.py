"""Headers nobody should send: too many, too long, doubled, broken, or with another's words in them."""

import pytest

from tests.hostile.conftest import JSON, Stage
from tests.hostile.raw import exchange, problem, refused, request

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 100_000
LIST = "/api/v1/measures?limit=1"


def test_headers_that_mean_nothing_to_us_change_nothing_200(stage: Stage) -> None:
    cases: dict[str, list[str | bytes]] = {
        "90 of them": [f"X-{number}: y" for number in range(90)],
        "one of 100 kB": ["X-Long: " + "y" * LONG],
        "100 kB of languages": ["Accept-Language: " + "ja-" * (LONG // 3)],
        "a path for a language": ["Accept-Language: ../../etc/passwd"],
        "100 kB of cookies": ["Cookie: " + "a=b;" * (LONG // 4)],
        "100 kB of tags": ["If-None-Match: " + '"x",' * (LONG // 4)],
        "100 kB of an id": ["X-Request-Id: " + "y" * LONG],
        "bytes that are no UTF-8": [b"X-Bytes: \xe9\xff\x80"],
        "another's host": ["X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", "X-Host: evil.example"],
        "another's address": ["X-Forwarded-For: ' OR 1=1--, 127.0.0.1", "X-Real-IP: ::1", 'Forwarded: for="'],
        "another scheme": ["X-Forwarded-Proto: https"],
        "another address": ["X-Original-URL: /api/v1/people", "X-Rewrite-URL: /api/v1/people"],
        "another user": ["X-Remote-User: administrator", "Remote-User: administrator", "X-Forwarded-User: root"],
        "a proxy": ["Proxy: http://evil.example"],
        "a range": ["Range: bytes=0-1"],
        "a date that is none": ["If-Modified-Since: yesterday", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"],
        "an expectation": ["Expect: 200-maybe"],
        "an upgrade": [
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: eA==",
            "Sec-WebSocket-Version: 13",
        ],
        "no encoding at all": ["Accept-Encoding: identity;q=0, *;q=0"],
        "a charset": ["Accept-Charset: utf-16"],
        "an odd Accept": ['Accept: application/json;q=x;;;,,,;=;"\\'],
    }

    def check(name: str) -> None:
        answer = stage.get(LIST, *cases[name])
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer
        assert "evil" not in str(answer.headers) + answer.body.decode()

    stage.each(cases, check)


def test_headers_that_are_no_http_are_4xx_without_a_word(stage: Stage) -> None:
    cases: dict[str, bytes] = {
        "1,000 of them": b"\r\n".join(b"X-%d: y" % number for number in range(1000)),
        "one of 2 MB": b"X-Long: " + b"y" * 20 * LONG,
        "NUL in a value": b"X-A: a\x00b",
        "CR in a value": b"X-A: a\rb",
        "DEL in a value": b"X-A: a\x7fb",
        "a folded value": b"X-A: a\r\n b",
        "a blank in a name": b"X A: b",
        "a blank after a name": b"X-A : b",
        "letters beyond ASCII in a name": "Xé: b".encode(),
        "no colon": b"nothing",
        "no name": b": b",
        "a name of 70 kB": b"X-" + b"y" * 70_000 + b": b",
    }

    def check(name: str) -> None:
        answer = stage.get(LIST, cases[name])
        assert answer.is_of_the_server, answer
        refused(answer)

    stage.each(cases, check)


def test_a_line_feed_in_a_value_begins_another_header_and_never_another_answer(stage: Stage) -> None:
    answer = stage.get("/api/v1/nothing", b"X-Request-Id: abcdefgh\nX-Injected: yes\r\nX-More: yes")
    problem(answer, 404)
    assert "x-injected" not in answer.headers


def test_what_a_caller_says_never_becomes_a_header_of_the_answer(stage: Stage) -> None:
    for target in ("/api/v1/kpis/x%0d%0aX-Injected:%20yes", "/api/v1/measures?limit=1&cursor=x%0d%0aX-Injected:yes"):
        assert "x-injected" not in stage.get(target, "X-Request-Id: x%0d%0aX-Injected: yes").headers


def test_credentials_that_are_wrong_are_401_and_say_how_a_token_is_sent(stage: Stage) -> None:
    token = stage.tokens["officer.jpo"]
    public_id, _, secret = token.partition(".")
    cases: dict[str, list[str | bytes]] = {
        "none": [],
        "blank": ["Authorization: "],
        "a scheme only": ["Authorization: Bearer"],
        "blanks": ["Authorization: Bearer     "],
        "another scheme": ["Authorization: Digest username=x"],
        "no scheme": [f"Authorization: {token}"],
        "two of the same": [stage.bearer(), stage.bearer()],
        "a good one and a bad one": [stage.bearer(), "Authorization: Bearer x.y"],
        "a bad one and a good one": ["Authorization: Bearer x.y", stage.bearer()],
        "two in one": [f"{stage.bearer()}, {stage.bearer('coordinator')}"],
        "another's secret": [f"Authorization: Bearer {stage.tokens['coordinator'].partition('.')[0]}.{secret}"],
        "an id in capitals": [f"Authorization: Bearer {public_id.upper()}.{secret}X"],
        "a secret too short": [f"Authorization: Bearer {token[:-1]}"],
        "100 kB": ["Authorization: Bearer " + "y" * LONG],
        "100 kB of a secret": [f"Authorization: Bearer {public_id}." + "y" * LONG],
        "Basic that is no base64": ["Authorization: Basic ====="],
        "Basic without a colon": ["Authorization: Basic eHh4"],
        "Basic with NUL": ["Authorization: Basic AAA6AAAA"],
        "Basic of no ASCII": ["Authorization: Basic /zr/"],
        "bytes": [b"Authorization: Bearer \xff.\xff"],
        "SQL": ["Authorization: Bearer ' OR '1'='1.x"],
        "a session that is none": ['Cookie: sessionid="a\\000b"'],
        "a session of 5 kB": ["Cookie: sessionid=" + "x" * 5_000],
        "a session that leads to a file": ["Cookie: sessionid=../../../etc/passwd"],
    }

    def check(name: str) -> None:
        answer = stage.get("/api/v1/me", *cases[name])
        body = problem(answer, 401, "unauthenticated")
        assert "Bearer" in answer.headers["www-authenticate"]
        assert secret not in answer.body.decode() and len(answer.body) < 1_000
        assert "token" in body["detail"]

    stage.each(cases, check)


def test_a_host_that_is_not_ours_is_400(stage: Stage) -> None:
    hosts = ["evil.example", "127.0.0.1:abc", "127.0.0.1@evil.example", "evil.example@127.0.0.1", "127.0.0.1, evil"]
    hosts += ["[::1]", "[::1", "127.0.0.1/evil", "127.0.0.1#x", "127.0.0.1?x", "2130706433", "0x7f000001", "127.1"]
    hosts += ["", " ", "a" * 10_000, "127.0.0.1\r\nHost: evil.example", "evil.example\r\nHost: 127.0.0.1"]
    hosts += ["localhost.evil.example", "xlocalhost", "127.0.0.1.", "*", ".", "\u3002localhost", "ｌｏｃａｌｈｏｓｔ"]

    def check(host: str) -> None:
        answer = stage.get(LIST, host=f"Host: {host}\r\n".encode())
        if host == "127.0.0.1.":
            # The same name, as fully qualified.
            assert answer.status == 200
        elif not answer.is_of_the_server:
            problem(answer, 400, "bad-host")
            assert "evil" not in answer.body.decode()
        else:
            refused(answer)

    stage.each(hosts, check)
    problem(stage.get(LIST, host=b""), 400, "bad-host")
    problem(stage.get(LIST, host=b"", version=b" HTTP/1.0"), 400, "bad-host")


def test_an_answer_in_a_form_that_there_is_not_is_406_and_names_the_one_there_is(stage: Stage) -> None:
    forms = ["text/html", "application/xml", "image/*", "application/problem+json", "text/csv", "a", "*", "/", ";"]
    forms += ["a/b," * (LONG // 4), "application/json" + ";a=b" * (LONG // 4), "<script>alert(1)</script>"]

    def check(form: str) -> None:
        body = problem(stage.get(LIST, f"Accept: {form}"), 406, "not-acceptable")
        assert "application/json" in body["detail"]

    stage.each(forms, check)
    csv = problem(stage.get("/api/v1/exports/measures.csv", "Accept: application/json"), 406, "not-acceptable")
    assert "text/csv" in csv["detail"]


def test_a_body_of_another_kind_is_415_and_names_the_one_that_is_taken(stage: Stage) -> None:
    kinds: list[str | bytes] = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "text/json"]
    kinds += ["multipart/form-data", "multipart/form-data; boundary=x", "application/merge-patch+json", "json", "/"]
    kinds += ["", "a/b/c", "application/json, text/plain", "application/json;" * 100, "x" * LONG, b"\xff\xff", "*/*"]
    kinds += ["text/plain\r\nContent-Type: application/json", "application/*", "<script>"]

    def check(place: str) -> None:
        kind = kinds[int(place)]
        given = b"Content-Type: " + (kind if isinstance(kind, bytes) else kind.encode())
        answer = stage.post("/api/v1/updates", b"{}", given)
        body = problem(answer, 415, "unsupported-media-type")
        assert "application/json" in body["detail"] and len(answer.body) < 1_000, body

    stage.each([str(place) for place in range(len(kinds))], check)
    for kind in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/json; charset=utf-16"):
        problem(stage.post("/api/v1/updates", b"[]", f"Content-Type: {kind}"), 400, "not-an-object")


def test_a_write_without_any_of_its_headers_is_refused_400_401_415_428(stage: Stage) -> None:
    draft = f"/api/v1/updates/{stage.draft}"
    body = b'{"narrative": "x"}'
    length = f"Content-Length: {len(body)}"
    problem(exchange(stage.port, request("PATCH", draft, length, body=body)), 401)
    problem(exchange(stage.port, request("PATCH", draft, stage.bearer(), length, body=body)), 428)
    problem(exchange(stage.port, request("PATCH", draft, stage.bearer(), "If-Match: *", length, body=body)), 415)
    lengthless = request("POST", f"{draft}/submit", stage.bearer(), "If-Match: *", JSON)
    problem(exchange(stage.port, lengthless), 400, "idempotency-key")
    stage.is_unharmed()
