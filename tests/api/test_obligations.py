"""Obligations on the wire: what everyone reads, and what the coordinator alone does, each with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from measures.models import Measure, Obligation
from measures.operations import cycles, obligations, progress
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

WHY = {"reason": "総括調整官の決定"}
LONG_AFTER = "2099-01-18T18:00:00+09:00"


@pytest.fixture
def owed() -> Obligation:
    """What the SME measure owes in FY2020, which was due in 2020."""
    builders.an_open_cycle()
    return Obligation.objects.get(measure__code=builders.SME)


def closed() -> None:
    cycles.close(code="FY2020", reason="期限", actor=builders.actor("coordinator"), at=timezone.now())


def verbs(row: dict[str, Any]) -> dict[str, str | None]:
    return {one["verb"]: one["code"] for one in row["actions"]}


def test_an_obligation_tells_what_is_owed_by_whom_and_where_it_stands_200(owed: Obligation) -> None:
    row = wire.get(f"/obligations/{owed.pk}", "coordinator")
    assert (row["cycle"], row["measure"], row["ministry"], row["due_on"]) == (
        "FY2020",
        builders.SME,
        "jpo",
        owed.due_on.isoformat(),
    )
    assert (row["state"], row["due_soon"], row["reported_at"]) == ("overdue", False, None)
    assert verbs(row) == {"waive": None, "unlock": "cycle-not-closed", "extend": "due-passed"}
    assert set(verbs(wire.get(f"/obligations/{owed.pk}", "officer.jpo")).values()) == {"wrong-role"}
    assert set(verbs(wire.get(f"/obligations/{owed.pk}")).values()) == {"sign-in-needed"}


def test_each_filter_takes_what_matches_200(owed: Obligation) -> None:
    assert wire.get("/obligations?count=true")["total"] == 33
    assert [row["measure"] for row in wire.items(f"/obligations?measure={builders.SME}")] == [builders.SME]
    assert {row["ministry"] for row in wire.items("/obligations?ministry=jpo")} == {"jpo"}
    assert wire.items("/obligations?state=due&state=waived") == []
    obligations.waive(obligation_id=owed.pk, actor=builders.actor("coordinator"), at=timezone.now(), **WHY)
    assert [row["id"] for row in wire.items("/obligations?state=waived")] == [owed.pk]
    assert wire.get("/obligations?overdue=true&count=true")["total"] == 32
    assert wire.get("/obligations?overdue=false&count=true")["total"] == 1
    assert wire.get("/measures?overdue=true&count=true")["total"] == 32
    assert wire.codes("/measures?overdue=false") == [builders.SME]
    closed()
    assert wire.codes("/measures?overdue=true") == []


def test_pages_follow_each_other_by_day_and_number_200(owed: Obligation) -> None:
    first = wire.get("/obligations?limit=20")
    rest = wire.get(f"/obligations?limit=20&cursor={first['next']}")
    ids = [row["id"] for row in first["items"] + rest["items"]]
    assert (ids, rest["next"]) == (sorted(ids), None)
    assert len(ids) == 33


def test_the_coordinator_waives_once_and_with_a_reason_200_400_409(owed: Obligation) -> None:
    coordinator, path = builders.client("coordinator"), f"/obligations/{owed.pk}/waive"
    wire.problem(wire.send(coordinator, "post", path, {}), 400, "invalid")
    done = wire.send(coordinator, "post", path, WHY, match='"v1"')
    assert (done.status_code, done.json()["state"], done["ETag"]) == (200, "waived", '"v2"')
    assert done.json()["waiver_reason"] == WHY["reason"]
    wire.problem(wire.send(coordinator, "post", path, WHY), 409, "already-waived")


@pytest.mark.parametrize("expires_at", ["2099-01-18", "2099-01-18T18:00:00", 5, None, "2099-01-18T18:00:00+99:00"])
def test_an_unlock_ends_at_an_instant_with_its_offset_400(owed: Obligation, expires_at: Any) -> None:
    closed()
    body = {"expires_at": expires_at, **WHY}
    response = wire.send(builders.client("coordinator"), "post", f"/obligations/{owed.pk}/unlock", body)
    assert wire.places(wire.problem(response, 400, "invalid"))[0][0] == "/expires_at"


def test_an_unlock_in_the_past_is_400(owed: Obligation) -> None:
    closed()
    body = {"expires_at": "2020-01-18T18:00:00+09:00", **WHY}
    response = wire.send(builders.client("coordinator"), "post", f"/obligations/{owed.pk}/unlock", body)
    assert wire.places(wire.problem(response, 400, "invalid")) == [("/expires_at", "in-the-past")]


def test_an_unlocked_measure_reports_in_a_closed_cycle_and_no_other_does_201_409(owed: Obligation) -> None:
    closed()
    officer, coordinator = builders.client("officer.jpo"), builders.client("coordinator")
    wire.problem(wire.send(officer, "post", "/updates", wire.a_report()), 409, "cycle-not-open")
    unlock = {"expires_at": LONG_AFTER, **WHY}
    assert wire.send(coordinator, "post", f"/obligations/{owed.pk}/unlock", unlock).status_code == 200
    made = wire.send(officer, "post", "/updates", wire.a_report())
    assert made.status_code == 201
    body, path = {"narrative": "改めた。"}, f"/updates/{made.json()['id']}"
    assert wire.send(officer, "patch", path, body).status_code == 200
    assert wire.send(officer, "post", f"{path}/submit").status_code == 200
    assert wire.get(f"/obligations/{owed.pk}")["state"] == "reported_late"
    other = wire.a_report(measure="MEXT2019-P1-01", observations=[])
    wire.problem(wire.send(builders.client("officer.mext"), "post", "/updates", other), 409, "cycle-not-open")


def test_after_its_end_an_unlock_is_no_more_and_says_so_409(owed: Obligation) -> None:
    closed()
    now = timezone.now()
    obligations.unlock(
        obligation_id=owed.pk, expires_at=now, actor=builders.actor("coordinator"), at=now - timedelta(minutes=1), **WHY
    )
    body = wire.problem(
        wire.send(builders.client("officer.jpo"), "post", "/updates", wire.a_report()), 409, "unlock-ended"
    )
    assert now.astimezone(timezone.get_default_timezone()).isoformat()[:4] in body["detail"]


def test_the_actions_of_a_draft_follow_the_unlock_and_are_kept_by_nobody(owed: Obligation) -> None:
    at = timezone.now()
    update = builders.an_update()
    closed()
    officer = builders.client("officer.jpo")

    def edit(path: str) -> tuple[str | None, str]:
        response = officer.get(f"{wire.BASE}{path}")
        row = response.json()
        row = row["items"][0] if "items" in row else row
        return next(one["code"] for one in row["actions"] if one["verb"] == "edit"), response["Cache-Control"]

    paths = (f"/updates/{update.pk}", "/updates")
    assert [edit(path) for path in paths] == [("cycle-not-open", "private, no-cache")] * 2
    unlocked = {"actor": builders.actor("coordinator"), **WHY}
    obligations.unlock(obligation_id=owed.pk, expires_at=at + timedelta(days=9), at=timezone.now(), **unlocked)
    assert [edit(path) for path in paths] == [(None, "no-store")] * 2
    soon = timezone.now() + timedelta(milliseconds=1)
    obligations.unlock(obligation_id=owed.pk, expires_at=soon, at=soon - timedelta(microseconds=1), **unlocked)
    while timezone.now() <= soon:
        pass
    assert [edit(path) for path in paths] == [("unlock-ended", "private, no-cache")] * 2


def test_a_cycle_and_the_summary_tell_how_complete_and_timely_they_are_200(owed: Obligation) -> None:
    told = wire.get("/cycles/FY2020")["obligations"]
    assert (told["total"], told["owed"], told["is_frozen"]) == (33, 33, True)
    assert (told["completeness"], told["timeliness"]) == ("0.000000", "0.000000")
    assert told["by_state"]["overdue"] == 33
    assert wire.items("/cycles")[0]["obligations"] == told
    found = wire.get("/summary")["obligations"]
    by_ministry = found.pop("by_ministry")
    assert found == told
    assert sum(one["total"] for one in by_ministry.values()) == 33
    closed()
    none = wire.get("/summary")["obligations"]
    assert (none["total"], none["completeness"], none["by_ministry"]) == (0, None, {})


def test_the_past_tells_what_was_known_of_an_obligation_then_200(owed: Obligation) -> None:
    before = timezone.now()
    builders.an_update(at_status="submitted")
    then = wire.get(f"/obligations/{owed.pk}?known_at={before.isoformat().replace('+', '%2B')}")
    assert (then["state"], then["reported_at"], then["actions"]) == ("overdue", None, [])
    assert wire.get(f"/obligations/{owed.pk}")["state"] == "reported_late"
    assert Measure.objects.get(code=builders.SME).updates.count() == 1


def test_a_draft_changes_nothing_of_what_is_owed(owed: Obligation) -> None:
    before = wire.get(f"/obligations/{owed.pk}")
    update = builders.an_update()
    assert wire.get(f"/obligations/{owed.pk}") == before
    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    assert wire.get(f"/obligations/{owed.pk}")["state"] == "reported_late"
