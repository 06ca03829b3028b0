"""A report that contradicts its KPIs explains itself, and what nobody explained is found."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.errors import NotReady
from measures.models import Cycle, Kpi, Measure, ProgressUpdate
from measures.operations import progress, standings, targets
from measures.operations.moments import day_of
from measures.queries import as_of, divergence
from measures.queries.progress import values_of
from measures.vocabulary import UpdateKind
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

# Its one KPI with a target is behind; both of the SME measure are on pace, and this shares them.
BEHIND, SHARING = "MEXT2019-P3-01", "MEXT2019-P1-04"
MEXT = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}


def an_update(at_status: str, measure: str = BEHIND, **fields: Any) -> ProgressUpdate:
    cast = MEXT if measure != builders.SME else {}
    return builders.an_update(at_status=at_status, measure=measure, **cast, **fields)


def explained(**fields: Any) -> dict[str, Any]:
    return {"explanation": builders.an_explanation(**fields)}


def standing(measure: str) -> tuple[bool, ProgressUpdate | None]:
    """Whether it is divergent, and what explains that; as it is kept, which is as it is computed from scratch."""
    assert standings.rebuild(at=timezone.now()) == []
    row = Measure.objects.get(code=measure).standing
    return row.divergent, row.explained_by


def places(refused: Any) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in refused.value.problems]


def test_on_track_while_a_kpi_is_behind_is_not_submitted_without_an_explanation_400() -> None:
    with pytest.raises(NotReady) as refused:
        an_update("submitted")
    assert places(refused) == [("/explanation", "divergence-unexplained")]
    assert "plan5-rd-venture-ipo" in refused.value.problems[0].detail
    assert an_update("submitted", measure="MEXT2019-P3-02", declared_health="off_track").state == "submitted"


@pytest.mark.parametrize("health", ["at_risk", "off_track"])
def test_trouble_while_every_kpi_is_on_pace_is_not_submitted_without_an_explanation_400(health: str) -> None:
    with pytest.raises(NotReady) as refused:
        an_update("submitted", builders.SME, declared_health=health)
    assert places(refused) == [("/explanation", "divergence-unexplained")]


def test_what_was_explained_is_approved_and_the_measure_tells_why() -> None:
    update = an_update("approved", **explained())
    assert update.explained_kpis == ["plan5-rd-venture-ipo"]
    assert standing(BEHIND) == (True, update)


def test_a_standing_that_moved_after_the_submission_is_explained_before_the_approval_400() -> None:
    update = an_update("submitted", builders.SME, observations=[])
    a_higher_target("sme-patent-share")
    with pytest.raises(NotReady) as refused:
        progress.approve(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now())
    assert places(refused) == [("/explanation", "divergence-unexplained")]


def test_the_values_in_the_report_count_before_they_are_published() -> None:
    ahead = builders.a_value("plan5-rd-venture-ipo", 2019, "60")
    update = builders.an_update(at_status="approved", measure=BEHIND, **{**MEXT, "observations": [ahead]})
    assert (update.explained_kpis, standing(BEHIND)) == ([], (False, None))
    with pytest.raises(NotReady) as refused:
        builders.an_update(at_status="submitted", observations=[builders.a_value(value="12.0")])
    assert "sme-patent-share" in refused.value.problems[0].detail


def test_a_step_that_was_due_already_explains_nothing_400() -> None:
    yesterday = day_of(timezone.now()) - timedelta(days=1)
    with pytest.raises(NotReady) as refused:
        an_update("submitted", **explained(due_on=yesterday))
    assert places(refused) == [("/explanation/due_on", "in-the-past")]


def test_a_value_reported_for_one_measure_leaves_another_divergent_and_unexplained() -> None:
    an_update("approved", SHARING)
    assert standing(SHARING) == (False, None)
    fallen = [builders.a_value(value="12.0")]
    update = builders.an_update(at_status="approved", observations=fallen, **explained())
    assert standing(builders.SME) == (True, update)
    assert standing(SHARING) == (True, None)


def test_a_correction_leaves_a_measure_divergent_and_unexplained_and_the_past_agreed() -> None:
    builders.an_update(at_status="approved")
    report = an_update("approved", SHARING)
    corrected = approved(a_correction("12.0"))
    assert standing(SHARING) == (True, None)
    with as_of.known_at(corrected.decided_at - timedelta(microseconds=1)):
        assert not Measure.objects.get(pk=report.measure_id).standing.divergent
    approved(a_correction("16.2"))
    assert standing(SHARING) == (False, None)


def test_an_explanation_holds_for_the_kpis_it_explained_and_for_no_other() -> None:
    an_update("approved", builders.SME, observations=[], **explained())
    a_higher_target("sme-patent-share")
    assert standing(builders.SME) == (True, None)


def test_an_explanation_ends_with_the_next_approved_report() -> None:
    an_update("approved", **explained())
    ahead = [builders.a_value("plan5-rd-venture-ipo", 2019, "60")]
    builders.an_update(at_status="approved", measure="MEXT2019-P3-02", **{**MEXT, "observations": ahead})
    assert standing(BEHIND) == (False, None)


def test_a_new_target_leaves_a_measure_divergent_until_a_report_explains_it() -> None:
    builders.an_update(at_status="approved")
    a_higher_target("sme-patent-share")
    assert standing(builders.SME) == (True, None)


def test_an_edit_takes_an_explanation_back_or_leaves_it() -> None:
    update = an_update("draft", **explained())
    called = {"update_id": update.pk, "actor": builders.actor("officer.mext"), "at": timezone.now()}
    assert progress.edit(content={"narrative": "改めた。"}, **called).explanation_owner == "産業連携課"
    update = progress.edit(content={"explanation": None}, **called)
    assert (update.explanation_cause, update.explanation_due_on) == ("", None)


def test_the_divergence_of_many_reports_takes_the_statements_of_one() -> None:
    measures = [BEHIND, "MEXT2019-P3-02", SHARING]
    drafts = [an_update("draft", measure) for measure in measures]
    drafts.append(builders.an_update(at_status="draft", observations=[builders.a_value(value="12.0")]))
    reports = [(draft, values_of(draft)) for draft in drafts]
    with CaptureQueriesContext(connection) as captured:
        found = divergence.against(reports, on=date(2021, 1, 1))
    assert len(captured) == 6
    assert [sorted(found.get(draft.pk, ())) for draft in drafts] == [
        ["plan5-rd-venture-ipo"], ["plan5-rd-venture-ipo"], [], ["sme-patent-share"],
    ]  # fmt: skip


def a_higher_target(kpi: str) -> None:
    """One that what was reached so far falls behind."""
    aim = {"kind": "absolute", "value": Decimal(90), "due_on": date(2021, 3, 31), "source": "閣議決定"}
    targets.set_target(
        kpi=Kpi.objects.get(code=kpi),
        columns={**aim, "basis": "assigned", "reason": "目標の引上げ"},
        actor=builders.actor("coordinator"),
        at=timezone.now(),
    )


def a_correction(value: str) -> ProgressUpdate:
    given = builders.content(observations=[builders.a_value(value=value)], reason="集計の誤りを正す。", **explained())
    return progress.draft(
        measure=Measure.objects.get(code=builders.SME),
        cycle=Cycle.objects.get(code="FY2020"),
        content=given,
        on_behalf_of=None,
        kind=UpdateKind.CORRECTION,
        actor=builders.actor("officer.jpo"),
        at=timezone.now(),
    )


def approved(update: ProgressUpdate) -> ProgressUpdate:
    progress.submit(update_id=update.pk, actor=builders.actor("officer.jpo"), at=timezone.now())
    return progress.approve(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now())
