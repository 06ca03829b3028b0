"""Writing notices in the transaction of what they tell of, so that what is rolled back is told to nobody."""

from collections.abc import Iterable
from datetime import date, datetime

from measures.models import Cycle, Measure, Notice, ProgressUpdate
from measures.operations import moments
from measures.queries import notices as queries
from measures.queries import people
from measures.vocabulary import EventSubject, NoticeKind, Role


def tell(
    person_ids: Iterable[int],
    *,
    kind: NoticeKind,
    subject: tuple[str, str],
    measure: Measure,
    at: datetime,
    cycle: Cycle | None = None,
    due_on: date | None = None,
    not_before: datetime | None = None,
) -> None:
    """Tells each of the people (ids) once; one INSERT. `subject` is (type, code) as in an event.

    The mail names the measure and the cycle, gives the deadline `due_on`, and links to the subject.
    """
    Notice.objects.bulk_create(
        [
            Notice(
                person_id=person_id,
                kind=kind,
                subject_type=subject[0],
                subject_code=subject[1],
                measure=measure,
                cycle=cycle,
                due_on=due_on,
                written_at=at,
                not_before=not_before or at,
            )
            for person_id in sorted(set(person_ids))
        ]
    )


def submitted(update: ProgressUpdate, *, at: datetime) -> None:
    """Tells those who may decide: the ministry's approvers, but for who wrote the report."""
    approvers = people.holders(role=Role.APPROVER, ministry_id=update.ministry_id, on=moments.day_of(at))
    _about(update, set(approvers) - set(update.contributors), NoticeKind.SUBMITTED, at, due_on=update.cycle.due_on)


def returned(update: ProgressUpdate, *, at: datetime) -> None:
    """Tells all who wrote the report that it is theirs again."""
    _about(update, update.contributors, NoticeKind.RETURNED, at, due_on=update.cycle.due_on)


def approved(update: ProgressUpdate, *, corrected: Iterable[int], at: datetime) -> None:
    """Tells all who wrote the report and, of a value (ids of observations) that it corrects, everyone who reported on
    it: who wrote or decided on a report with a value of that KPI and period, and the officers of the ministries that
    lead a measure of that KPI. Not who decided on this one, who knows.
    """
    _about(update, update.contributors, NoticeKind.APPROVED, at)
    if not corrected:
        return
    others = queries.reported_on(corrected, on=moments.day_of(at)) - {*update.contributors, update.decided_by_id}
    _about(update, others, NoticeKind.CORRECTED, at)


def _about(
    update: ProgressUpdate, person_ids: Iterable[int], kind: NoticeKind, at: datetime, *, due_on: date | None = None
) -> None:
    subject = (EventSubject.UPDATE.value, str(update.pk))
    tell(person_ids, kind=kind, subject=subject, measure=update.measure, cycle=update.cycle, due_on=due_on, at=at)
