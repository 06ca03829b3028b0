"""Ministries in their order of precedence, read."""

import pytest

from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_ministries_come_in_their_order_of_precedence_and_those_without_one_last_200() -> None:
    ministries = wire.items("/ministries")
    keys = [(row["precedence"] if row["precedence"] is not None else 999, row["code"]) for row in ministries]
    assert keys == sorted(keys)
    assert len(ministries) == 30
    assert [row["code"] for row in ministries[:2]] == ["cas", "cao"]
    assert [row["code"] for row in ministries if row["precedence"] is None] == ["boa", "npa-j", "smea"]


def test_a_ministry_names_its_parent_and_a_corporate_number_or_null_200() -> None:
    office = wire.get("/ministries/jpo")
    assert (office["name"], office["parent"], office["corporate_number"]) == ("特許庁", "meti", None)
    assert wire.get("/ministries/meti")["corporate_number"] == "4000012090001"


def test_an_unknown_ministry_is_404() -> None:
    wire.problem(builders.client().get("/api/v1/ministries/metj"), 404, "not-found")


def test_the_order_of_ministries_takes_no_filter_400() -> None:
    body = wire.problem(builders.client().get("/api/v1/ministries?parent=meti"), 400, "invalid")
    assert wire.places(body) == [("parent", "unknown-parameter")]
