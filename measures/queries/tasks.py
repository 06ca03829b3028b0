"""What waits for a person at a moment: to be reported, mended, decided, explained, or renewed before it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Case, OuterRef, Q, Subquery, When

from measures.models import Assignment, Baseline, Deadline, Duty, Measure, Obligation, ProgressUpdate, Target, Token
from measures.models.progress import OPEN
from measures.queries import obligations, progress, revisions, valid
from measures.rules import transitions
from measures.rules.days import day_of
from measures.rules.roles import Actor
from measures.rules.tasks import SOON, Task, in_order
from measures.vocabulary import (
    AssignmentRole,
    CycleState,
    EventVerb,
    ObligationState,
    Role,
    TaskKind,
    UpdateKind,
    UpdateState,
)

OWED = {ObligationState.DUE: TaskKind.DUE, ObligationState.OVERDUE: TaskKind.OVERDUE}


def waiting_for(actor: Actor, *, at: datetime) -> list[Task]:
    """All that waits for someone signed in at `at`, what ends first first; at most nine statements."""
    updates = _open_updates(actor)
    found = [*_owed(actor, updates, at), *_reports(actor, updates, at), *_unexplained(actor, at), *_unlocks(actor, at)]
    return in_order([*found, *_tokens(actor, at), *_duties(actor, at), *_proposals(actor)])


def _open_updates(actor: Actor) -> list[ProgressUpdate]:
    """Those that the actor may have to do with, each with the day its report is due, which a correction has none of."""
    mine = Q(ministry__code__in=sorted(actor.ministries(Role.OFFICER, Role.APPROVER)))
    if actor.holds(Role.COORDINATOR):
        mine |= Q(on_behalf_of__isnull=False)
    owed = Obligation.objects.filter(cycle=OuterRef("cycle"), measure=OuterRef("measure"))
    due_on = Case(When(kind=UpdateKind.REPORT, then=Subquery(owed.values("due_on"))))
    return list(progress.related(ProgressUpdate.objects.filter(mine, state__in=OPEN)).annotate(due_on=due_on))


def _owed(actor: Actor, updates: list[ProgressUpdate], at: datetime) -> Iterator[Task]:
    """What is to be drafted, or submitted where a draft is there."""
    drafts = {(one.measure.code, one.cycle.code): one.pk for one in updates if one.state == UpdateState.DRAFT}
    for row in obligations.outstanding(at=at, ministries=actor.ministries(Role.OFFICER)):
        if kind := OWED.get(row.state):
            draft = drafts.get((row.measure, row.cycle))
            subject = f"updates/{draft}" if draft else f"obligations/{row.obligation}"
            verb = EventVerb.SUBMIT if draft else EventVerb.DRAFT
            yield Task(kind, verb, subject, row.measure, row.cycle, row.due_on)


def _reports(actor: Actor, updates: list[ProgressUpdate], at: datetime) -> Iterator[Task]:
    for one in updates:
        facts, due_on = progress.update_facts(one, at=at), getattr(one, "due_on", None)
        about = (f"updates/{one.pk}", one.measure.code, one.cycle.code, due_on)
        if one.state == UpdateState.RETURNED and transitions.acting_as("submit", facts, actor):
            yield Task(TaskKind.RETURNED, EventVerb.SUBMIT, *about)
        elif one.state == UpdateState.SUBMITTED and transitions.may_decide(facts, actor):
            yield Task(TaskKind.TO_DECIDE, EventVerb.APPROVE, *about)


def _unexplained(actor: Actor, at: datetime) -> Iterator[Task]:
    on, ministries = day_of(at), sorted(actor.ministries(Role.OFFICER))
    leads = Assignment.objects.filter(valid.on_day(on), role=AssignmentRole.LEAD, ministry__code__in=ministries)
    rows = Measure.objects.filter(standing__divergent=True, standing__explained_by=None, pk__in=leads.values("measure"))
    for code in rows.values_list("code", flat=True):
        yield Task(TaskKind.UNEXPLAINED, EventVerb.DRAFT, f"measures/{code}", code)


def _unlocks(actor: Actor, at: datetime) -> Iterator[Task]:
    rows = Obligation.objects.filter(
        ministry__code__in=sorted(actor.ministries(Role.OFFICER)),
        cycle__state=CycleState.CLOSED,
        waived_at=None,
        unlocked_until__gt=at,
        unlocked_until__lte=at + SOON,
    )
    for row in obligations.related(rows):
        about = (f"obligations/{row.pk}", row.measure.code, row.cycle.code, row.unlocked_until)
        yield Task(TaskKind.UNLOCK_ENDING, EventVerb.SUBMIT, *about)


def _tokens(actor: Actor, at: datetime) -> Iterator[Task]:
    rows = Token.objects.filter(person=actor.signed_in_id, revoked_at=None, expires_at__gt=at)
    for public_id, end in rows.filter(expires_at__lte=at + SOON).values_list("public_id", "expires_at"):
        yield Task(TaskKind.TOKEN_ENDING, EventVerb.ISSUE, f"tokens/{public_id}", deadline=end)


def _duties(actor: Actor, at: datetime) -> Iterator[Task]:
    """Those held now; the deadline is the last day on which they are."""
    on = day_of(at)
    rows = Duty.objects.filter(person=actor.signed_in_id, valid_from__lte=on, valid_to__gt=on)
    for end in filter(None, rows.filter(valid_to__lte=on + SOON).values_list("valid_to", flat=True)):
        yield Task(TaskKind.DUTY_ENDING, None, "me", deadline=end - timedelta(days=1))


def _proposals(actor: Actor) -> Iterator[Task]:
    """Those of other coordinators."""
    if not actor.holds(Role.COORDINATOR):
        return
    targets = revisions.waiting(Target.objects.exclude(set_by=actor.signed_in_id))
    for code in targets.values_list("kpi__code", flat=True):
        yield Task(TaskKind.TARGET_PROPOSED, EventVerb.APPROVE, f"kpis/{code}/targets")
    baselines = revisions.waiting(Baseline.objects.exclude(set_by=actor.signed_in_id))
    for code in baselines.values_list("kpi__code", flat=True):
        yield Task(TaskKind.BASELINE_PROPOSED, EventVerb.APPROVE, f"kpis/{code}/baselines")
    days = revisions.waiting(Deadline.objects.exclude(set_by=actor.signed_in_id))
    for pk, code in days.values_list("pk", "measure__code"):
        yield Task(TaskKind.DAY_PROPOSED, EventVerb.APPROVE, f"deadlines/{pk}", code)
