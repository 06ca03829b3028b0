"""Corrections: an approved report is put right by another, which says why and leaves earlier answers as they were."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from measures.errors import BadInput, NotReady, WrongRole, WrongTurn
from measures.models import Cycle, Kpi, Measure, Observation, ProgressUpdate
from measures.operations import cycles, progress
from measures.queries.as_of import known_at
from measures.vocabulary import UpdateKind
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

REASON = "集計の誤りを正す。"


def a_correction(*, officer: str = "officer.jpo", **content: Any) -> ProgressUpdate:
    """The draft of a correction of the SME share of 2019, to 16.0 unless `content` says otherwise."""
    given = builders.content(observations=[builders.a_value(value="16.0")], reason=REASON)
    return progress.draft(
        measure=Measure.objects.get(code=builders.SME),
        cycle=Cycle.objects.get(code="FY2020"),
        content={**given, **content},
        on_behalf_of=None,
        kind=UpdateKind.CORRECTION,
        actor=builders.actor(officer),
        at=timezone.now(),
    )


def approved(update: ProgressUpdate) -> ProgressUpdate:
    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    return progress.approve(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now())


def share() -> list[tuple[str, bool]]:
    """The SME shares of 2019 in the order they were recorded, each with whether it still holds."""
    of_2019 = Observation.objects.filter(kpi__code="sme-patent-share", period_start__year=2019).order_by("pk")
    return [(str(one.value), not hasattr(one, "corrected_by")) for one in of_2019]


def test_a_corrected_value_is_a_new_row_that_points_at_the_old_one_and_moves_what_depends_on_it() -> None:
    report = builders.an_update(at_status="approved")
    correction = approved(a_correction())
    old, new = Observation.objects.filter(kpi__code="sme-patent-share", period_start__year=2019).order_by("pk")
    assert (new.corrects, new.reason, new.update, old.update) == (old, REASON, correction, report)
    assert share() == [("16.1", False), ("16.0", True)]
    assert str(Kpi.objects.get(code="sme-patent-share").standing.value) == "16.0"
    with known_at(correction.decided_at - timedelta(microseconds=1)):
        assert share() == [("16.1", True)]
        assert str(Kpi.objects.get(code="sme-patent-share").standing.value) == "16.1"


def test_a_correction_can_be_corrected_in_turn_and_always_corrects_what_holds() -> None:
    builders.an_update(at_status="approved")
    approved(a_correction())
    approved(a_correction(observations=[builders.a_value(value="15.9")]))
    assert share() == [("16.1", False), ("16.0", False), ("15.9", True)]


def test_a_correction_is_begun_and_approved_after_the_cycle_was_closed_and_a_report_is_not_409() -> None:
    builders.an_update(at_status="approved")
    cycles.close(code="FY2020", reason="期限", actor=builders.actor("coordinator"), at=timezone.now())
    assert approved(a_correction()).state == "approved"
    with pytest.raises(WrongTurn) as refusal:
        builders.an_update(measure="MEXT2019-P1-04", officer="officer.mext", observations=[])
    assert refusal.value.code == "cycle-not-open"


def test_what_was_never_approved_is_not_corrected_409() -> None:
    builders.an_update(at_status="submitted")
    with pytest.raises(WrongTurn) as refusal:
        a_correction()
    assert refusal.value.code == "nothing-to-correct"


def test_a_period_without_a_value_is_not_corrected_409() -> None:
    builders.an_update(at_status="approved", observations=[])
    with pytest.raises(WrongTurn) as refusal:
        a_correction()
    assert [one.pointer for one in refusal.value.problems] == ["/observations/0"]


def test_a_correction_without_a_reason_is_not_submitted_400() -> None:
    builders.an_update(at_status="approved")
    draft = a_correction(reason=" ")
    with pytest.raises(NotReady) as refusal:
        progress.submit(update_id=draft.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    assert [one.pointer for one in refusal.value.problems] == ["/reason"]


def test_a_report_has_no_reason_400() -> None:
    with pytest.raises(BadInput) as refusal:
        builders.an_update(reason=REASON)
    assert [one.code for one in refusal.value.problems] == ["not-a-correction"]


def test_one_correction_at_a_time_and_by_four_eyes_409_403() -> None:
    builders.an_update(at_status="approved")
    draft = a_correction()
    with pytest.raises(WrongTurn) as refusal:
        a_correction()
    assert refusal.value.code == "already-open"
    progress.submit(update_id=draft.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    with pytest.raises(WrongRole):
        progress.approve(update_id=draft.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    with pytest.raises(WrongRole):
        a_correction(officer="officer.meti")
