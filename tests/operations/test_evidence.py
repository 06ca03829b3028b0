"""Evidence: added while a report is written, frozen with it, verified by someone else; and the database agrees."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from measures.errors import BadInput, WrongRole, WrongTurn
from measures.models import Event, Evidence, EvidenceHistory, EvidenceVerification, Measure, Person, ProgressUpdate
from measures.operations import evidence, milestones, progress
from measures.operations.files import path_of
from measures.vocabulary import UpdateState
from tests import builders
from tests.duties import also

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PAGE = "https://www.jpo.go.jp/support/"


def by(username: str) -> dict[str, Any]:
    return {"actor": builders.actor(username), "at": timezone.now()}


def an_address(update: ProgressUpdate, *, username: str = "officer.jpo", **content: Any) -> Evidence:
    given = {"title": "窓口の一覧", "url": PAGE, "sha256": "", "released_on": None, "replaces": None, **content}
    return evidence.add_to_update(update_id=update.pk, content=given, file=None, **by(username))


def a_milestone() -> Any:
    columns = {"title": "公募", "due_on": date(2021, 3, 1), "basis": "assigned", "reason": "計画"}
    return milestones.create(measure=Measure.objects.get(code=builders.SME), columns=columns, **by("coordinator"))


def sql(statement: str, *given: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_adding_evidence_is_a_change_of_the_report_by_whoever_adds_it() -> None:
    also("approver.jpo", role="officer", ministry="jpo")
    update = builders.an_update()
    an_address(update, username="approver.jpo")
    now = ProgressUpdate.objects.get(pk=update.pk)
    assert now.version == update.version + 1
    assert set(now.contributors) == {update.author_id, Person.objects.get(username="approver.jpo").pk}


@pytest.mark.parametrize("state", UpdateState.values)
def test_evidence_is_added_to_a_draft_or_a_returned_report_and_to_no_other_409(state: str) -> None:
    update = builders.an_update(at_status=state)
    if state in ("draft", "returned"):
        assert an_address(update).update_id == update.pk
        return
    with pytest.raises(WrongTurn):
        an_address(update)
    kept = Evidence(update=update, measure=update.measure, ministry=update.ministry, kind="address", title="x")
    kept.url, kept.claimed_by_id, kept.recorded_at = PAGE, update.author_id, timezone.now()
    with pytest.raises(IntegrityError, match="only while it is a draft or returned"), transaction.atomic():
        kept.save()


def test_nobody_outside_of_the_ministry_adds_evidence_to_its_report_403() -> None:
    update = builders.an_update()
    for username in ("officer.mext", "approver.jpo", "auditor", "coordinator"):
        with pytest.raises(WrongRole):
            an_address(update, username=username)


def test_what_is_there_is_not_added_twice_to_one_report_409() -> None:
    update = builders.an_update()
    builders.a_file(update)
    an_address(update)
    with pytest.raises(WrongTurn) as again:
        builders.a_file(update)
    assert again.value.code == "already-claimed"
    with pytest.raises(WrongTurn):
        an_address(update)
    other = builders.an_update(measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    assert builders.a_file(other, officer="officer.mext").sha256 == Evidence.objects.earliest("pk").sha256


def test_a_changed_file_under_a_known_address_is_a_new_row_that_points_at_the_old_one() -> None:
    update = builders.an_update()
    old = an_address(update, sha256="a" * 64)
    new = an_address(update, sha256="b" * 64)
    assert (new.replaces, old.replaces) == (old, None)
    assert Evidence.objects.count() == 2


def test_only_what_one_may_see_of_the_same_measure_is_replaced_400() -> None:
    other = builders.an_update(measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    hidden = an_address(other, username="officer.mext")
    update = builders.an_update()
    for number in (hidden.pk, 999_999):
        with pytest.raises(BadInput) as refused:
            an_address(update, replaces=number)
        assert refused.value.problems[0].pointer == "/replaces"
    assert an_address(update).replaces is None


def test_evidence_never_changes_and_goes_only_with_a_discarded_draft() -> None:
    update = builders.an_update()
    kept = builders.a_file(update)
    with pytest.raises(IntegrityError, match="never changes"):
        sql("UPDATE measures_evidence SET title = 'x'")
    progress.discard(update_id=update.pk, **by("officer.jpo"))
    assert not Evidence.objects.exists()
    assert [row.gone for row in EvidenceHistory.objects.filter(row_id=kept.pk).order_by("id")] == [False, True]
    returned = builders.an_update(at_status="returned", evidence=True)
    with pytest.raises(IntegrityError, match="goes only with a draft"):
        sql("DELETE FROM measures_evidence WHERE update_id = %s", returned.pk)


def test_whoever_claimed_or_wrote_it_does_not_verify_it_403() -> None:
    also("officer.jpo", role="approver", ministry="jpo")
    kept = builders.evidence(builders.an_update("submitted", evidence=True))
    with pytest.raises(WrongRole) as own:
        evidence.verify(evidence_id=kept.pk, **by("officer.jpo"))
    assert own.value.code == "own-update"
    with pytest.raises(WrongRole):
        evidence.verify(evidence_id=kept.pk, **by("approver.mext"))
    with pytest.raises(IntegrityError, match="nobody verifies what they claimed"), transaction.atomic():
        EvidenceVerification.objects.create(
            evidence=kept, verified_by_id=kept.claimed_by_id, recorded_at=timezone.now()
        )
    evidence.verify(evidence_id=kept.pk, **by("approver.jpo"))
    assert EvidenceVerification.objects.get(evidence=kept).verified_by.username == "approver.jpo"
    with pytest.raises(WrongTurn) as again:
        evidence.verify(evidence_id=kept.pk, **by("approver.jpo"))
    assert again.value.code == "already-verified"
    with pytest.raises(IntegrityError, match="append-only"):
        sql("UPDATE measures_evidenceverification SET recorded_at = now()")


def test_evidence_of_a_draft_is_not_verified_yet_409() -> None:
    kept = builders.a_file(builders.an_update())
    with pytest.raises(WrongTurn):
        evidence.verify(evidence_id=kept.pk, **by("approver.jpo"))


def test_a_milestone_has_its_evidence_which_the_approver_of_the_lead_verifies() -> None:
    milestone = a_milestone()
    given = {"title": "窓口の一覧", "url": PAGE, "sha256": "", "released_on": None, "replaces": None}
    with pytest.raises(WrongRole):
        evidence.add_to_milestone(milestone_id=milestone.pk, content=given, file=None, **by("officer.jpo"))
    kept = evidence.add_to_milestone(milestone_id=milestone.pk, content=given, file=None, **by("coordinator"))
    assert (kept.measure.code, kept.ministry.code) == (builders.SME, "jpo")
    evidence.verify(evidence_id=kept.pk, **by("approver.jpo"))
    with pytest.raises(WrongTurn):
        evidence.add_to_milestone(milestone_id=milestone.pk, content=given, file=None, **by("coordinator"))
    with pytest.raises(IntegrityError, match="goes only with a draft"):
        sql("DELETE FROM measures_evidence WHERE id = %s", kept.pk)


@pytest.mark.parametrize(
    ("column", "value"),
    [("url", "'x'"), ("name", "''"), ("size", "0"), ("sha256", "'abc'"), ("milestone_id", "1"), ("update_id", "NULL")],
)
def test_a_row_that_is_half_a_file_and_half_something_else_is_refused_by_the_database(column: str, value: str) -> None:
    update = builders.an_update()
    builders.a_file(update)
    names = ["measure_id", "ministry_id", "update_id", "milestone_id", "kind", "title", "url", "name", "media_type"]
    names += ["size", "sha256", "claimed_by_id", "recorded_at"]
    values = [value if name == column else f"'{'c' * 64}'" if name == "sha256" else name for name in names]
    with pytest.raises(IntegrityError, match="evidence_"):
        sql(
            f"INSERT INTO measures_evidence ({', '.join(names)}) SELECT {', '.join(values)} FROM measures_evidence",
        )


def test_a_file_is_kept_under_its_sha256_and_content_that_is_there_is_there_once() -> None:
    first = builders.a_file(builders.an_update())
    path = path_of(first.sha256)
    assert path.read_bytes() == builders.NOTES
    before = path.stat().st_ino
    other = builders.an_update(measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    builders.a_file(other, officer="officer.mext")
    assert path.stat().st_ino == before


def test_the_log_of_an_approval_names_what_it_rests_on() -> None:
    update = builders.an_update("approved", evidence=True)
    kept = builders.evidence(update)
    events = events_of(update)
    assert kept.sha256 in events["approve"].body
    assert (events["approve"].audience, events["claim"].audience) == ("public", "ministry")
    assert events["claim"].ministry.code == "jpo"


def events_of(update: ProgressUpdate) -> dict[str, Any]:
    subjects = [str(update.pk), str(builders.evidence(update).pk)]
    return {one.verb: one for one in Event.objects.filter(subject_code__in=subjects)}
