"""Headers, credentials and scopes: what the document says an operation needs is what it needs, no more and no less."""

from typing import Any

import pytest
from django.http import HttpResponse

from measures.api.openapi.examples import EXAMPLES, WRITES, Example
from measures.vocabulary import Scope
from tests.openapi import documented
from tests.openapi.playing import Played, operation_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

READS = [one for one in EXAMPLES if one.status == 200 and one not in WRITES]
each_write = pytest.mark.parametrize("example", WRITES, ids=lambda one: one.name)
each_read = pytest.mark.parametrize("example", READS, ids=lambda one: one.name)


def header(example: Example, name: str) -> dict[str, Any]:
    found = [one for one in documented.operations()[example.operation].get("parameters", []) if one["name"] == name]
    return found[0] if found else {}


def bearer(example: Example) -> list[str]:
    """The scopes that the document asks of a token."""
    return list(documented.operations()[example.operation]["security"][0]["bearer"])


def lacks_scope(response: HttpResponse) -> bool:
    return response.status_code == 403 and response.json()["code"] == "insufficient-scope"


@each_write
def test_without_if_match_it_is_428_where_the_document_asks_for_it(example: Example) -> None:
    response = Played(example).send(headers={"If-Match": None})
    assert response.status_code == (428 if header(example, "If-Match").get("required") else example.status)


@each_write
def test_without_a_key_it_is_400_where_the_document_asks_for_one(example: Example) -> None:
    response = Played(example).send(headers={"Idempotency-Key": None})
    if header(example, "Idempotency-Key").get("required"):
        assert response.status_code == 400
        assert [one["parameter"] for one in response.json()["errors"]] == ["Idempotency-Key"]
    else:
        assert response.status_code == example.status


@each_write
def test_a_key_is_replayed_where_the_document_takes_one(example: Example) -> None:
    played, key = Played(example), {"Idempotency-Key": "once-and-again"}
    first, second = played.send(headers=key), played.send(headers=key)
    taken = bool(header(example, "Idempotency-Key"))
    assert (second.get("Idempotent-Replayed") == "true") is taken
    if taken:
        assert (second.status_code, second.content) == (first.status_code, first.content)
        documented.conform(example.operation, second)


@each_write
def test_a_write_needs_the_scope_that_the_document_names_and_no_other(example: Example) -> None:
    scope = operation_of(example).scope
    assert bearer(example) == ([scope] if scope else [])
    played = Played(example)
    if scope:
        assert lacks_scope(played.send(scopes=[one for one in Scope.values if one != scope]))
        assert played.send(scopes=[scope]).status_code == example.status


@each_write
def test_a_write_without_credentials_is_401(example: Example) -> None:
    assert {} not in documented.operations()[example.operation]["security"]
    assert Played(example).send(by="").status_code == 401


@each_read
def test_a_read_needs_the_scopes_that_the_document_names_and_no_other(example: Example) -> None:
    played, by = Played(example), example.by or "officer.jpo"
    assert played.send(by=by, scopes=bearer(example)).status_code == 200
    for scope in bearer(example):
        assert lacks_scope(played.send(by=by, scopes=[one for one in Scope.values if one != scope]))


@each_read
def test_a_read_is_open_to_anyone_where_the_document_says_so_and_401_elsewhere(example: Example) -> None:
    is_open = {} in documented.operations()[example.operation]["security"]
    assert Played(example).send(by="").status_code == (200 if is_open else 401)


@each_read
def test_an_etag_is_answered_304_where_the_document_takes_one(example: Example) -> None:
    played = Played(example)
    etag = played.send().get("ETag", '"v1"')
    second = played.send(headers={"If-None-Match": etag})
    taken = bool(header(example, "If-None-Match"))
    assert second.status_code == (304 if taken else 200)
    assert ("304" in documented.operations()[example.operation]["responses"]) is taken
    documented.conform(example.operation, second)
