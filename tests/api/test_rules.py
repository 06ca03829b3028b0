"""Rules of rating: previewed before they are adopted, named by each rating, and never changing a past answer."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Event, KpiStanding, MeasureStanding
from measures.operations import standings
from measures.operations.moments import day_of
from measures.queries import rules
from measures.rules.kpi import RULES
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

WITHOUT_VALUE = "trial-kpi"


@pytest.fixture(autouse=True)
def a_kpi_without_a_value(loaded: None) -> None:
    by = builders.client("coordinator")
    why = {"basis": "assigned", "reason": "試行"}
    kpi = {"code": WITHOUT_VALUE, "name": "試行", "name_en": "A trial", "unit": "件", "direction": "up"}
    kpi |= {"period_type": "fiscal_year", "statistic": "調査", "reason": "試行"}
    target = {"kind": "absolute", "value": "9", "due_on": "2030-03-31", "source": "決定", **why}
    for path, body in (
        ("/kpis", kpi),
        (f"/kpis/{WITHOUT_VALUE}/targets", target),
        (f"/kpis/{WITHOUT_VALUE}/measures", {"measure": "MEXT2019-P1-03", **why}),
    ):
        assert wire.send(by, "post", path, body).status_code == 201


def adopt(rule: str, by: str = "coordinator") -> object:
    return wire.send(builders.client(by), "post", f"/rules/{rule}/adopt", {"reason": "過去の公表値と揃えるため"})


def flips(rule: str = "abn-0") -> list[tuple[str, str, str | None, str | None]]:
    found = wire.get(f"/rules/{rule}/preview", "auditor")["flips"]
    return [(one["kind"], one["code"], one["now"], one["then"]) for one in found]


def ratings() -> dict[tuple[str, str], str | None]:
    kpis = KpiStanding.objects.values_list("kpi__code", "rating")
    measures = MeasureStanding.objects.values_list("measure__code", "rating")
    return {("kpi", code): one for code, one in kpis} | {("measure", code): one for code, one in measures}


def test_a_preview_names_exactly_the_ratings_that_then_flip() -> None:
    said, before = flips(), ratings()
    assert ("kpi", WITHOUT_VALUE, "N", "F") in said
    assert ("measure", "MEXT2019-P1-03") in {(kind, code) for kind, code, *_ in said} or before[
        "measure", "MEXT2019-P1-03"
    ] in ("A", "B")
    assert flips("abn-1") == []
    assert ratings() == before
    assert adopt("abn-0").status_code == 200
    after = ratings()
    changed = [(*owner, before[owner], after[owner]) for owner in before if before[owner] != after[owner]]
    assert sorted(changed) == sorted(said)
    assert flips() == []
    assert standings.rebuild(at=timezone.now()) == []


def test_a_rule_that_rates_a_value_alike_asks_only_of_the_kpis_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 1)
    with CaptureQueriesContext(connection) as asked:
        said = rules.preview("abn-0", on=day_of(timezone.now()))
    without = KpiStanding.objects.filter(state="no_data").count()
    assert len([one for one in said if one.kind == "kpi"]) == without < KpiStanding.objects.count() / 4
    assert len([one for one in asked.captured_queries if " FROM measures_observation " in one["sql"]]) == without


def test_a_rule_that_rates_otherwise_asks_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(RULES["abn-1"], rate=lambda met, progress, elapsed: "B")
    monkeypatch.setitem(RULES, "strict", strict)
    said, rated = rules.preview("strict", on=day_of(timezone.now())), KpiStanding.objects.filter(rating="A")
    assert {one.code for one in said if one.kind == "kpi"} == set(rated.values_list("kpi__code", flat=True))
    assert rated.exists()


def test_every_rating_names_the_rule_in_force_and_the_past_the_one_of_its_time() -> None:
    path = f"/kpis/{WITHOUT_VALUE}"
    before, moment = wire.get(path), timezone.now().isoformat().replace("+", "%2B")
    adopt("abn-0")
    assert {row["standing"]["rule"] for row in wire.items("/kpis")} == {"abn-0"}
    assert {row["standing"]["rule"] for row in wire.items("/measures")} == {"abn-0"}
    assert wire.get(path)["against_original"]["rating"] == "F"
    assert wire.get(f"{path}?known_at={moment}") == before
    assert [row["code"] for row in wire.get(f"/rules?known_at={moment}")["items"] if row["in_force"]] == ["abn-1"]
    (held,) = [row for row in wire.get("/rules")["items"] if row["in_force"]]
    assert (held["code"], held["reason"]) == ("abn-0", "過去の公表値と揃えるため")
    assert wire.items("/kpis?rating=F") != []
    assert wire.get("/summary")["kpis"]["by_rating"]["N"] == 0
    assert Event.objects.latest("pk").verb == "adopt"


def test_a_figure_that_is_reported_later_is_rated_by_the_rule_in_force() -> None:
    adopt("abn-0")
    builders.an_update(at_status="approved")
    assert KpiStanding.objects.get(kpi__code="sme-patent-share").rule == "abn-0"
    assert standings.rebuild(at=timezone.now()) == []


def test_who_may_not_adopt_and_what_is_not_there_is_refused() -> None:
    wire.problem(adopt("abn-0", "officer.jpo"), 403, "wrong-role")
    wire.problem(adopt("abn-1"), 409, "in-force")
    wire.problem(adopt("abn-9"), 404, "not-found")
    wire.problem(builders.client().get(f"{wire.BASE}/rules/abn-0/preview"), 401)
