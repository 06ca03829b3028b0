"""Reading the outbox: who has something waiting, and what a mail says."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from measures.models import Assignment, Mail, Notice, Obligation, Observation, Person, ReportedValue
from measures.queries import obligations, people
from measures.vocabulary import AssignmentRole, EventSubject, Role, UpdateState


def waiting(*, at: datetime, today: date) -> QuerySet[Person]:
    """People with an open account and an address who have a notice or an unfinished mail, and had no mail today."""
    new = not_mailed(at=at)
    unfinished = Mail.objects.filter(delivered_at=None)
    had = Mail.objects.filter(delivered_at__isnull=False, day=today)
    taken = unfinished.filter(claimed_until__gt=at)
    sought: Any = new.values("person").union(unfinished.values("person"))
    return (
        Person.objects.filter(pk__in=sought, is_active=True)
        .exclude(email="")
        .exclude(pk__in=had.values("person"))
        .exclude(pk__in=taken.values("person"))
    )


def not_mailed(*, at: datetime) -> QuerySet[Notice]:
    """Notices that the next mail of their person takes along."""
    return Notice.objects.filter(mail=None, obsolete_at=None, not_before__lte=at)


def obsolete(*, person_id: int, at: datetime) -> QuerySet[Notice]:
    """What a person was not told yet, reminders of a report that is owed no more at `at`, or by another day."""
    owed = Obligation.objects.filter(obligations.still_owed(at), measure=OuterRef("measure"), cycle=OuterRef("cycle"))
    untold = Q(mail=None) | Q(mail__delivered_at=None)
    reminders = Notice.objects.filter(untold, person=person_id, subject_type=EventSubject.OBLIGATION, obsolete_at=None)
    return reminders.filter(~Exists(owed.filter(due_on=OuterRef("due_on"))))


def items(mail: Mail) -> list[Notice]:
    """What a mail says, the nearest deadline first, each thing once; one statement."""
    told: dict[tuple[Any, ...], Notice] = {}
    for notice in mail.notices.select_related("measure", "cycle").order_by("written_at", "pk"):
        told[notice.kind, notice.subject_type, notice.subject_code] = notice
    return sorted(told.values(), key=lambda one: (one.due_on or date.max, one.written_at, one.pk))


def reported_on(observations: Iterable[int], *, on: date) -> set[int]:
    """Ids of everyone who reported on these observations (ids); three statements.

    Those who wrote or decided on an approved report with a value of the same KPI and period, and who is an officer on
    the day `on` of a ministry that leads a measure of that KPI.
    """
    same, kpis = Q(pk__in=[]), set()
    facts = Observation.objects.filter(pk__in=list(observations))
    for kpi, kind, start in facts.values_list("kpi_id", "period_type", "period_start"):
        same |= Q(kpi=kpi, period_type=kind, period_start=start)
        kpis.add(kpi)
    reports = ReportedValue.objects.filter(same, update__state=UpdateState.APPROVED)
    found: set[int] = set()
    for wrote, decided in reports.values_list("update__contributors", "update__decided_by"):
        found |= {*wrote, decided}
    leads = Assignment.objects.filter(role=AssignmentRole.LEAD, valid_to=None, measure__kpi_links__kpi__in=kpis)
    officers = people.held(role=Role.OFFICER, on=on).filter(ministry__in=leads.values("ministry"))
    return found | set(officers.values_list("person_id", flat=True))
