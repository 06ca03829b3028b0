"""What the steps of a report write into the outbox, and that what is rolled back is told to nobody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from measures.models import Notice, Person
from measures.operations import people, progress
from measures.vocabulary import UpdateKind
from tests import builders
from tests.duties import also

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def by(username: str) -> dict[str, Any]:
    return {"actor": builders.actor(username), "at": timezone.now()}


def test_a_submission_is_told_to_the_approvers_of_the_ministry_and_to_nobody_else() -> None:
    update = builders.an_update(at_status="submitted")
    (notice,) = Notice.objects.all()
    assert (notice.kind, notice.person.username) == ("submitted", "approver.jpo")
    assert (notice.subject_type, notice.subject_code) == ("update", str(update.pk))
    assert (notice.measure.code, notice.due_on, notice.mail) == (builders.SME, update.cycle.due_on, None)


def test_an_approver_who_wrote_the_report_is_not_asked_to_decide_on_it() -> None:
    also("officer.jpo", role="approver", ministry="jpo")
    builders.an_update(at_status="submitted")
    assert told("submitted") == {"approver.jpo"}


def test_neither_a_closed_account_nor_a_duty_that_ended_is_told() -> None:
    also("officer.mext", role="approver", ministry="jpo")
    also("officer.meti", role="approver", ministry="jpo")
    people.set_active(username="officer.mext", active=False, reason="退職", **by("administrator"))
    duty = Person.objects.get(username="officer.meti").duties.get(role="approver")
    today = timezone.localdate()
    people.end_duty(duty_id=duty.pk, valid_to=today, reason="異動", **by("administrator"))
    builders.an_update(at_status="submitted")
    assert told("submitted") == {"approver.jpo"}


@pytest.mark.parametrize(("state", "kind"), [("returned", "returned"), ("approved", "approved")])
def test_a_decision_is_told_to_all_who_wrote_the_report(state: str, kind: str) -> None:
    also("coordinator", role="officer", ministry="jpo")
    update = builders.an_update()
    progress.edit(update_id=update.pk, content={"narrative": "改めた。"}, **by("coordinator"))
    progress.submit(update_id=update.pk, **by("officer.jpo"))
    decide: Callable[..., Any] = progress.send_back if state == "returned" else progress.approve
    decide(update_id=update.pk, comment="見ました。", **by("approver.jpo"))
    assert told(kind) == {"officer.jpo", "coordinator"}


def test_a_corrected_value_is_told_to_everyone_who_reported_on_it_and_once_only_to_who_corrects_it() -> None:
    """The SME share belongs to a measure of jpo, which reported it, and to one of mext's, which did not."""
    also("officer.meti", role="officer", ministry="jpo")
    also("auditor", role="approver", ministry="jpo")
    first = builders.an_update(at_status="approved", approver="auditor")
    update = progress.draft(
        measure=first.measure,
        cycle=first.cycle,
        content=builders.content(observations=[builders.a_value(value="16.2")], reason="転記の誤り"),
        on_behalf_of=None,
        kind=UpdateKind.CORRECTION,
        **by("officer.meti"),
    )
    progress.submit(update_id=update.pk, **by("officer.meti"))
    Notice.objects.all().delete()
    progress.approve(update_id=update.pk, **by("approver.jpo"))
    assert (told("approved"), told("corrected")) == ({"officer.meti"}, {"officer.jpo", "officer.mext", "auditor"})
    assert set(Notice.objects.values_list("measure__code", "subject_code")) == {(builders.SME, str(update.pk))}


def test_the_correction_of_a_correction_is_told_to_those_of_every_report_before_it() -> None:
    first = builders.an_update(at_status="approved")
    also("officer.meti", role="officer", ministry="jpo")
    for value, officer in (("16.2", "officer.meti"), ("16.3", "officer.jpo")):
        update = progress.draft(
            measure=first.measure,
            cycle=first.cycle,
            content=builders.content(observations=[builders.a_value(value=value)], reason="転記の誤り"),
            on_behalf_of=None,
            kind=UpdateKind.CORRECTION,
            **by(officer),
        )
        progress.submit(update_id=update.pk, **by(officer))
        Notice.objects.all().delete()
        progress.approve(update_id=update.pk, **by("approver.jpo"))
    assert told("corrected") == {"officer.meti", "officer.mext"}


def test_what_corrects_no_value_is_told_to_who_wrote_it_alone() -> None:
    first = builders.an_update(at_status="approved")
    update = progress.draft(
        measure=first.measure,
        cycle=first.cycle,
        content=builders.content(observations=[], reason="文の誤り"),
        on_behalf_of=None,
        kind=UpdateKind.CORRECTION,
        **by("officer.jpo"),
    )
    progress.submit(update_id=update.pk, **by("officer.jpo"))
    Notice.objects.all().delete()
    progress.approve(update_id=update.pk, **by("approver.jpo"))
    assert (told("approved"), told("corrected")) == ({"officer.jpo"}, set())


def test_a_submission_that_is_rolled_back_leaves_no_notice_and_none_is_mailed_by_the_operation() -> None:
    update = builders.an_update()
    with pytest.raises(RuntimeError), transaction.atomic():
        progress.submit(update_id=update.pk, **by("officer.jpo"))
        assert told("submitted") == {"approver.jpo"}
        raise RuntimeError
    assert told("submitted") == set()
    progress.submit(update_id=update.pk, **by("officer.jpo"))
    assert told("submitted") == {"approver.jpo"}
    assert mail.outbox == []
