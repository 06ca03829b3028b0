"""The reporting flow, verb by verb: what it does, what it refuses, and what it leaves in the log."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from measures.errors import BadInput, NotReady, NotVisible, Stale, WrongRole, WrongTurn
from measures.models import Event, Kpi, Measure, Ministry, Observation, ProgressUpdate, Review, StatusChange
from measures.operations import cycles, progress
from measures.operations import standings as operations
from measures.operations.moments import day_of
from measures.rules.transitions import STEPS, VERBS
from measures.vocabulary import UpdateState
from tests import builders
from tests.duties import also

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

OPERATIONS = {
    "edit": lambda **call: progress.edit(content={"narrative": "改めました。"}, **call),
    "discard": progress.discard,
    "submit": progress.submit,
    "withdraw": progress.withdraw,
    "return": lambda **call: progress.send_back(comment="直してください。", **call),
    "approve": progress.approve,
}


def run(verb: str, update: ProgressUpdate, username: str) -> ProgressUpdate:
    return OPERATIONS[verb](update_id=update.pk, actor=builders.actor(username), at=timezone.now())


def who(verb: str) -> str:
    return "approver.jpo" if verb in ("return", "approve") else "officer.jpo"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", UpdateState.values)
def test_each_verb_is_taken_from_the_states_of_the_table_and_409_from_all_others(verb: str, state: str) -> None:
    update = builders.an_update(at_status=state)
    step = next((step for step in STEPS if (step.verb, step.source) == (verb, state)), None)
    if step is None:
        with pytest.raises(WrongTurn):
            run(verb, update, who(verb))
        assert ProgressUpdate.objects.get(pk=update.pk).state == state
        return
    run(verb, update, who(verb))
    now = ProgressUpdate.objects.filter(pk=update.pk).values_list("state", flat=True).first()
    assert now == step.target


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "username", ["officer.mext", "approver.mext", "officer.meti", "auditor", "administrator", "coordinator"]
)
def test_nobody_outside_the_reporting_ministry_takes_a_step_403(verb: str, username: str) -> None:
    update = builders.an_update(at_status="submitted" if verb in ("return", "approve", "withdraw") else "draft")
    with pytest.raises(WrongRole) as refused:
        run(verb, update, username)
    assert refused.value.code == "wrong-role"


def test_an_officer_does_not_approve_and_an_approver_does_not_write_403() -> None:
    submitted = builders.an_update(at_status="submitted")
    with pytest.raises(WrongRole):
        run("approve", submitted, "officer.jpo")
    with pytest.raises(WrongRole):
        run("withdraw", submitted, "approver.jpo")
    assert run("approve", submitted, "approver.jpo").state == UpdateState.APPROVED


def test_someone_with_both_duties_cannot_approve_what_they_submitted_403() -> None:
    also("officer.jpo", role="approver", ministry="jpo")
    submitted = builders.an_update(at_status="submitted")
    with pytest.raises(WrongRole) as refused:
        run("approve", submitted, "officer.jpo")
    assert refused.value.code == "own-update"


def test_someone_who_only_edited_it_cannot_approve_it_either_403() -> None:
    also("approver.jpo", role="officer", ministry="jpo")
    update = builders.an_update(at_status="draft")
    run("edit", update, "approver.jpo")
    run("submit", update, "officer.jpo")
    with pytest.raises(WrongRole) as refused:
        run("approve", update, "approver.jpo")
    assert refused.value.code == "own-update"


def test_a_token_without_the_scope_takes_no_step_403() -> None:
    update = builders.an_update(at_status="submitted")
    with pytest.raises(WrongRole) as refused:
        progress.approve(
            update_id=update.pk, actor=builders.actor("approver.jpo", scopes=["read", "report"]), at=timezone.now()
        )
    assert refused.value.code == "insufficient-scope"


def test_an_approval_publishes_values_status_and_standings_in_one_go() -> None:
    update = builders.an_update(at_status="approved")
    observation = Observation.objects.get(kpi__code="sme-patent-share", update=update)
    assert str(observation.value) == "16.1"
    assert observation.source.title == "特許行政年次報告書2020年版"
    measure = Measure.objects.get(code=builders.SME)
    assert (measure.status, measure.health, measure.status_since) == (
        "in_progress",
        "on_track",
        day_of(update.decided_at),
    )
    assert StatusChange.objects.filter(measure=measure, update=update).count() == 1
    standing = Kpi.objects.get(code="sme-patent-share").standing
    assert (standing.state, standing.met, str(standing.met_on_start)) == ("met", True, "2019-01-01")
    assert operations.rebuild(at=timezone.now()) == []


def test_every_measure_of_a_reported_kpi_gets_a_new_version() -> None:
    before = dict(Measure.objects.values_list("code", "version"))
    builders.an_update(at_status="approved")
    after = dict(Measure.objects.values_list("code", "version"))
    assert {code for code in after if after[code] != before[code]} == {builders.SME, "MEXT2019-P1-04"}


def test_an_approval_is_a_public_event_without_drafts_and_comments() -> None:
    update = builders.an_update(at_status="submitted")
    progress.approve(update_id=update.pk, actor=builders.actor("approver.jpo"), at=timezone.now(), comment="内部の講評")
    public = Event.objects.filter(subject_type="update", subject_code=str(update.pk), audience="public")
    assert [event.verb for event in public] == ["approve"]
    body = json.loads(public.get().body)
    assert body["before"] is None
    assert body["after"]["published"]["status"] == "in_progress"
    assert "内部の講評" not in public.get().body
    inside = Event.objects.filter(subject_code=str(update.pk), audience="ministry", verb="comment")
    assert "内部の講評" in inside.get().body


def test_every_step_leaves_one_event_and_every_round_is_kept() -> None:
    update = builders.an_update(at_status="returned")
    run("submit", update, "officer.jpo")
    run("approve", update, "approver.jpo")
    verbs = Event.objects.filter(subject_type="update", subject_code=str(update.pk)).order_by("pk")
    assert [event.verb for event in verbs if event.verb != "comment"] == [
        "draft",
        "submit",
        "return",
        "submit",
        "approve",
    ]
    rounds = Review.objects.filter(update=update).order_by("recorded_at").values_list("round", "verb")
    assert list(rounds) == [(1, "submit"), (1, "return"), (2, "submit"), (2, "approve")]


def test_a_second_value_for_a_period_is_refused_until_it_is_a_correction_409() -> None:
    with pytest.raises(WrongTurn) as refused:
        builders.an_update(observations=[builders.a_value(year=2018, value="14.9")])
    assert refused.value.code == "use-correction"
    assert refused.value.problems[0].pointer == "/observations/0"
    assert builders.an_update(observations=[builders.a_value(year=2019)]).state == "draft"


def test_two_reports_of_one_value_race_and_the_second_approval_is_refused_409() -> None:
    first = builders.an_update(at_status="submitted")
    second = builders.an_update(
        at_status="submitted", measure="MEXT2019-P1-04", officer="officer.mext", approver="approver.mext"
    )
    run("approve", first, "approver.jpo")
    with pytest.raises(WrongTurn) as refused:
        run("approve", second, "approver.mext")
    assert refused.value.code == "use-correction"
    assert Observation.objects.filter(kpi__code="sme-patent-share", period_start="2019-01-01").count() == 1


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"narrative": " "}, "/narrative"),
        ({"declared_status": ""}, "/declared_status"),
        ({"declared_health": ""}, "/declared_health"),
        ({"declared_health": "not_assessed"}, "/declared_health"),
        ({"declared_status": "merged"}, "/declared_status"),
        ({"declared_status": "concluded"}, "/declared_status"),
    ],
)
def test_an_incomplete_report_is_kept_as_a_draft_but_not_submitted_400(fields: dict, pointer: str) -> None:
    update = builders.an_update(**fields)
    with pytest.raises(NotReady) as refused:
        run("submit", update, "officer.jpo")
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_all_that_is_missing_is_said_at_once_400() -> None:
    update = builders.an_update(
        narrative="", declared_status="", declared_health="", observations=[builders.a_value(source_title="")]
    )
    with pytest.raises(NotReady) as refused:
        run("submit", update, "officer.jpo")
    assert {problem.pointer for problem in refused.value.problems} == {
        "/narrative",
        "/declared_status",
        "/declared_health",
        "/observations/0/source/title",
    }


def test_a_value_of_a_period_that_is_not_over_is_not_submitted_400() -> None:
    update = builders.an_update(observations=[builders.a_value(year=timezone.now().year)])
    with pytest.raises(NotReady) as refused:
        run("submit", update, "officer.jpo")
    assert [problem.code for problem in refused.value.problems] == ["period-not-over"]


def test_values_that_can_never_be_right_are_refused_in_a_draft_already_400() -> None:
    wrong = [
        builders.a_value("univ-patent-licences", 2017, "15000"),
        builders.a_value(value="16.11"),
        builders.a_value(),
    ]
    with pytest.raises(BadInput) as refused:
        builders.an_update(measure="MEXT2019-P4-01", officer="officer.mext", observations=wrong)
    codes = {(problem.pointer, problem.code) for problem in refused.value.problems}
    assert ("/observations/0/kpi", "kpi-not-linked") in codes
    assert ("/observations/1/value", "too-precise") in codes
    assert ("/observations/2", "repeated") in codes


def test_a_study_measure_is_not_completed_but_decided_400() -> None:
    update = builders.an_update(
        measure="MEXT2019-P1-02",
        officer="officer.mext",
        approver="approver.mext",
        declared_status="completed",
        observations=[],
    )
    with pytest.raises(NotReady) as refused:
        run("submit", update, "officer.mext")
    assert [problem.code for problem in refused.value.problems] == ["needs-decision"]


def test_a_measure_has_one_open_report_a_cycle_and_after_its_approval_none_409() -> None:
    update = builders.an_update(at_status="submitted")
    with pytest.raises(WrongTurn) as open_already:
        builders.an_update()
    assert open_already.value.code == "already-open"
    run("approve", update, "approver.jpo")
    with pytest.raises(WrongTurn) as approved_already:
        builders.an_update(observations=[])
    assert approved_already.value.code == "already-approved"


def test_after_a_withdrawal_a_new_draft_may_follow() -> None:
    builders.an_update(at_status="withdrawn")
    assert builders.an_update().state == "draft"


def test_a_stale_version_is_refused_and_changes_nothing_412() -> None:
    update = builders.an_update()
    actor, at = builders.actor("officer.jpo"), timezone.now()
    progress.edit(update_id=update.pk, content={"narrative": "一"}, actor=actor, at=at, version=1)
    with pytest.raises(Stale):
        progress.edit(update_id=update.pk, content={"narrative": "二"}, actor=actor, at=at, version=1)
    assert ProgressUpdate.objects.get(pk=update.pk).narrative == "一"


def test_an_unknown_update_is_404() -> None:
    with pytest.raises(NotVisible):
        progress.submit(update_id=10**9, actor=builders.actor("officer.jpo"), at=timezone.now())


def test_time_only_moves_forward_for_one_update() -> None:
    update = builders.an_update()
    earlier = update.updated_at - timedelta(hours=1)
    edited = progress.edit(
        update_id=update.pk, content={"narrative": "後"}, actor=builders.actor("officer.jpo"), at=earlier
    )
    assert edited.updated_at == update.updated_at + timedelta(microseconds=1)


def test_the_coordinator_reports_on_behalf_of_the_lead_and_its_approver_approves() -> None:
    cycle = builders.an_open_cycle()
    jpo, mext = (Ministry.objects.get(code=code) for code in ("jpo", "mext"))
    draft = {
        "measure": Measure.objects.get(code=builders.SME),
        "cycle": cycle,
        "content": builders.content(),
        "actor": builders.actor("coordinator"),
        "at": timezone.now(),
    }
    with pytest.raises(WrongRole):
        progress.draft(on_behalf_of=None, **draft)
    with pytest.raises(BadInput):
        progress.draft(on_behalf_of=mext, **draft)
    update = progress.draft(on_behalf_of=jpo, **draft)
    run("submit", update, "coordinator")
    approved = run("approve", update, "approver.jpo")
    assert (approved.on_behalf_of, approved.author.username) == (jpo, "coordinator")


def test_nothing_is_written_in_a_closed_cycle_but_what_was_submitted_is_still_decided_409() -> None:
    update = builders.an_update(at_status="submitted")
    other = builders.an_update(measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    cycles.close(code="FY2020", reason="期限", actor=builders.actor("coordinator"), at=timezone.now())
    with pytest.raises(WrongTurn) as refused:
        run("submit", other, "officer.mext")
    assert refused.value.code == "cycle-not-open"
    assert run("approve", update, "approver.jpo").state == "approved"


def test_a_discarded_draft_is_gone_and_its_text_is_in_the_log() -> None:
    update = builders.an_update(narrative="消される文")
    run("discard", update, "officer.jpo")
    assert not ProgressUpdate.objects.filter(pk=update.pk).exists()
    assert "消される文" in Event.objects.get(subject_code=str(update.pk), verb="discard").body
