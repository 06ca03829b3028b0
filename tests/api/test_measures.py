"""Measures, read: their shape, and every filter with rows it takes and rows it leaves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from measures.api.measure_filters import MeasureFilter
from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

CONTRACT = [
    "code", "document", "element", "lines", "text", "title", "title_en", "kind", "section", "viewpoints", "lead",
    "supporting", "status", "status_since", "health", "standing", "divergent", "explanation", "kpis", "due_on",
    "updated_at", "revision",
]  # fmt: skip
DETAIL = [
    "text_normalized", "text_en", "viewpoints_basis", "viewpoints_reason", "action_type", "theme",
    "classification_basis", "due_on_proposed", "merged_into", "quotes", "links",
]  # fmt: skip
Row = dict[str, Any]


def ministries(row: Row, *roles: str) -> set[str]:
    by_role = {"lead": [row["lead"]], "support": row["supporting"]}
    return {one["code"] for role in roles or by_role for one in by_role[role]}


FILTERS: dict[str, Callable[[Row], bool]] = {
    "document=MEXT2019": lambda row: row["document"] == "MEXT2019",
    "section=P1": lambda row: row["section"] == "P1",
    "section=P1&section=R1-5-3": lambda row: row["section"] in ("P1", "R1-5-3"),
    "viewpoint=④": lambda row: "④" in row["viewpoints"],
    "viewpoint=②&viewpoint=⑤": lambda row: bool({"②", "⑤"} & set(row["viewpoints"])),
    "ministry=meti": lambda row: "meti" in ministries(row),
    "ministry=jpo&ministry=da": lambda row: bool({"jpo", "da"} & ministries(row)),
    "ministry=meti&role=lead": lambda row: "meti" in ministries(row, "lead"),
    "ministry=meti&role=support": lambda row: "meti" in ministries(row, "support"),
    "ministry=meti&role=lead&role=support": lambda row: "meti" in ministries(row),
    "role=support": lambda row: bool(row["supporting"]),
    "status=in_progress": lambda row: row["status"] == "in_progress",
    "health=on_track": lambda row: row["health"] == "on_track",
    "standing=A": lambda row: row["standing"]["rating"] == "A",
    "standing=B&standing=N": lambda row: row["standing"]["rating"] in ("B", "N"),
    "divergent=true": lambda row: row["divergent"],
    "divergent=false": lambda row: not row["divergent"],
    "divergent=true&explained=true": lambda row: row["divergent"] and row["explanation"] is not None,
    "explained=false": lambda row: row["explanation"] is None,
    "overdue=true": lambda row: row["document"] == "MEXT2019" and row["status"] == "not_started",
    "overdue=false": lambda row: row["document"] != "MEXT2019" or row["status"] != "not_started",
    "kind=study": lambda row: row["kind"] == "study",
    "has_kpi=true": lambda row: bool(row["kpis"]),
    "has_kpi=false": lambda row: not row["kpis"],
    "q=ベンチャー": lambda row: "ベンチャー" in row["text"] + row["title"],
    "q=mext2019-p4": lambda row: row["code"].startswith("MEXT2019-P4"),
    "section=P1&kind=study&standing=A": lambda row: (row["section"], row["kind"], row["standing"]["rating"])
    == ("P1", "study", "A"),
}  # fmt: skip


@pytest.fixture
def mixed(loaded: None) -> None:
    """A second document, one measure reported well, and one reported on track although its KPI is behind."""
    second.a_second_document()
    builders.an_update(at_status="approved")
    cast = {"officer": "officer.mext", "approver": "approver.mext"}
    explained = {"observations": [], "explanation": builders.an_explanation()}
    builders.an_update(at_status="approved", measure="MEXT2019-P3-01", **explained, **cast)


@pytest.mark.usefixtures("mixed")
def test_each_filter_takes_the_rows_that_match_and_leaves_the_others_200() -> None:
    everything = wire.items("/measures")
    assert len(everything) == 34
    for query, matches in FILTERS.items():
        found = wire.codes(f"/measures?{query}&fields=code")
        assert found == [row["code"] for row in everything if matches(row)], query
        assert 0 < len(found) < len(everything), query


@pytest.mark.usefixtures("mixed")
def test_updated_since_takes_the_instant_itself_and_leaves_what_is_older() -> None:
    everything = wire.items("/measures")
    since = max(row["updated_at"] for row in everything)
    found = wire.items(f"/measures?updated_since={since}")
    assert found == [
        row for row in everything if datetime.fromisoformat(row["updated_at"]) >= datetime.fromisoformat(since)
    ]
    assert 0 < len(found) < len(everything)
    assert wire.items(f"/measures?updated_since={since.replace('+', '%2B')}") == found


def test_every_filter_of_measures_is_tried_here() -> None:
    tried = {part.partition("=")[0] for query in FILTERS for part in query.split("&")} | {"updated_since"}
    assert tried == set(MeasureFilter.base_filters)


def test_there_are_33_measures_in_the_order_of_the_document_200() -> None:
    listed = wire.codes("/measures")
    assert len(listed) == 33
    in_document = [
        measure["code"] for element in wire.items("/documents/MEXT2019/elements") for measure in element["measures"]
    ]
    assert listed == in_document
    assert sum(code.startswith("MEXT2019-P") for code in listed) == 27


def test_a_measure_has_exactly_the_fields_of_the_contract_and_its_detail_adds_ours() -> None:
    for row in wire.items("/measures"):
        assert wire.unlabelled(row) == CONTRACT
    assert wire.unlabelled(wire.get(f"/measures/{builders.SME}")) == [*CONTRACT, *DETAIL]


def test_a_measure_says_who_owns_it_and_why_and_where_its_words_stand_200() -> None:
    measure = wire.get(f"/measures/{builders.SME}")
    assert measure["lead"]["code"] == "jpo"
    assert measure["lead"]["basis"] and measure["lead"]["reason"]
    assert [one["code"] for one in measure["supporting"]] == ["mext"]
    first, last = measure["lines"]
    source = wire.get("/documents/MEXT2019")["text"].split("\n")[first - 1 : last]
    assert "".join("".join(source).split()).removeprefix("✓") == "".join(measure["text"].split())


def test_a_measure_shows_its_kpis_with_the_standing_that_the_kpi_itself_shows() -> None:
    measure = wire.get(f"/measures/{builders.SME}")
    assert [one["code"] for one in measure["kpis"]] == ["sme-patent-share", "univ-patent-licences"]
    for one in measure["kpis"]:
        assert one["standing"] == wire.get(f"/kpis/{one['code']}")["standing"]
    assert measure["standing"] == {"rating": "A", "rule": "abn-1", "total": 2, "ratable": 2, "rated": 2, "met": 0}


def test_links_between_measures_show_from_both_ends() -> None:
    link = next(link for row in wire.codes("/measures") for link in wire.get(f"/measures/{row}")["links"])
    assert link in wire.get(f"/measures/{link['measure']}")["links"]
    assert link in wire.get(f"/measures/{link['other']}")["links"]
    assert link["kind"] in ("same_as", "overlaps")


def test_an_unknown_measure_is_404_and_names_the_nearest() -> None:
    body = wire.problem(builders.client().get("/api/v1/measures/MEXT2019-R1-5-3b"), 404, "not-found")
    assert "Did you mean 'MEXT2019-R1-5-" in body["detail"]
