"""Addresses and methods nobody should send: the one shape wherever the application answers, and never another page."""

import pytest

from measures.api import urls
from tests.hostile.conftest import Stage
from tests.hostile.raw import Answer, exchange, problem, refused, request

pytestmark = pytest.mark.django_db(transaction=True)

ONE = "/api/v1/measures/"
# Refused by the application, with the code it gives.
REFUSED: dict[str, tuple[str, int, str]] = {
    "nothing of the kind": ("/api/v1/nothing", 404, "not-found"),
    "another version": ("/api/v2/measures", 404, "not-found"),
    "no version": ("/api/measures", 404, "not-found"),
    "outside of it": ("/nothing", 404, "not-found"),
    "a file": ("/api/v1/../../etc/passwd", 404, "not-found"),
    "a file of ours": ("/../tracker/settings.py", 404, "not-found"),
    "a file, escaped": ("/%2e%2e/%2e%2e/etc/passwd", 404, "not-found"),
    "a file, escaped twice": ("/%252e%252e/etc/passwd", 404, "not-found"),
    "a way round": ("/api/v1/../v1/measures", 404, "not-found"),
    "a dot": ("/api/v1/./measures", 404, "not-found"),
    "slashes": ("///api///v1///measures", 404, "not-found"),
    "another host's path": ("//evil.example/api/v1/measures", 404, "not-found"),
    "a slash at the end": ("/api/v1/measures/", 404, "not-found"),
    "an upper-case address": ("/API/V1/MEASURES", 404, "not-found"),
    "a full-width address": ("/api/v1/%EF%BD%8D%EF%BD%85asures", 404, "not-found"),
    "a matrix parameter": ("/api/v1/measures;jsessionid=1", 404, "not-found"),
    "a format": ("/api/v1/measures.json", 404, "not-found"),
    "NUL": (f"{ONE}%00", 404, "not-found"),
    "NUL inside": (f"{ONE}MEXT2019%00-P1-01", 404, "not-found"),
    "a line break": (f"{ONE}x%0d%0aSet-Cookie:%20a=b", 404, "not-found"),
    "dots for a code": (f"{ONE}%2e%2e", 404, "not-found"),
    "a slash in a code": (f"{ONE}MEXT2019%2fP1-01", 404, "not-found"),
    "no UTF-8": (f"{ONE}%ff%fe", 404, "not-found"),
    "a surrogate": (f"{ONE}%ed%a0%80", 404, "not-found"),
    "half an escape": (f"{ONE}%", 404, "not-found"),
    "a bad escape": (f"{ONE}%zz", 404, "not-found"),
    "SQL": (f"{ONE}'%20OR%20'1'='1", 404, "not-found"),
    "a tag": (f"{ONE}%3Cscript%3Ealert(1)%3C/script%3E", 404, "not-found"),
    "a tag as an address": ("/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "not-found"),
    "a template": (f"{ONE}%7B%7B7*7%7D%7D%7Bcode%7D%s", 404, "not-found"),
    "10 kB of a code": (ONE + "a" * 10_000, 404, "not-found"),
    "10 kB of an address": ("/" + "a" * 10_000, 404, "not-found"),
    "10,000 slashes": ("/" * 10_000, 404, "not-found"),
    "an id of 20 digits": ("/api/v1/updates/99999999999999999999", 404, "not-found"),
    "an id past 64 bits": ("/api/v1/updates/9223372036854775808", 404, "not-found"),
    "an id of 5,000 digits": ("/api/v1/updates/" + "9" * 5000, 404, "not-found"),
    "a negative id": ("/api/v1/updates/-1", 404, "not-found"),
    "a full-width id": ("/api/v1/updates/%EF%BC%91", 404, "not-found"),
    "an id in hexadecimal": ("/api/v1/updates/0x1", 404, "not-found"),
    "a star": ("*", 404, "not-found"),
    "a parameter with NUL": ("/api/v1/measures?q=%00", 400, "invalid"),
    "a parameter's name with NUL": ("/api/v1/measures?%00=1", 400, "unknown-parameter"),
    "a parameter of no UTF-8": ("/api/v1/measures?q=%ff%fe", 400, "invalid"),
    "a parameter of a surrogate": ("/api/v1/measures?q=%ed%a0%80", 400, "invalid"),
    "a parameter of 10 kB": ("/api/v1/measures?q=" + "a" * 10_000, 400, "invalid"),
    "a parameter's name of 10 kB": ("/api/v1/measures?" + "a" * 10_000, 400, "unknown-parameter"),
    "2,000 parameters": ("/api/v1/measures?" + "&".join(f"a{n}=1" for n in range(2000)), 400, "too-many-parameters"),
    "a limit 900 times": ("/api/v1/measures?" + "limit=1&" * 900, 400, "repeated"),
    "a limit in full width": ("/api/v1/measures?limit=%EF%BC%91", 400, "invalid"),
    "a limit of 1e3": ("/api/v1/measures?limit=1e3", 400, "invalid"),
    "a limit of 5,000 digits": ("/api/v1/measures?limit=" + "9" * 150, 400, "invalid"),
    "a year of 150 digits": ("/api/v1/observations?year_from=" + "9" * 150, 400, "invalid"),
    "a year of NaN": ("/api/v1/observations?year_from=NaN", 400, "invalid"),
    "SQL in a filter": ("/api/v1/measures?status=in_progress'%3BDROP%20TABLE%20x--", 400, "unknown-value"),
    "a look into relations": ("/api/v1/measures?lead__person__password__startswith=a", 400, "unknown-parameter"),
    "an order": ("/api/v1/measures?ordering=password", 400, "unknown-parameter"),
    "a field by two": ("/api/v1/measures?fields=" + "code," * 30, 400, "unknown-field"),
    "a wild card in a field": ("/api/v1/measures?fields=*", 400, "unknown-field"),
}
# No HTTP, which granian refuses by itself; or too long for it.
MALFORMED: dict[str, bytes] = {
    "bytes that are not ASCII": b"/api/v1/measures/\xff\xfe",
    "a blank": b"/api/v1/mea sures",
    "a tab": b"/api/v1/measures\t",
    "NUL": b"/api/v1/measures/\x00",
    "a line feed": b"/api/v1/measures\nX: y",
    "no slash": b"api/v1/measures",
    "nothing": b"",
    "70 kB": b"/" + b"a" * 70_000,
    "500 kB": b"/" + b"a" * 500_000,
    "a bad authority": b"http://[::1/api/v1/measures",
}
METHODS = ["TRACE", "TRACK", "PROPFIND", "MKCOL", "COPY", "LOCK", "PURGE", "SEARCH", "QUERY", "LINK", "BREW", "PUT"]
METHODS += ["get\u200b".encode().decode("latin-1"), "A" * 1000, "A" * 60_000, "G-E_T", "__class__", "dispatch", "post2"]


def test_an_address_that_is_not_there_is_400_404_in_the_one_shape(stage: Stage) -> None:
    def check(name: str) -> None:
        target, status, code = REFUSED[name]
        answer = stage.get(target, stage.bearer())
        problem(answer, status, code)
        assert len(answer.body) < 10_000, len(answer.body)
        assert "set-cookie" not in answer.headers

    stage.each(REFUSED, check)


def test_an_instant_at_the_ends_of_time_is_200_or_400(stage: Stage) -> None:
    instants = [
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00Z",
    ]
    instants += ["2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T23:59:60Z", "2026-11-23T00:00:00%2B99:99"]

    def check(instant: str) -> None:
        answer = stage.get(f"/api/v1/measures?updated_since={instant}")
        if answer.status != 200:
            problem(answer, 400, "invalid")

    stage.each(instants, check)


def test_an_address_that_is_no_http_is_4xx_without_a_word(stage: Stage) -> None:
    stage.each(MALFORMED, lambda name: refused(stage.get(MALFORMED[name])))


def test_another_spelling_of_an_address_is_the_same_address_200(stage: Stage) -> None:
    """Escapes of letters mean the letters (RFC 3986, 6.2.2); a proxy with other rules must not be believed."""
    plain = stage.get("/api/v1/measures/MEXT2019-P1-01").body
    for target in ("/api/v1/%6deasures/MEXT2019-P1-01", "/api/v1/measures%2fMEXT2019-P1-01"):
        assert stage.get(target).body == plain


def test_an_absolute_target_is_answered_for_our_host_and_links_nowhere_else_200(stage: Stage) -> None:
    for authority in ("http://127.0.0.1", "http://evil.example", "HTTP://user:secret@evil.example:81"):
        answer = stage.get(f"{authority}/api/v1/measures?limit=1")
        assert answer.status == 200
        assert "evil" not in str(answer.headers) + answer.body.decode()


def test_a_method_nobody_knows_is_405_for_who_is_signed_in_and_401_for_others(stage: Stage) -> None:
    def check(method: str) -> None:
        for route in ("measures", "updates", f"updates/{stage.draft}", "summary", "exports/measures.csv"):
            sent = request(method, f"/api/v1/{route}", stage.bearer(), "If-Match: *", "Content-Length: 0")
            answer = exchange(stage.port, sent)
            if not answer.is_of_the_server:
                problem(answer, 405, "method-not-allowed")
                assert len(answer.body) < 1_000, len(answer.body)
                assert "GET" in answer.headers["allow"]
            refused(answer)
        refused(exchange(stage.port, request(method, "/api/v1/measures", "Content-Length: 0")))

    stage.each(METHODS, check)


def test_a_method_is_not_changed_by_a_header_or_a_parameter(stage: Stage) -> None:
    for header in ("X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE", "X-HTTP-Method: DELETE"):
        assert stage.get(f"/api/v1/updates/{stage.draft}", stage.bearer(), header, "If-Match: *").status == 200
    problem(stage.get(f"/api/v1/updates/{stage.draft}?_method=DELETE", stage.bearer()), 400, "unknown-parameter")
    stage.is_unharmed()


def test_connect_opens_no_tunnel_4xx(stage: Stage) -> None:
    for authority in ("127.0.0.1:22", "evil.example:443", "/"):
        answer = exchange(stage.port, request("CONNECT", authority, "Content-Length: 0"))
        refused(answer)
        stage.is_unharmed()


def test_what_is_not_http_is_4xx_or_the_end_of_the_connection(stage: Stage) -> None:
    cases = {
        "TLS": bytes.fromhex("16030100c8010000c40303") + b"\x07" * 190,
        "SSH": b"SSH-2.0-OpenSSH_9.9\r\n",
        "SMTP": b"EHLO evil.example\r\n\r\n",
        "zeros": b"\x00" * 5_000,
        "ones": b"\xff" * 5_000,
        "a line without an end": b"GET / HTTP/1.1" + b"x" * 600_000,
        "HTTP/0.9": b"GET /\r\n\r\n",
        "HTTP/9.9": request("GET", "/", version=b" HTTP/9.9"),
        "no version": request("GET", "/", version=b""),
        "only line breaks": b"\r\n" * 100_000,
    }

    def check(name: str) -> None:
        answer = exchange(stage.port, cases[name], cut=True)
        assert answer.status == 0 or (400 <= answer.status < 500 and answer.is_of_the_server), answer

    stage.each(cases, check)


def test_every_address_refuses_every_method_without_5xx(stage: Stage) -> None:
    """Over HTTP as tests/api does it without: the server has its own opinion of HEAD, OPTIONS and empty answers."""

    def check(pattern: str) -> None:
        target = "/api/v1/" + pattern.replace("<str:code>", "x").replace("<int:pk>", "0")
        target = target.replace("<str:public_id>", "x").replace("<str:username>", "x").replace("<str:name>", "x")
        assert "<" not in target
        for method in ("HEAD", "OPTIONS", "POST", "PATCH", "DELETE", "TRACE"):
            answer: Answer = exchange(stage.port, request(method, target, "Content-Length: 0"), method=method)
            assert answer.status < 500, (method, answer)
            if answer.status >= 400 and method != "HEAD":
                problem(answer, answer.status)
            if method == "HEAD":
                assert answer.body == b""

    stage.each([str(route.pattern) for route in urls.urlpatterns], check)
