"""The shell in front of Django: byte for byte what Django would answer, and nothing of what it cannot decide."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import Error, connection
from django.test.utils import CaptureQueriesContext

from measures.api import gate, shell
from measures.models import RequestCount
from measures.operations.gate import LEASES
from measures.queries.prepared import Statement
from tests import builders
from tests.api import wire
from tracker.wsgi import application, django

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

DAY = 86_400
PATHS = [
    "/measures?limit=3",
    "/kpis",
    "/updates",
    f"/measures/{builders.SME}",
    "/summary?known_at=2026-11-02T00:00:00Z",
]
Answer = tuple[str, list[tuple[str, str]], bytes]


@pytest.fixture(autouse=True)
def one_window(settings: Any) -> None:
    """Limits that are never leased in part, in a window that no test sees the end of."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, (40, DAY))
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request would take the test's connection for one that was left in a transaction, and close it."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


def send(app: Callable[..., Any], path: str, method: str = "GET", **given: str) -> Answer:
    """What a WSGI server would write: status line, headers in their order, body."""
    bare, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": wire.BASE + bare, "QUERY_STRING": query,
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_REQUEST_ID": "the-same-id", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), **given,
    }  # fmt: skip
    told: list[Any] = []
    body = b"".join(app(environ, lambda status, headers, exc_info=None: told.extend((status, headers))))
    return told[0], [(name, _still(name, value)) for name, value in told[1]], body


def _still(name: str, value: str) -> str:
    """Without the seconds, which go by."""
    return value.partition(";t=")[0] if name == "RateLimit" else value


def counted_anew(app: Callable[..., Any], path: str, method: str = "GET", **given: str) -> Answer:
    RequestCount.objects.all().delete()
    return send(app, path, method, **given)


def credentials(username: str | None) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {builders.token(username)}"} if username else {}


@pytest.mark.parametrize("username", [None, "officer.jpo", "auditor"])
@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_byte_for_byte_what_the_view_answered(path: str, username: str | None) -> None:
    given = credentials(username)
    built = counted_anew(application, path, **given)
    assert built[0] == "200 OK"
    alone = shell.Shell(refusing)
    assert counted_anew(alone, path, **given) == built
    assert counted_anew(alone, path, "HEAD", **given) == built
    assert counted_anew(alone, path, HTTP_IF_NONE_MATCH='"another"', **given) == built


@pytest.mark.parametrize("username", [None, "officer.jpo"])
@pytest.mark.parametrize("path", PATHS)
def test_304_is_what_django_alone_says_of_the_same_text(path: str, username: str | None) -> None:
    given = credentials(username)
    etag = dict(send(application, path, **given)[1])["ETag"]
    through = {asked: counted_anew(shell.Shell(refusing), path, HTTP_IF_NONE_MATCH=asked, **given)
               for asked in (etag, f"W/{etag}", f'"x", {etag}', "*")}  # fmt: skip
    plain = dict(send(django, path, **given)[1])["ETag"]
    for asked, (status, headers, body) in through.items():
        expected = counted_anew(django, path, HTTP_IF_NONE_MATCH="*" if asked == "*" else plain, **given)
        assert (status, body) == (expected[0], expected[2]) == ("304 Not Modified", b"")
        # The tag of a list is another one, and Vary comes in the order in which someone looked.
        same = [sorted((name, sorted(value.split(", "))) for name, value in one if name != "ETag")
                for one in (headers, expected[1])]  # fmt: skip
        assert same[0] == same[1]


def refusing(environ: Any, start_response: Any) -> Any:
    raise AssertionError("it went on to Django")


@pytest.mark.parametrize(
    "given",
    [
        {"REQUEST_METHOD": "POST"}, {"REQUEST_METHOD": "OPTIONS"}, {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "a=b; django_language=en"}, {"CONTENT_LENGTH": "1"}, {"CONTENT_LENGTH": "x"},
        {"HTTP_TRANSFER_ENCODING": "chunked"}, {"HTTP_CONTENT_ENCODING": "gzip"}, {"HTTP_HOST": "example.net"},
        {"HTTP_ACTING_AS": "officer@jpo"},
        {"HTTP_AUTHORIZATION": "Token x"}, {"HTTP_AUTHORIZATION": "Bearer 0123456789abcdef.x"},
        {"HTTP_AUTHORIZATION": "Bearer é.ü"}, {"HTTP_AUTHORIZATION": "Bearer \u3042"}, {"SCRIPT_NAME": "/x"},
        {"PATH_INFO": "/"}, {"PATH_INFO": ""}, {"PATH_INFO": f"{wire.BASE}/kpis/\xe3\x81\x82"},
        {"QUERY_STRING": "q=\xe3\x81\x82"}, {"QUERY_STRING": "token=x"}, {"QUERY_STRING": "&" * 100},
    ],
)  # fmt: skip
def test_what_others_would_refuse_or_look_at_is_left_to_them_and_not_counted(given: dict[str, str]) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"{wire.BASE}/kpis", "wsgi.url_scheme": "http",
               "HTTP_HOST": "testserver", "SERVER_PORT": "80", **given}  # fmt: skip
    send(application, "/kpis")
    RequestCount.objects.all().delete()
    assert gate.found(environ) is None
    assert not RequestCount.objects.exists()


def test_over_tls_a_plain_request_is_left_to_be_redirected(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_PROXY_SSL_HEADER = True, ("HTTP_X_FORWARDED_PROTO", "https")
    send(application, "/kpis", HTTP_X_FORWARDED_PROTO="https")
    assert send(shell.Shell(refusing), "/kpis", HTTP_X_FORWARDED_PROTO="https")[0] == "200 OK"
    for plain in ({}, {"HTTP_X_FORWARDED_PROTO": "http"}):
        with pytest.raises(AssertionError, match="went on to Django"):
            send(shell.Shell(refusing), "/kpis", **plain)


@pytest.mark.parametrize("username", [None, "officer.jpo"])
def test_what_goes_on_to_django_is_counted_and_looked_up_once(username: str | None) -> None:
    given = credentials(username)
    told = []
    for path in ("/kpis", "/kpis?limit=1", "/measures/no-such", "/kpis?no=such", "/kpis"):
        with CaptureQueriesContext(connection) as captured:
            told.append(dict(send(application, path, **given)[1])["RateLimit"])
        assert sum("measures_requestcount" in one["sql"] for one in captured) == 1
        assert sum("FROM" in one["sql"] and "measures_token" in one["sql"] for one in captured) == (
            username is not None
        )
    assert [one.partition(";r=")[2] for one in told] == ["39", "38", "37", "36", "35"]


def test_when_the_database_does_not_answer_django_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    send(application, "/kpis")

    def gone(self: Statement, given: Any) -> Any:
        raise Error("gone")

    monkeypatch.setattr(Statement, "row", gone)
    LEASES.clear()
    with pytest.raises(AssertionError, match="went on to Django"):
        send(shell.Shell(refusing), "/kpis")
    assert send(application, "/kpis")[0] == "200 OK"
