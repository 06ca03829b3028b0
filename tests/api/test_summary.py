"""The summary's figures against counts made here from the lists."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from measures.models import Event, Measure
from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def counted(values: Iterable[Any]) -> dict[str, int]:
    return dict(Counter(value for value in values if value is not None))


def nonzero(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def agree(summary: dict[str, Any], measures: list[dict[str, Any]], kpis: list[dict[str, Any]]) -> None:
    given = summary["measures"]
    assert given["total"] == len(measures)
    assert nonzero(given["by_status"]) == counted(row["status"] for row in measures)
    assert given["by_ministry"] == counted(row["lead"]["code"] for row in measures)
    assert given["by_section"] == counted(row["section"] for row in measures)
    assert given["by_viewpoint"] == counted(mark for row in measures for mark in row["viewpoints"])
    assert given["divergent"] == sum(row["divergent"] for row in measures)
    standings = [row["standing"] for row in kpis]
    assert summary["kpis"]["total"] == len(kpis)
    assert nonzero(summary["kpis"]["by_rating"]) == counted(one["rating"] for one in standings)
    assert summary["kpis"]["rated"] == sum(one["rating"] in ("A", "B") for one in standings)
    assert summary["kpis"]["met"] == sum(one["met"] is True for one in standings)
    without = ("not_applicable", "unresolved")
    assert summary["kpis"]["ratable"] == sum(one["state"] not in without for one in standings)


def test_the_figures_are_those_of_the_lists_200() -> None:
    agree(wire.get("/summary"), wire.items("/measures"), wire.items("/kpis"))


def test_the_figures_follow_an_approval_and_a_second_document() -> None:
    before = wire.get("/summary")
    second.a_second_document()
    cast = {"officer": "officer.mext", "approver": "approver.mext"}
    explained = {"observations": [], "explanation": builders.an_explanation()}
    builders.an_update(at_status="approved", measure="MEXT2019-P3-01", **explained, **cast)
    builders.an_update(at_status="approved")
    after = wire.get("/summary")
    agree(after, wire.items("/measures"), wire.items("/kpis"))
    assert (before["measures"]["divergent"], after["measures"]["divergent"]) == (0, 1)
    assert (before["kpis"]["met"], after["kpis"]["met"]) == (1, 2)
    assert after["measures"]["by_status"]["in_progress"] == 2


def test_the_shipped_figures_are_those_of_the_lists(shipped: None) -> None:
    summary = wire.get("/summary")
    agree(summary, wire.items("/measures"), wire.items("/kpis"))
    assert summary["measures"]["total"] == 33
    assert summary["kpis"] == {
        "total": 26, "ratable": 5, "rated": 5, "met": 2, "by_rating": {"A": 3, "B": 2, "N": 0, "F": 0},
    }  # fmt: skip


def test_each_document_can_be_asked_for_alone_or_with_others() -> None:
    second.a_second_document()
    for codes in ([second.CODE], ["MEXT2019"], ["MEXT2019", second.CODE]):
        query = "&".join(f"document={code}" for code in codes)
        measures = wire.items(f"/measures?{query}")
        linked = {kpi["code"] for row in measures for kpi in row["kpis"]}
        agree(wire.get(f"/summary?{query}"), measures, [row for row in wire.items("/kpis") if row["code"] in linked])


def test_a_measure_outside_of_any_section_is_counted_and_stands_in_none() -> None:
    second.a_second_document(in_a_section=False)
    assert Measure.objects.filter(element__parent=None).count() == 1
    summary = wire.get("/summary")
    assert (summary["measures"]["total"], sum(summary["measures"]["by_section"].values())) == (34, 33)


def test_the_revision_grows_with_public_changes_only() -> None:
    """That a report was handed in is one, and its approval another."""
    builders.an_open_cycle()
    before = wire.get("/summary")["revision"]
    builders.an_update(at_status="draft")
    assert wire.get("/summary")["revision"] == before
    builders.an_update(at_status="approved", measure="MEXT2019-R1-5-2a", officer="officer.meti",
                       approver="approver.meti", observations=[])  # fmt: skip
    # What was owed was reported, and the report was approved.
    assert wire.get("/summary")["revision"] == before + 2 == Event.objects.filter(audience="public").count()


def test_a_moment_long_ago_is_told_back_in_hours_and_minutes() -> None:
    assert wire.get("/summary?known_at=0182-03-06T23:08:13Z")["known_at"] == "0182-03-07T08:08:13.000000+09:00"
