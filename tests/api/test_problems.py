"""Refusals of the framework and the router have the one shape too: never HTML, never a trace, never 5xx."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from measures.api import urls
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

ROUTES = [
    str(route.pattern).replace("<str:code>", code).replace("<int:pk>", "1")
    for route in urls.urlpatterns
    for code in (("sme-patent-share",) if str(route.pattern).startswith("kpis") else ("MEXT2019",))
]
METHODS = ["get", "head", "options", "post", "put", "patch", "delete", "trace"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/measures", "/api/", "/nothing", "/api/v1//measures"])
def test_an_unknown_address_is_404(path: str) -> None:
    body = wire.problem(builders.client().get(path), 404, "not-found")
    assert "/api/v1/openapi.json" in body["detail"] or "without the slash" in body["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("put", "/documents", {"GET", "HEAD", "OPTIONS"}),
        ("post", "/ministries", {"GET", "HEAD", "OPTIONS"}),
        ("delete", "/ministries/jpo", {"GET", "HEAD", "OPTIONS"}),
        ("put", "/updates/1", {"GET", "HEAD", "OPTIONS", "PATCH", "DELETE"}),
        ("patch", "/updates", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("get", "/updates/1/approve", {"POST", "OPTIONS"}),
        ("get", "/cycles/FY2020/open", {"POST", "OPTIONS"}),
        ("post", "/exports/measures.csv", {"GET", "HEAD"}),
        ("post", "/summary", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_another_method_is_405_and_names_those_that_are_allowed(method: str, path: str, allow: set[str]) -> None:
    response = getattr(builders.client("officer.jpo"), method)(wire.BASE + path)
    wire.problem(response, 405, "method-not-allowed")
    assert set(response["Allow"].split(", ")) == allow


def test_every_method_on_every_route_is_answered_without_5xx() -> None:
    for username in (None, "coordinator"):
        client = builders.client(username)
        for route in ROUTES:
            for method in METHODS:
                response = client.generic(
                    method.upper(), f"{wire.BASE}/{route}", b"{}", content_type="application/json"
                )
                assert response.status_code < 500, (username, method, route)
                is_page = route == "docs" and response.status_code == 200
                assert is_page or "html" not in response.get("Content-Type", ""), (username, method, route)
                if response.status_code >= 400 and method != "head":
                    wire.problem(response, response.status_code)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "text/csv"])
def test_an_answer_that_cannot_be_given_in_that_form_is_406(accept: str) -> None:
    client = builders.client()
    wire.problem(client.get(f"{wire.BASE}/measures", headers={"Accept": accept}), 406, "not-acceptable")
    for taken in ("application/json", "*/*", "application/*", "text/html, */*;q=0.1"):
        assert client.get(f"{wire.BASE}/kpis/sme-patent-share", headers={"Accept": taken}).status_code == 200


def test_an_export_as_json_is_406_and_as_csv_200() -> None:
    client = builders.client()
    path = f"{wire.BASE}/exports/measures.csv"
    wire.problem(client.get(path, headers={"Accept": "application/json"}), 406, "not-acceptable")
    assert client.get(path, headers={"Accept": "text/csv"}).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "text/json", ""],
)
def test_a_body_that_is_not_json_is_415(content_type: str) -> None:
    builders.an_open_cycle()
    response = wire.raw(builders.client("officer.jpo"), "/updates", b'{"measure": "x"}', content_type)
    wire.problem(response, 415, "unsupported-media-type")


def test_json_with_a_charset_is_json() -> None:
    builders.an_open_cycle()
    response = wire.raw(builders.client("officer.jpo"), "/updates", b"{}", "application/json; charset=utf-8")
    wire.problem(response, 400, "invalid")


@pytest.mark.parametrize(("size", "status"), [(1024 * 1024, 400), (1024 * 1024 + 1, 413)])
def test_a_body_of_1_mib_is_read_and_one_byte_more_is_413(size: int, status: int) -> None:
    builders.an_open_cycle()
    body = b'{"narrative": "' + b"x" * (size - 17) + b'"}'
    assert len(body) == size
    wire.problem(wire.raw(builders.client("officer.jpo"), "/updates", body), status)


@pytest.mark.parametrize(
    ("length", "status"), [("9" * 5000, 413), ("99999999", 413), ("-1", 400), ("１", 400), ("x", 400)]
)
def test_a_content_length_that_lies_or_is_no_number_is_refused_413_400(length: str, status: int) -> None:
    response = builders.client().generic("POST", f"{wire.BASE}/updates", b"{}", CONTENT_LENGTH=length)
    wire.problem(response, status)


def test_another_host_is_400() -> None:
    wire.problem(builders.client().get(f"{wire.BASE}/measures", headers={"Host": "evil.example"}), 400, "bad-host")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdef-12345678", True),
        ("short", False),
        ("with space 12345", False),
        ("x" * 65, False),
        ("<script>aaaa", False),
    ],
)
def test_a_plain_request_id_is_kept_and_any_other_replaced(given: str, kept: bool) -> None:
    response = builders.client().get(f"{wire.BASE}/nothing", headers={"X-Request-Id": given})
    assert (response["X-Request-Id"] == given) == kept
    assert wire.problem(response, 404)["request_id"] == response["X-Request-Id"]


def test_what_fails_in_us_is_500_in_the_same_shape_and_says_nothing_of_why() -> None:
    client = APIClient(raise_request_exception=False)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE measures_kpi RENAME COLUMN statistic TO statistic_secret")
    response = client.get(f"{wire.BASE}/kpis")
    body = wire.problem(response, 500, "failed")
    assert "statistic" not in response.content.decode()
    assert body["detail"].startswith("The service failed; nothing was changed.")


@pytest.mark.parametrize(
    ("path", "of"),
    [
        (f"{wire.BASE}/ministries", "measures_ministry"),
        ("/measures", "measures_ministry"),
        (f"{wire.BASE}/me", "measures_token"),
    ],
    ids=["in a view", "in a page that asks the API", "before there is a view"],
)
def test_a_read_that_takes_too_long_is_503_and_says_what_to_do(
    path: str, of: str, caplog: pytest.LogCaptureFixture
) -> None:
    def slowly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        return (
            execute("SELECT pg_sleep(30)", None, False, context) if of in sql else execute(sql, params, many, context)
        )

    client, token = APIClient(raise_request_exception=False), builders.token("officer.jpo")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
    with connection.execute_wrapper(slowly):
        response = client.get(path, headers={"Accept-Language": "en", "Authorization": f"Bearer {token}"})
    body = wire.problem(response, 503, "too-slow")
    assert "Ask again in a few seconds" in body["detail"]
    assert response["Retry-After"] == "1"
    assert f"a statement took too long, request {body['request_id']}" in caplog.text
