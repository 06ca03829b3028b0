"""Rollups over the fixtures: every measure in one, linked ones counted once, and the summary's the same."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
KEYS = {
    "ministry": lambda row: row["lead"]["code"],
    "section": lambda row: row["section"],
    "document": lambda row: row["document"],
}


@pytest.mark.parametrize("by", KEYS)
def test_each_measure_is_a_member_of_its_own_rollup(by: str) -> None:
    second.a_second_document()
    expected: dict[str, list[str]] = {}
    for row in wire.items("/measures"):
        expected.setdefault(KEYS[by](row), []).append(row["code"])
    items = wire.get(f"/rollups?by={by}")["items"]
    assert {item["code"]: item["members"] for item in items} == {key: sorted(one) for key, one in expected.items()}


def together() -> list[set[str]]:
    """Groups of linked measures, made here from the links that each measure shows."""
    groups: list[set[str]] = []
    for code in wire.codes("/measures"):
        for link in wire.get(f"/measures/{code}")["links"]:
            if link["kind"] in ("same_as", "overlaps", "merged_into"):
                pair = {link["measure"], link["other"]}
                joined = [group for group in groups if group & pair]
                groups = [group for group in groups if not group & pair] + [pair.union(*joined)]
    return groups


def test_what_is_linked_is_counted_once_in_the_document_and_in_the_summary() -> None:
    groups = together()
    assert groups
    (item,) = wire.get("/rollups?by=document")["items"]
    assert {frozenset(group) for group in item["counted_once"]} == {frozenset(group) for group in groups}
    assert item["total"] == len(item["members"]) - sum(len(group) - 1 for group in groups)
    summary = wire.get("/summary")["rollup"]
    assert summary == {
        **{name: item[name] for name in ("total", "ratable", "rated", "by_rating")},
        "counted_once": len(item["counted_once"]),
    }
    assert summary["total"] < wire.get("/summary")["measures"]["total"]


def test_a_group_counts_once_in_the_ratings_with_the_worst_of_them() -> None:
    (item,) = wire.get("/rollups?by=document")["items"]
    ratings = {row["code"]: row["standing"]["rating"] for row in wire.items("/measures")}
    units = [set(group) for group in item["counted_once"]]
    units += [{code} for code in item["members"] if not any(code in unit for unit in units)]
    worst = [next((one for one in "BAN" if one in {ratings[code] for code in unit}), None) for unit in units]
    assert {rating: count for rating, count in item["by_rating"].items() if count} == Counter(filter(None, worst))


def test_a_merged_measure_is_counted_with_the_one_it_went_into_from_then_on() -> None:
    (before,) = wire.get("/rollups?by=document")["items"]
    moment = timezone.now().isoformat().replace("+", "%2B")
    body = {"measure": "MEXT2019-R1-5-2a", "outcome": "merge_into", "into": builders.SME, "reference": "会議資料"}
    body |= {"decided_on": "2021-03-19", "reason": "一体で進めるため"}
    assert wire.send(builders.client("coordinator"), "post", "/decisions", body).status_code == 201
    (after,) = wire.get("/rollups?by=document")["items"]
    assert after["total"] == before["total"] - 1
    (past,) = wire.get(f"/rollups?by=document&known_at={moment}")["items"]
    assert past == before


def test_what_is_split_or_supersedes_is_counted_apart() -> None:
    def total() -> Any:
        return wire.get("/summary")["rollup"]["total"]

    before, by = total(), builders.client("coordinator")
    for other, kind in (("MEXT2019-P1-01", "supersedes"), ("MEXT2019-P1-04", "split_from")):
        body = {"other": other, "kind": kind, "basis": "assigned", "reason": "新しい計画"}
        assert wire.send(by, "post", f"/measures/{builders.SME}/links", body).status_code == 201
    assert total() == before


@pytest.mark.parametrize("query", ["by=viewpoint", "document=X", "of=ministry"])
def test_what_cannot_be_asked_is_refused_400(query: str) -> None:
    wire.problem(builders.client().get(f"{wire.BASE}/rollups?{query}"), 400)


def test_a_document_is_asked_for_alone_and_more_rows_take_no_more_statements() -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            wire.get("/rollups?by=ministry")
        counts.append(sum("measures_measure" in (one["sql"] or "") for one in asked.captured_queries))
        second.a_second_document() if len(counts) == 1 else None
    assert counts[0] == counts[1]
    (alone,) = wire.get(f"/rollups?by=document&document={second.CODE}")["items"]
    assert alone["code"] == second.CODE
