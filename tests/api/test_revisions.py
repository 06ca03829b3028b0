"""A later or easier target, what eases one, and a later day, are proposed by one coordinator, decided on by another."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Baseline, Deadline, Event, Kpi, Measure, Target, Verdict
from measures.operations import standings
from measures.queries.series import series
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SHARE = "/kpis/sme-patent-share"
WHY = {"source": "次期計画", "basis": "assigned", "reason": "次期計画まで"}
LATER = {"kind": "absolute", "value": "15", "due_on": "2026-03-31", **WHY}
EASIER = {"kind": "absolute", "value": "14", "due_on": "2021-03-31", **WHY}
HARDER = {"kind": "absolute", "value": "18", "due_on": "2021-03-31", **WHY}


def post(path: str, body: Any, by: str = "coordinator") -> Any:
    return wire.send(builders.client(by), "post", path, body)


def patch(path: str, body: Any) -> Any:
    return wire.send(builders.client("coordinator"), "patch", path, {"reason": "予算の確保まで", **body})


def states(path: str = f"{SHARE}/targets") -> list[str]:
    return [row["state"] for row in wire.items(path)]


def proposed(body: dict[str, Any]) -> int:
    made = post(f"{SHARE}/targets", body)
    assert (made.status_code, made.json()["state"]) == (201, "proposed"), made.content
    return int(made.json()["id"])


@pytest.mark.parametrize("body", [LATER, EASIER], ids=["later", "easier"])
def test_a_later_or_easier_target_changes_nothing_until_another_coordinator_approves(body: dict[str, Any]) -> None:
    before = wire.get(SHARE)["standing"]
    pk = proposed(body)
    assert wire.get(SHARE)["standing"] == before
    assert states() == ["current", "proposed"]
    wire.problem(post(f"{SHARE}/targets/{pk}/approve", {}), 403, "own-proposal")
    wire.problem(post(f"{SHARE}/targets/{pk}/approve", {}, "officer.jpo"), 403, "wrong-role")
    approved = post(f"{SHARE}/targets/{pk}/approve", {"comment": "確認"}, "coordinator.deputy")
    assert approved.status_code == 200, approved.content
    shown = approved.json()
    assert (shown["state"], shown["comment"]) == ("current", "確認")
    assert shown["approved_by"] == shown["decided_by"] != shown["set_by"]
    assert states() == ["original", "current"]
    after = wire.get(SHARE)
    assert after["standing"] != before
    assert after["against_original"] == before
    assert standings.rebuild(at=timezone.now()) == []
    wire.problem(post(f"{SHARE}/targets/{pk}/reject", {"comment": "x"}, "coordinator.deputy"), 409, "wrong-turn")
    events = Event.objects.filter(subject_code="sme-patent-share").order_by("pk").values_list("verb", flat=True)
    assert list(events)[-2:] == ["propose", "approve"]


def test_a_rejected_target_stays_in_the_ledger_and_holds_nothing() -> None:
    before = wire.get(SHARE)
    pk = proposed(LATER)
    wire.problem(post(f"{SHARE}/targets/{pk}/reject", {}, "coordinator.deputy"), 400, "invalid")
    assert post(f"{SHARE}/targets/{pk}/reject", {"comment": "不要"}, "coordinator.deputy").status_code == 200
    assert states() == ["current", "rejected"]
    assert wire.get(SHARE)["standing"] == before["standing"]
    # What was rejected is in nobody's way.
    assert post(f"{SHARE}/targets", HARDER).json()["state"] == "current"
    assert post(f"{SHARE}/targets", {**HARDER, "value": "19"}).json()["state"] == "current"
    assert states() == ["original", "rejected", "superseded", "current"]
    event = json.loads(Event.objects.get(verb="reject").body)
    assert (event["after"]["reason"], event["after"]["target"]) == ("不要", pk)


def test_one_revision_waits_at_a_time_409() -> None:
    proposed(LATER)
    wire.problem(post(f"{SHARE}/targets", HARDER), 409, "revision-pending")


def test_a_target_does_not_hold_from_a_day_to_come_400() -> None:
    refused = wire.problem(post(f"{SHARE}/targets", {**HARDER, "effective_on": "2199-01-01"}), 400)
    assert wire.places(refused) == [("/effective_on", "in-the-future")]
    assert post(f"{SHARE}/targets", {**HARDER, "effective_on": "2020-04-01"}).json()["effective_on"] == "2020-04-01"


def test_a_target_of_another_kpi_is_not_there_404() -> None:
    pk = proposed(LATER)
    wire.problem(post(f"/kpis/ura-headcount/targets/{pk}/approve", {}, "coordinator.deputy"), 404, "not-found")


def test_the_past_knows_neither_the_proposal_nor_its_verdict() -> None:
    start = timezone.now()
    pk = proposed(LATER)
    between = timezone.now()
    post(f"{SHARE}/targets/{pk}/approve", {}, "coordinator.deputy")
    for moment, said in ((start, ["current"]), (between, ["current", "proposed"])):
        known = moment.isoformat().replace("+", "%2B")
        assert states(f"{SHARE}/targets?known_at={known}") == said
        past = wire.get(f"{SHARE}?known_at={known}")
        assert past["against_original"] == past["standing"]


def test_the_list_is_asked_against_the_original_targets_in_as_many_statements_however_long() -> None:
    post(f"{SHARE}/targets", HARDER)
    current = {row["code"]: row["standing"] for row in wire.items("/kpis")}
    original = {row["code"]: row["standing"] for row in wire.items("/kpis?against=original")}
    assert {code for code in current if current[code] != original[code]} == {"sme-patent-share"}
    assert (current["sme-patent-share"]["target"], original["sme-patent-share"]["target"]) == ("18", "15")
    counts = []
    for limit in (2, 20):
        with CaptureQueriesContext(connection) as asked:
            wire.get(f"/kpis?against=original&limit={limit}")
        counts.append(len([one for one in asked.captured_queries if one["sql"] and "measures_" in one["sql"]]))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["against=first", "against=original&state=met", "against=original&rating=A"])
def test_what_the_list_cannot_tell_is_refused_400(query: str) -> None:
    refused = builders.client().get(f"{wire.BASE}/kpis?{query}")
    assert [one["parameter"] for one in wire.problem(refused, 400)["errors"]] == ["against"]


def test_a_later_day_of_a_measure_waits_and_an_earlier_one_does_not() -> None:
    path = f"/measures/{builders.SME}"
    assert patch(path, {"due_on": "2022-03-31"}).json()["due_on"] == "2022-03-31"
    assert patch(path, {"due_on": "2021-03-31"}).json()["due_on"] == "2021-03-31"
    later = patch(path, {"due_on": "2023-03-31", "title": "改題"}).json()
    assert (later["due_on"], later["due_on_proposed"], later["title"]) == ("2021-03-31", "2023-03-31", "改題")
    wire.problem(patch(path, {"due_on": "2020-03-31"}), 409, "revision-pending")
    (row,) = wire.items(f"/deadlines?measure={builders.SME}&state=proposed")
    wire.problem(post(f"/deadlines/{row['id']}/approve", {}), 403, "own-proposal")
    assert post(f"/deadlines/{row['id']}/approve", {}, "coordinator.deputy").json()["state"] == "current"
    after = wire.get(path)
    assert (after["due_on"], after["due_on_proposed"]) == ("2023-03-31", None)
    assert states(f"/deadlines?measure={builders.SME}") == ["superseded", "superseded", "current"]


def test_a_day_that_goes_away_is_later_than_any() -> None:
    path = f"/measures/{builders.SME}"
    patch(path, {"due_on": "2022-03-31"})
    assert patch(path, {"due_on": None}).json()["due_on"] == "2022-03-31"
    assert Deadline.objects.get(proposed=True).due_on is None


def test_a_rejected_day_of_a_milestone_stays_where_it_was() -> None:
    body = {"measure": builders.SME, "title": "中間評価", "due_on": "2021-03-31", "basis": "assigned", "reason": "決定"}
    path = f"/milestones/{post('/milestones', body).json()['id']}"
    assert patch(path, {"due_on": "2022-03-31"}).json()["due_on_proposed"] == "2022-03-31"
    assert wire.get(path)["due_on_proposed"] == "2022-03-31"
    (row,) = wire.items(f"/deadlines?milestone={path.rpartition('/')[2]}")
    assert post(f"/deadlines/{row['id']}/reject", {"comment": "不要"}, "coordinator.deputy").status_code == 200
    assert (wire.get(path)["due_on"], wire.get(path)["due_on_proposed"]) == ("2021-03-31", None)


LICENCES = "/kpis/univ-patent-licences"
LESS = {"period": {"type": "fiscal_year", "year": 2013}, "value": "9000", "basis": "assigned", "reason": "統計の改定"}
MORE = {**LESS, "value": "9900"}


def test_a_baseline_that_eases_a_relative_target_holds_once_another_coordinator_approves() -> None:
    before = wire.get(LICENCES)["standing"]
    assert (before["target"], before["baseline"]) == ("14784", "9856")
    made = post(f"{LICENCES}/baselines", LESS)
    assert (made.status_code, made.json()["state"], made.json()["resolved"]) == (201, "proposed", "13500")
    assert wire.get(LICENCES)["standing"] == before
    (target,) = wire.items(f"{LICENCES}/targets")
    assert (target["resolved"], target["baseline"]["value"]) == ("14784", "9856")
    verdict = f"{LICENCES}/baselines/{made.json()['id']}/approve"
    wire.problem(post(verdict, {}), 403, "own-proposal")
    wire.problem(post(verdict, {}, "approver.jpo"), 403, "wrong-role")
    wire.problem(post(f"{SHARE}/baselines/{made.json()['id']}/approve", {}, "coordinator.deputy"), 404, "not-found")
    shown = post(verdict, {"comment": "確認"}, "coordinator.deputy").json()
    assert (shown["state"], shown["comment"], shown["value"]) == ("current", "確認", "9000")
    assert shown["approved_by"] == shown["decided_by"] != shown["set_by"]
    assert states(f"{LICENCES}/baselines") == ["original", "current"]
    after = wire.get(LICENCES)["standing"]
    assert (after["target"], after["baseline"]) == ("13500", "9000")
    assert Decimal(after["progress"]) > Decimal(before["progress"])
    assert wire.get(LICENCES)["against_original"] == before
    assert standings.rebuild(at=timezone.now()) == []
    wire.problem(post(verdict, {}, "coordinator.deputy"), 409, "wrong-turn")
    verbs = Event.objects.filter(subject_code="univ-patent-licences").order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["propose", "approve"]


def test_the_original_target_is_read_from_the_original_baseline() -> None:
    """+50 % on 9,856 was 14,784, whatever the baseline and the target have become since."""
    made = post(f"{LICENCES}/baselines", LESS).json()
    post(f"{LICENCES}/baselines/{made['id']}/approve", {}, "coordinator.deputy")
    post(f"{LICENCES}/targets", {**HARDER, "kind": "relative", "value": "0.6"})
    told = [(one["state"], one["baseline"]["value"], one["resolved"]) for one in wire.items(f"{LICENCES}/targets")]
    assert told == [("original", "9856", "14784"), ("current", "9000", "14400")]
    (shown,) = series([Kpi.objects.get(code="univ-patent-licences").pk], english=True)
    assert [(goal.state, int(goal.figure.value or 0)) for goal in shown.goals] == [
        ("original", 14784), ("current", 14400),
    ]  # fmt: skip


def test_a_baseline_that_makes_it_harder_holds_at_once() -> None:
    assert post(f"{LICENCES}/baselines", MORE).json()["state"] == "current"
    assert wire.get(LICENCES)["standing"]["target"] == "14850"
    # The way back is easier.
    assert post(f"{LICENCES}/baselines", {**LESS, "value": "9856"}).json()["state"] == "proposed"


@pytest.mark.parametrize(
    ("kpi", "baseline"),
    [
        ("univ-patent-licences", {**LESS, "value": None}),
        ("univ-patent-licences", {**MORE, "period": {"type": "fiscal_year", "year": 2014}}),
        ("private-funds-to-universities", {**LESS, "period": {"type": "fiscal_year", "year": 2014}, "value": "200"}),
        ("sdgs-future-cities", {**LESS, "value": "0"}),
        ("sme-patent-share", {**LESS, "period": {"type": "calendar_year", "year": 2013}, "value": "12.1"}),
    ],
    ids=["no number", "another year", "the number that was unknown", "the first", "a longer way to the same number"],
)
def test_no_baseline_of_a_target_holds_at_once_unless_it_is_proven_harder(kpi: str, baseline: dict[str, Any]) -> None:
    before = wire.get(f"/kpis/{kpi}")["standing"]
    assert post(f"/kpis/{kpi}/baselines", baseline).json()["state"] == "proposed"
    assert wire.get(f"/kpis/{kpi}")["standing"] == before


def test_a_rejected_baseline_stays_in_the_ledger_and_in_nobodys_way() -> None:
    pk = post(f"{LICENCES}/baselines", LESS).json()["id"]
    wire.problem(post(f"{LICENCES}/baselines/{pk}/reject", {}, "coordinator.deputy"), 400, "invalid")
    assert post(f"{LICENCES}/baselines/{pk}/reject", {"comment": "不要"}, "coordinator.deputy").status_code == 200
    assert post(f"{LICENCES}/baselines", MORE).json()["state"] == "current"
    assert states(f"{LICENCES}/baselines") == ["original", "rejected", "current"]
    first = post("/kpis/sdgs-future-cities/baselines", {**LESS, "value": "0"}).json()["id"]
    path = f"/kpis/sdgs-future-cities/baselines/{first}/reject"
    assert post(path, {"comment": "不要"}, "coordinator.deputy").status_code == 200
    again = post("/kpis/sdgs-future-cities/baselines", {**LESS, "value": "10"}).json()
    assert (again["state"], again["supersedes"]) == ("proposed", None)


def test_a_target_and_its_baseline_and_its_direction_wait_for_each_other_409() -> None:
    pk = post(f"{LICENCES}/baselines", LESS).json()["id"]
    wire.problem(post(f"{LICENCES}/targets", {**HARDER, "value": "20000"}), 409, "revision-pending")
    wire.problem(post(f"{LICENCES}/baselines", MORE), 409, "revision-pending")
    wire.problem(patch(LICENCES, {"direction": "down"}), 409, "revision-pending")
    assert post(f"{LICENCES}/baselines/{pk}/reject", {"comment": "不要"}, "coordinator.deputy").status_code == 200
    proposed(LATER)
    body = {**LESS, "period": {"type": "calendar_year", "year": 2013}, "value": "12.3"}
    wire.problem(post(f"{SHARE}/baselines", body), 409, "revision-pending")


def test_the_past_knows_neither_the_proposed_baseline_nor_its_verdict() -> None:
    start = timezone.now()
    pk = post(f"{LICENCES}/baselines", LESS).json()["id"]
    between = timezone.now()
    post(f"{LICENCES}/baselines/{pk}/approve", {}, "coordinator.deputy")
    for moment, said in ((start, ["current"]), (between, ["current", "proposed"])):
        known = moment.isoformat().replace("+", "%2B")
        assert states(f"{LICENCES}/baselines?known_at={known}") == said
        (target,) = wire.items(f"{LICENCES}/targets?known_at={known}")
        assert (target["resolved"], target["baseline"]["value"]) == ("14784", "9856")
        assert wire.get(f"{LICENCES}?known_at={known}")["standing"]["target"] == "14784"


def test_a_direction_that_says_which_values_meet_the_target_stays_409() -> None:
    """sdgs-future-cities has 210 to reach and no baseline: turned round, anything below would meet it."""
    path = "/kpis/sdgs-future-cities"
    refused = wire.problem(patch(path, {"direction": "down"}), 409, "has-target")
    assert [one["pointer"] for one in refused["errors"]] == ["/direction"]
    assert wire.get(path)["direction"] == "up"
    # From 12.2 to 15 is up, whatever the KPI says.
    before = wire.get(SHARE)["standing"]
    assert patch(SHARE, {"direction": "down"}).status_code == 200
    assert wire.get(SHARE)["standing"] == before
    wire.problem(post(f"{SHARE}/targets/{proposed(EASIER)}/approve", {}), 403, "own-proposal")


def refused_by_the_database(saying: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=saying), transaction.atomic():
        act()


def a_target(**columns: Any) -> Target:
    held = Target.objects.get(kpi__code="sme-patent-share", supersedes=None)
    given: dict[str, Any] = {"kpi": held.kpi, "kind": "absolute", "value": 15, "due_on": "2021-03-31"} | columns
    why = {"source": "x", "basis": "assigned", "reason": "x", "recorded_at": timezone.now()}
    return Target.objects.create(**given, **why, supersedes=held)


def test_the_database_too_takes_nothing_later_or_easier_at_once() -> None:
    refused_by_the_database("proposed first", lambda: a_target(due_on="2026-03-31"))
    refused_by_the_database("target_proposed_revises", lambda: a_target(proposed=True))
    assert Kpi.objects.get(code="sme-patent-share").direction == "up"
    refused_by_the_database("proposed first", lambda: a_target(value=14))
    post(f"{SHARE}/targets", HARDER)
    refused_by_the_database("the one of its KPI that holds", lambda: a_target(value=19))


def test_the_database_too_wants_four_eyes() -> None:
    pk = proposed(LATER)
    proposer, other = Target.objects.get(pk=pk).set_by_id, builders.actor("coordinator.deputy").person_id
    said = {"target_id": pk, "outcome": "approved", "recorded_at": timezone.now()}
    refused_by_the_database("they proposed", lambda: Verdict.objects.create(**said, decided_by_id=proposer))
    refused_by_the_database("waits for its verdict", lambda: a_target(value=16))
    first = {**said, "target_id": Target.objects.get(kpi__code="sme-patent-share", supersedes=None).pk}
    refused_by_the_database("on a proposed revision", lambda: Verdict.objects.create(**first, decided_by_id=other))
    silent = {**said, "outcome": "rejected"}
    refused_by_the_database("has_comment", lambda: Verdict.objects.create(**silent, decided_by_id=other))


def test_the_database_too_moves_no_day_later_that_nobody_approved() -> None:
    patch(f"/measures/{builders.SME}", {"due_on": "2020-03-31"})

    def move(day: str | None) -> int:
        return Measure.objects.filter(code=builders.SME).update(due_on=day, updated_at=timezone.now())

    refused_by_the_database("proposed first", lambda: move("2022-03-31"))
    refused_by_the_database("proposed first", lambda: move(None))
    measure, by = Measure.objects.get(code=builders.SME), builders.actor("coordinator").person_id
    late = {"measure": measure, "was": "2020-03-31", "due_on": "2022-03-31", "reason": "x", "set_by_id": by}
    late |= {"proposed": False, "recorded_at": timezone.now()}
    refused_by_the_database("deadline_later_is_proposed", lambda: Deadline.objects.create(**late))


def a_baseline(kpi: str = "univ-patent-licences", **columns: Any) -> Baseline:
    held = Baseline.objects.filter(kpi__code=kpi, supersedes=None, proposed=False).first()
    given = {"period_type": "fiscal_year", "period_start": "2013-04-01", "period_end": "2014-04-01", "value": 9856}
    why = {"basis": "assigned", "reason": "x", "recorded_at": timezone.now()}
    return Baseline.objects.create(kpi=Kpi.objects.get(code=kpi), **{"supersedes": held} | given | why | columns)


def test_the_database_too_takes_no_baseline_at_once_that_eases_the_target() -> None:
    eased = "eases the target"
    refused_by_the_database(eased, lambda: a_baseline(value=9000))
    refused_by_the_database(eased, lambda: a_baseline(value=None))
    refused_by_the_database(eased, lambda: a_baseline(period_end="2015-04-01"))
    refused_by_the_database(eased, lambda: a_baseline("sdgs-future-cities", value=0))
    refused_by_the_database("baseline_proposed_by_someone", lambda: a_baseline(value=9000, proposed=True))
    refused_by_the_database("the one of its KPI that holds", lambda: a_baseline(value=9900, supersedes=None))
    post(f"{LICENCES}/baselines", MORE)
    refused_by_the_database("the one of its KPI that holds", lambda: a_baseline(value=9950))


def test_the_database_too_wants_four_eyes_on_a_baseline() -> None:
    pk = post(f"{LICENCES}/baselines", LESS).json()["id"]
    proposer, other = Baseline.objects.get(pk=pk).set_by_id, builders.actor("coordinator.deputy").person_id
    said = {"baseline_id": pk, "outcome": "approved", "recorded_at": timezone.now()}
    refused_by_the_database("they proposed", lambda: Verdict.objects.create(**said, decided_by_id=proposer))
    refused_by_the_database("waits for its verdict", lambda: a_baseline(value=9900))
    first = {**said, "baseline_id": Baseline.objects.get(kpi__code="univ-patent-licences", supersedes=None).pk}
    refused_by_the_database("on a proposed revision", lambda: Verdict.objects.create(**first, decided_by_id=other))
    both = {**said, "target_id": Target.objects.get(kpi__code="univ-patent-licences").pk, "decided_by_id": other}
    refused_by_the_database("proposed revision|one_revision", lambda: Verdict.objects.create(**both))


def test_the_database_too_turns_no_direction_that_a_target_goes_by() -> None:
    def turn(code: str) -> int:
        return Kpi.objects.filter(code=code).update(direction="down", updated_at=timezone.now())

    refused_by_the_database("which values meet the target", lambda: turn("sdgs-future-cities"))
    post(f"{LICENCES}/baselines", LESS)
    refused_by_the_database("waits for its verdict", lambda: turn("univ-patent-licences"))
    assert turn("sme-patent-share") == 1


def test_what_the_rules_record_at_once_the_database_takes_and_what_it_refuses_they_propose() -> None:
    """A target that lies against its KPI's direction: from 12.2 down to 10, of a KPI that says up."""
    falls = {"kind": "absolute", "value": "10", "due_on": "2021-03-31", **WHY}
    pk = proposed(falls)
    assert post(f"{SHARE}/targets/{pk}/approve", {}, "coordinator.deputy").status_code == 200
    assert post(f"{SHARE}/targets", {**falls, "value": "9"}).json()["state"] == "current"
    assert post(f"{SHARE}/targets", {**falls, "value": "9.5"}).json()["state"] == "proposed"
