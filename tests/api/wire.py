"""Asking over HTTP: whole lists, writes with the headers they need, and refusals in the one shape."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from rest_framework.test import APIClient

from tests import builders

BASE = "/api/v1"
ANNUAL_REPORT = {"title": "特許行政年次報告書2020年版", "published_on": "2020-07-27"}


def get(path: str, username: str | None = None) -> Any:
    """The body of a 200, asked anonymously or with a token of `username`."""
    response = builders.client(username).get(BASE + path)
    assert response.status_code == 200, response.content
    return response.json()


def items(path: str, username: str | None = None) -> list[dict[str, Any]]:
    """All items of a list, on one page."""
    page = get(f"{path}{'&' if '?' in path else '?'}limit=500", username)
    assert page["next"] is None
    return page["items"]


def codes(path: str, username: str | None = None) -> list[str]:
    return [item["code"] for item in items(path, username)]


def send(
    client: APIClient, method: str, path: str, body: Any = None, *, key: str | None = "", match: str | None = "*"
) -> HttpResponse:
    """A write with a new Idempotency-Key and If-Match unless others are given; None leaves the header out."""
    headers = {"Idempotency-Key": key or secrets.token_hex(8), "If-Match": match}
    if key is None:
        del headers["Idempotency-Key"]
    if match is None:
        del headers["If-Match"]
    return getattr(client, method)(BASE + path, body, format="json", headers=headers)


def raw(
    client: APIClient, path: str, body: bytes, content_type: str = "application/json", *, keyed: bool = True
) -> HttpResponse:
    """A POST of exactly these bytes."""
    key = {"Idempotency-Key": secrets.token_hex(8)} if keyed else {}
    return client.generic("POST", BASE + path, body, content_type=content_type, headers=key)


def problem(response: HttpResponse, status: int, code: str | None = None) -> dict[str, Any]:
    """The body of a refusal, which has `status`, `code` if one is given, and the one shape of all refusals."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert body["status"] == status
    assert body["type"] == f"urn:measure-tracker:problem:{body['code']}"
    assert body["title"] and body["detail"]
    assert body["request_id"] == response["X-Request-Id"]
    assert code in (None, body["code"]), body
    return body


def places(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Where and what each listed error of a refusal is, in the order of places."""
    return sorted((error.get("pointer", error.get("parameter", "?")), error["code"]) for error in body["errors"])


def a_report(**fields: Any) -> dict[str, Any]:
    """The body of a complete report of the SME share of 2019."""
    return {
        "measure": builders.SME,
        "cycle": "FY2020",
        "narrative": "中小企業の出願支援を続けた。",
        "declared_status": "in_progress",
        "declared_health": "on_track",
        "observations": [a_value()],
        **fields,
    }


def a_value(year: int = 2019, **fields: Any) -> dict[str, Any]:
    period = {"type": "calendar_year", "year": year}
    return {"kpi": "sme-patent-share", "period": period, "value": "16.1", "source": ANNUAL_REPORT, **fields}


def unlabelled(names: Iterable[str]) -> list[str]:
    """`names` without the labels, each of which must stand right behind the code that it spells."""
    given = list(names)
    for place, name in enumerate(given):
        if name.endswith("_label"):
            assert given[place - 1] == name.removesuffix("_label")
    return [name for name in given if not name.endswith("_label")]
