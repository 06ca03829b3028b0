"""KPIs with their standing, observations and targets, read; every filter with rows it takes and rows it leaves."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from measures.api.kpis.views import KpiFilter, KpiObservationList, ObservationFilter
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

STANDING = [
    "state", "rating", "rule", "value", "low", "high", "period", "progress", "elapsed", "required", "target",
    "target_low", "target_high", "baseline", "met", "met_on", "lost", "provisional", "approximate", "indeterminate",
    "data_state",
]  # fmt: skip
Row = dict[str, Any]
KPI_FILTERS: dict[str, Callable[[Row], bool]] = {
    "measure=MEXT2019-R1-5-3a": lambda row: "MEXT2019-R1-5-3a" in row["measures"],
    "measure=MEXT2019-R1-5-3a&measure=MEXT2019-P1-04": lambda row: bool(
        {"MEXT2019-R1-5-3a", "MEXT2019-P1-04"} & set(row["measures"])
    ),
    "direction=up": lambda row: row["direction"] == "up",
    "state=met": lambda row: row["standing"]["state"] == "met",
    "state=behind&state=no_data": lambda row: row["standing"]["state"] in ("behind", "no_data"),
    "rating=A": lambda row: row["standing"]["rating"] == "A",
    "rating=B&rating=N": lambda row: row["standing"]["rating"] in ("B", "N"),
    "has_target=true": lambda row: row["standing"]["state"] != "not_applicable",
    "has_target=false": lambda row: row["standing"]["state"] == "not_applicable",
    "q=特許": lambda row: "特許" in row["name"] + row["definition"],
    "q=PATENT-": lambda row: "patent-" in row["code"],
    "rating=A&measure=MEXT2019-R1-5-3a": lambda row: (
        row["standing"]["rating"] == "A" and "MEXT2019-R1-5-3a" in row["measures"]
    ),
}


def year(row: Row) -> int:
    return row["period"].get("year") or int(row["period"]["on"][:4])


SME, LICENCES = "sme-patent-share", "univ-patent-licences"
OBSERVATION_FILTERS: dict[str, Callable[[Row], bool]] = {
    f"kpi={SME}": lambda row: row["kpi"] == SME,
    f"kpi={SME}&kpi={LICENCES}": lambda row: row["kpi"] in (SME, LICENCES),
    "measure=MEXT2019-R1-5-3a": lambda row: row["kpi"] in (SME, LICENCES),
    "period_type=point": lambda row: row["period"]["type"] == "point",
    "period_type=point&period_type=calendar_year": lambda row: row["period"]["type"] in ("point", "calendar_year"),
    "year_from=2018": lambda row: year(row) >= 2018,
    "year_to=2013": lambda row: year(row) <= 2013,
    "year_from=2014&year_to=2014": lambda row: year(row) == 2014,
    "status=final": lambda row: row["status"] == "final",
    "status=provisional": lambda row: row["status"] == "provisional",
    f"year_from=2018&kpi={SME}": lambda row: row["kpi"] == SME and year(row) >= 2018,
}


def test_each_filter_takes_the_kpis_that_match_and_leaves_the_others_200() -> None:
    everything = wire.items("/kpis")
    assert len(everything) == 26
    for query, matches in KPI_FILTERS.items():
        found = wire.codes(f"/kpis?{query}&fields=code")
        assert found == [row["code"] for row in everything if matches(row)], query
        assert 0 < len(found) < len(everything), query


def test_each_filter_takes_the_observations_that_match_and_leaves_the_others_200() -> None:
    builders.an_update(at_status="approved", observations=[builders.a_value(status="provisional")])
    everything = wire.items("/observations")
    for query, matches in OBSERVATION_FILTERS.items():
        found = [row["id"] for row in wire.items(f"/observations?{query}&fields=id")]
        assert found == [row["id"] for row in everything if matches(row)], query
        assert 0 < len(found) < len(everything), query


def test_every_filter_of_kpis_and_observations_is_tried_here() -> None:
    assert {part.partition("=")[0] for query in KPI_FILTERS for part in query.split("&")} == set(KpiFilter.base_filters)
    tried = {part.partition("=")[0] for query in OBSERVATION_FILTERS for part in query.split("&")}
    assert tried == set(ObservationFilter.base_filters)
    assert tried - set(KpiObservationList.filterset_class.base_filters) == {"kpi", "measure"}


def test_no_kpi_is_meant_to_fall_and_asking_so_is_an_empty_list_200() -> None:
    assert wire.items("/kpis?direction=down") == []


def test_a_standing_has_the_fields_of_the_contract_and_ours() -> None:
    for row in wire.items("/kpis"):
        assert wire.unlabelled(row["standing"]) == STANDING


def test_the_sme_share_before_2019_is_on_pace_at_96_percent_of_the_way() -> None:
    standing = wire.get(f"/kpis/{SME}")["standing"]
    assert (standing["state"], standing["rating"], standing["value"]) == ("on_pace", "A", "14.9")
    assert (standing["progress"], standing["elapsed"], standing["required"]) == ("0.964286", "0.689838", "14.131545")
    assert (standing["met"], standing["met_on"]) == (False, None)


def test_the_shipped_sme_share_is_met_since_2019(shipped: None) -> None:
    standing = wire.get(f"/kpis/{SME}")["standing"]
    assert (standing["baseline"], standing["target"], standing["state"]) == ("12.2", "15", "met")
    assert (standing["met"], standing["lost"]) == (True, False)
    assert standing["met_on"] == {"type": "calendar_year", "year": 2019}
    values = {row["period"]["year"]: row["value"] for row in wire.items(f"/kpis/{SME}/observations")}
    assert (values[2018], values[2019]) == ("14.9", "16.1")
    assert standing["value"] == values[max(values)]


def test_the_shipped_university_licences_stand_at_81_percent_of_14784(shipped: None) -> None:
    standing = wire.get(f"/kpis/{LICENCES}")["standing"]
    assert (standing["target"], standing["progress"], standing["elapsed"]) == ("14784", "0.806818", "0.428627")
    assert (standing["state"], standing["rating"], standing["value"]) == ("on_pace", "A", "13832")


def test_a_relative_target_keeps_its_rate_and_resolves_to_a_number_200() -> None:
    (target,) = wire.items(f"/kpis/{LICENCES}/targets")
    assert (target["kind"], target["value"], target["resolved"]) == ("relative", "0.5", "14784")
    assert (target["baseline"]["value"], target["due_on"], target["element"]) == ("9856", "2021-03-31", "R1-5-3a")
    assert Decimal(target["baseline"]["value"]) * (1 + Decimal(target["value"])) == Decimal(target["resolved"])


def test_a_target_of_three_times_an_unknown_baseline_stays_unresolved_200() -> None:
    (target,) = wire.items("/kpis/private-funds-to-universities/targets")
    assert (target["kind"], target["value"], target["resolved"]) == ("multiple", "3", None)
    assert target["baseline"]["value"] is None
    standing = wire.get("/kpis/private-funds-to-universities")["standing"]
    assert (standing["state"], standing["rating"], standing["target"]) == ("unresolved", None, None)


def test_a_kpi_without_a_target_has_a_value_and_no_rating() -> None:
    standing = wire.get("/kpis/ura-headcount")["standing"]
    assert (standing["state"], standing["rating"], standing["value"]) == ("not_applicable", None, "323")
    assert wire.items("/kpis/ura-headcount/targets") == []


def test_observations_of_a_kpi_come_by_period_with_unit_and_source_200() -> None:
    rows = wire.items(f"/kpis/{SME}/observations")
    assert [(row["period"]["year"], row["value"]) for row in rows] == [
        (2013, "12.2"), (2014, "13.2"), (2015, "13.9"), (2018, "14.9"),
    ]  # fmt: skip
    assert {row["unit"] for row in rows} == {"%"}
    assert all(row["source"]["title"] for row in rows)
    assert [row["source"]["tier"] for row in rows][-1] == "primary"
    assert rows == wire.items(f"/observations?kpi={SME}")


def test_a_missing_value_is_null_with_its_reason_and_never_zero() -> None:
    standing = wire.get("/kpis/sbir-support")["standing"]
    assert (standing["value"], standing["data_state"]) == (None, "not_reported")
    assert wire.items("/kpis/sbir-support/observations") == []


def test_the_measures_of_a_kpi_are_those_that_name_it_with_a_basis_200() -> None:
    linked = wire.items(f"/kpis/{SME}/measures")
    assert [one["code"] for one in linked] == wire.get(f"/kpis/{SME}")["measures"]
    assert all(one["basis"] and one["reason"] for one in linked)
    assert {one["code"] for one in linked} == {
        row["code"] for row in wire.items("/measures") if SME in [kpi["code"] for kpi in row["kpis"]]
    }


@pytest.mark.parametrize("part", ["", "/observations", "/targets", "/measures"])
def test_an_unknown_kpi_is_404_and_names_the_nearest(part: str) -> None:
    body = wire.problem(builders.client().get(f"/api/v1/kpis/sme-patent-shares{part}"), 404, "not-found")
    assert "Did you mean 'sme-patent-share'?" in body["detail"]


def test_an_approved_report_moves_the_standing_and_adds_its_observation() -> None:
    update = builders.an_update(at_status="approved")
    standing = wire.get(f"/kpis/{SME}")["standing"]
    assert (standing["state"], standing["progress"]) == ("met", "1.392857")
    newest = wire.items(f"/kpis/{SME}/observations")[-1]
    assert (newest["value"], newest["update"], newest["source"]["published_on"]) == ("16.1", update.pk, "2020-07-27")
