"""Studies end in a recorded decision, and measures go into others by one; what follows another is linked to it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from measures.models import Decision, Event, Measure, StatusChange
from measures.rules import periods
from measures.rules.obligations import owes
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

STUDY, ACTION, OTHER = "MEXT2019-P1-06", "MEXT2019-P1-01", builders.SME
ADOPTED = {
    "measure": STUDY,
    "outcome": "adopt",
    "reference": "部会の会議資料",
    "decided_on": "2021-03-19",
    "reason": "検討の結果",
}
MERGED = {**ADOPTED, "measure": ACTION, "outcome": "merge_into", "into": OTHER}


def decide(body: dict[str, Any], by: str = "coordinator") -> Any:
    return wire.send(builders.client(by), "post", "/decisions", body)


@pytest.mark.parametrize(
    ("outcome", "status"), [("adopt", "concluded"), ("reject", "concluded"), ("continue", "not_started")]
)
def test_a_study_is_concluded_by_its_decision_or_goes_on_201(outcome: str, status: str) -> None:
    made = decide({**ADOPTED, "outcome": outcome})
    assert made.status_code == 201, made.content
    assert wire.get(made["Location"].removeprefix(wire.BASE)) == made.json()
    assert wire.get(f"/measures/{STUDY}")["status"] == status
    changes = StatusChange.objects.filter(measure__code=STUDY).count()
    assert changes == (2 if status == "concluded" else 1)
    assert Event.objects.latest("pk").verb == "decide"


def test_decisions_are_found_by_measure_and_outcome() -> None:
    decide(ADOPTED)
    decide(MERGED)
    assert [row["measure"] for row in wire.items("/decisions")] == [STUDY, ACTION]
    assert [row["measure"] for row in wire.items(f"/decisions?measure={STUDY}")] == [STUDY]
    assert [row["measure"] for row in wire.items("/decisions?outcome=merge_into")] == [ACTION]


def test_a_concluded_study_takes_no_second_decision_409_and_an_action_none_of_a_study() -> None:
    decide(ADOPTED)
    wire.problem(decide(ADOPTED), 409, "wrong-turn")
    wire.problem(decide({**ADOPTED, "measure": ACTION}), 409, "not-a-study")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"into": OTHER}, ("/into", "both-or-neither")),
        ({"outcome": "merge_into"}, ("/into", "both-or-neither")),
        ({"outcome": "merge_into", "into": STUDY}, ("/into", "itself")),
        ({"decided_on": "2199-01-01"}, ("/decided_on", "in-the-future")),
    ],
)
def test_what_cannot_be_decided_is_refused_400(change: dict[str, Any], place: tuple[str, str]) -> None:
    assert wire.places(wire.problem(decide({**ADOPTED, **change}), 400)) == [place]


def test_a_merged_measure_keeps_its_links_and_says_where_it_went() -> None:
    before = wire.get(f"/measures/{ACTION}")["links"]
    assert decide(MERGED).status_code == 201
    after = wire.get(f"/measures/{ACTION}")
    assert (after["status"], after["merged_into"]) == ("merged", OTHER)
    assert [link for link in after["links"] if link["kind"] != "merged_into"] == before
    assert [link["kind"] for link in wire.get(f"/measures/{OTHER}")["links"]].count("merged_into") == 1
    # What went into another is no place to go.
    refused = decide({**MERGED, "measure": "MEXT2019-P1-04", "into": ACTION})
    assert wire.places(wire.problem(refused, 400)) == [("/into", "merged")]


def test_a_merged_measure_owes_nothing_in_a_later_cycle() -> None:
    decide(MERGED)
    start = timezone.now().year + 1
    assert not _owes(ACTION, start)
    assert _owes(OTHER, start)


def _owes(code: str, year: int) -> bool:
    measure = Measure.objects.get(code=code)
    return owes(measure.status, measure.status_since, period_start=periods.fiscal_year(year).start)


def test_the_past_knows_nothing_of_a_decision_to_come() -> None:
    before = timezone.now().isoformat().replace("+", "%2B")
    decide(MERGED)
    assert wire.items(f"/decisions?known_at={before}") == []
    past = wire.get(f"/measures/{ACTION}?known_at={before}")
    assert (past["status"], past["merged_into"]) == ("not_started", None)


def link(body: dict[str, Any], code: str = OTHER) -> Any:
    given = {"basis": "assigned", "reason": "新しい計画", **body}
    return wire.send(builders.client("coordinator"), "post", f"/measures/{code}/links", given)


def test_what_is_superseded_is_discontinued_and_what_was_split_goes_on() -> None:
    assert link({"other": ACTION, "kind": "supersedes"}).status_code == 201
    assert link({"other": STUDY, "kind": "split_from"}).status_code == 201
    assert [wire.get(f"/measures/{code}")["status"] for code in (ACTION, STUDY)] == ["discontinued", "not_started"]
    assert StatusChange.objects.filter(measure__code=ACTION).latest("pk").reason == "新しい計画"
    wire.problem(link({"other": STUDY, "kind": "overlaps"}), 409, "already-linked")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"other": OTHER, "kind": "split_from"}, ("/other", "itself")),
        ({"other": ACTION, "kind": "merged_into"}, ("/kind", "needs-decision")),
    ],
)
def test_a_link_that_cannot_be_is_refused_400(body: dict[str, Any], place: tuple[str, str]) -> None:
    assert wire.places(wire.problem(link(body), 400)) == [place]


def test_the_database_too_concludes_and_merges_only_by_a_decision() -> None:
    def turn(code: str, status: str) -> None:
        with transaction.atomic():
            Measure.objects.filter(code=code).update(status=status, updated_at=timezone.now())

    decide({**ADOPTED, "outcome": "continue"})
    for code, status in ((STUDY, "concluded"), (STUDY, "merged"), (ACTION, "merged")):
        with pytest.raises(IntegrityError, match="only by a recorded decision"):
            turn(code, status)


def test_the_database_too_adopts_only_a_study_and_merges_only_into_another() -> None:
    measure, by = Measure.objects.get(code=ACTION), builders.actor("coordinator").person_id
    said = {"measure": measure, "reference": "x", "decided_on": "2021-03-19", "reason": "x", "recorded_by_id": by}
    said |= {"recorded_at": timezone.now()}
    for match, columns in (
        ("only a study", {"outcome": "adopt"}),
        ("decision_into_is_a_mergers", {"outcome": "merge_into"}),
        ("decision_into_another", {"outcome": "merge_into", "into": measure}),
    ):
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            Decision.objects.create(**said, **columns)
