"""The story of one measure: everything that happened to it, in order, as far as one may know it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from measures.models import Event, Kpi, Measure, Obligation, ProgressUpdate
from measures.operations import cycles, measures, milestones, obligations, progress, targets
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PATH = f"/measures/{builders.SME}/timeline"


def verbs(username: str | None = None, query: str = "") -> list[str]:
    return [one["verb"] for one in wire.items(f"{PATH}{query}", username)]


def test_it_tells_the_reports_with_their_rounds_to_those_who_see_them_and_their_outcome_to_all() -> None:
    builders.an_update(at_status="approved")
    builders.an_update(at_status="approved", measure="MEXT2019-P1-04", officer="officer.mext", approver="approver.mext",
                       observations=[])  # fmt: skip
    assert verbs() == ["import", "open", "report", "approve"]
    assert verbs("officer.jpo") == ["import", "open", "draft", "report", "submit", "approve"]
    assert verbs("officer.meti") == ["import", "open", "report", "approve"]
    assert wire.items(PATH)[-1]["after"]["published"]["kpis"] == ["sme-patent-share"]


def test_a_discarded_draft_a_milestone_a_target_and_an_edit_are_part_of_it() -> None:
    draft = builders.an_update()
    progress.discard(update_id=draft.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    history_of_the_registry({"actor": builders.actor("coordinator"), "at": timezone.now()})
    told = [(one["verb"], one["subject"]["type"]) for one in wire.items(PATH, "auditor")]
    assert told == [
        ("import", "document"),
        ("open", "cycle"),
        ("draft", "update"),
        ("discard", "update"),
        ("edit", "measure"),
        ("set_target", "kpi"),
        ("create", "milestone"),
    ]


def history_of_the_registry(coordinator: dict[str, Any]) -> None:
    why = {"basis": "assigned", "reason": "決定"}
    measures.edit(code=builders.SME, changes={"title": "改題"}, reason="改題", **coordinator)
    aim = {"kind": "absolute", "value": Decimal(18), "due_on": date(2021, 3, 31), "source": "決定", **why}
    targets.set_target(kpi=Kpi.objects.get(code="sme-patent-share"), columns=aim, **coordinator)
    deed = {"title": "評価", "due_on": date(2027, 3, 31), **why}
    milestones.create(measure=Measure.objects.get(code=builders.SME), columns=deed, **coordinator)


def test_what_was_due_missed_waived_and_unlocked_is_told_to_all() -> None:
    builders.an_open_cycle()
    coordinator = {"actor": builders.actor("coordinator"), "reason": "災害対応"}
    owed = Obligation.objects.get(measure__code=builders.SME)
    assert obligations.note_missed(at=timezone.now()) == 33
    cycles.close(code="FY2020", at=timezone.now(), **coordinator)
    until = timezone.now() + timedelta(days=3)
    obligations.unlock(obligation_id=owed.pk, expires_at=until, at=timezone.now(), **coordinator)
    obligations.waive(obligation_id=owed.pk, at=timezone.now(), **coordinator)
    told = {one["verb"]: one for one in wire.items(PATH)}
    assert list(told) == ["import", "open", "miss", "close", "unlock", "waive"]
    # Of the cycle its days, and of the obligations this measure's alone.
    assert (told["open"]["after"]["due_on"], "obligations" in told["open"]["after"]) == (str(owed.due_on), False)
    assert {told[verb]["after"]["measure"] for verb in ("miss", "unlock", "waive")} == {builders.SME}
    assert told["waive"]["after"]["waiver_reason"] == "災害対応"
    assert wire.items("/measures/MEXT2019-P1-01/timeline")[-1]["verb"] == "close"


def test_the_story_ends_where_it_had_come_to_then() -> None:
    builders.an_update(at_status="submitted")
    submitted = Event.objects.latest("pk").at.isoformat().replace("+00:00", "Z")
    progress.approve(update_id=ProgressUpdate.objects.get().pk, actor=builders.actor("approver.jpo"), at=timezone.now())
    assert verbs("auditor")[-1] == "approve"
    assert verbs("auditor", f"?known_at={submitted}")[-1] == "submit"


def test_its_pages_follow_each_other_without_gap() -> None:
    builders.an_update(at_status="approved")
    whole, cursor, pages = wire.items(PATH, "auditor"), "", []
    while cursor is not None:
        page = wire.get(f"{PATH}?limit=2" + (f"&cursor={cursor}" if cursor else ""), "auditor")
        pages += page["items"]
        cursor = page["next"]
    assert pages == whole


def test_a_measure_that_is_not_there_has_no_story_404() -> None:
    wire.problem(builders.client().get(f"{wire.BASE}/measures/MEXT2019-P9-01/timeline"), 404, "not-found")
