"""Obligations: made when a cycle opens, met by reports or missed, moved with the lead; waived, unlocked, extended."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from measures import audit
from measures.errors import BadInput, Problem, WrongTurn
from measures.models import Cycle, Measure, Ministry, Obligation, ProgressUpdate
from measures.operations import moments, registry
from measures.queries import obligations as queries
from measures.rules import obligations
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import CycleState, UpdateKind

# An event is committed within seconds of its moment, and thousands of measures may miss the same day.
AT_ONCE = 500


def make(cycle: Cycle, *, at: datetime) -> dict[str, list[str]]:
    """What each measure of the document that has not ended owes in `cycle`; returns their codes by ministry's.

    A measure that nobody leads on the day the cycle is due owes nothing. Measures are locked, so that no lead changes
    meanwhile; three statements however many there are.
    """
    measures = Measure.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    owing = [
        measure
        for measure in measures.filter(element__document=cycle.document_id)
        if obligations.owes(measure.status, measure.status_since, period_start=cycle.period_start)
    ]
    leads = queries.leads_on([measure.pk for measure in owing], cycle.due_on)
    rows = [
        Obligation(cycle=cycle, measure=measure, ministry_id=leads[measure.pk], due_on=cycle.due_on, updated_at=at)
        for measure in owing
        if measure.pk in leads
    ]
    Obligation.objects.bulk_create(rows)
    codes = dict(Ministry.objects.filter(pk__in=set(leads.values())).values_list("pk", "code"))
    made: dict[str, list[str]] = {}
    for row in rows:
        made.setdefault(codes[row.ministry_id], []).append(row.measure.code)
    return made


def moving(measure: Measure, *, since: date) -> list[Obligation]:
    """What a locked measure owes on `since` or later, locked: whoever leads it from then on owes that."""
    rows = queries.related(Obligation.objects.select_for_update(of=("self",), no_key=True))
    return list(rows.filter(measure=measure, due_on__gte=since).order_by("pk"))


def move(rows: list[Obligation], *, ministry: Ministry, actor: Actor, at: datetime) -> None:
    """Lets the new lead of their measure owe these locked rows; `at` is later than each of them."""
    for row in rows:
        before = queries.snapshot(row)
        row.ministry = ministry
        _changed("assign", row, "ministry", actor=actor, at=at, reason="", before=before)


def note_submission(update: ProgressUpdate, *, actor: Actor, duty: DutyHeld | None, at: datetime) -> None:
    """A report was handed in: it counts from its first submission on. That it was is public, what it says is not."""
    row = _met_by(update)
    if row is None or row.reported_at is not None:
        return
    at, before = moments.after(at, row.updated_at), queries.snapshot(row)
    row.reported_at = update.submitted_at
    if moments.day_of(at) <= row.due_on:
        row.in_time_at = update.submitted_at
    _changed("report", row, "reported_at", "in_time_at", actor=actor, at=at, reason="", before=before, duty=duty)


def note_withdrawal(update: ProgressUpdate, *, actor: Actor, duty: DutyHeld | None, at: datetime) -> None:
    """The report that was handed in stands no more; whether it was in time stays as it was on the day it was due."""
    row = _met_by(update)
    if row is None or row.reported_at is None:
        return
    at, before = moments.after(at, row.updated_at), queries.snapshot(row)
    row.reported_at = None
    if moments.day_of(at) <= row.due_on:
        row.in_time_at = None
    _changed("withdraw", row, "reported_at", "in_time_at", actor=actor, at=at, reason="", before=before, duty=duty)


@transaction.atomic
def note_missed(*, at: datetime) -> int:
    """Notes in the log what is overdue, each once, a few hundred at a time; returns how many it noted.

    Nobody does it, and the obligation stays as it is: that a day went by is no change of anything.
    """
    overdue = queries.related(queries.missed(on=moments.day_of(at))).order_by("pk")
    rows = list(overdue.select_for_update(of=("self",), no_key=True, skip_locked=True)[:AT_ONCE])
    # Asked again now that they are ours: another worker may have noted them between our reading and our locking.
    ours = set(
        queries.missed(on=moments.day_of(at)).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    for row in rows:
        if row.pk in ours:
            after, subject = queries.snapshot(row), ("obligation", str(row.pk))
            audit.record(at=moments.after(at, row.updated_at), actor_id=None, verb="miss", subject=subject, after=after)
    return len(ours)


@transaction.atomic
def waive(*, obligation_id: int, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Obligation:
    """Lets a report not be owed any more; after the day it was due the shares of the cycle stay what they were."""
    row, at, before = _begin("waive", obligation_id, actor=actor, at=at, version=version)
    row.waived_at, row.waiver_reason = at, reason
    return _changed("waive", row, "waived_at", "waiver_reason", actor=actor, at=at, reason=reason, before=before)


@transaction.atomic
def unlock(
    *,
    obligation_id: int,
    expires_at: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Obligation:
    """Lets the report of one measure be written in a closed cycle until `expires_at`; a later unlock replaces it."""
    row, at, before = _begin("unlock", obligation_id, actor=actor, at=at, version=version)
    _refuse(obligations.cannot_unlock(expires_at, at))
    row.unlocked_until, row.unlock_reason = expires_at, reason
    names = ("unlocked_until", "unlock_reason")
    return _changed("unlock", row, *names, actor=actor, at=at, reason=reason, before=before)


@transaction.atomic
def extend(
    *, obligation_id: int, due_on: date, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Obligation:
    """Lets one measure report by a later day, which is not past the close of the cycle; whoever leads then owes it."""
    row, at, before = _begin("extend", obligation_id, actor=actor, at=at, version=version)
    _refuse(obligations.cannot_extend(due_on, now=row.due_on, closes_on=row.cycle.closes_on))
    row.due_on = due_on
    row.ministry_id = queries.leads_on([row.measure_id], due_on)[row.measure_id]
    row.ministry = Ministry.objects.get(pk=row.ministry_id)
    return _changed("extend", row, "due_on", "ministry", actor=actor, at=at, reason=reason, before=before)


def _begin(
    verb: str, obligation_id: int, *, actor: Actor, at: datetime, version: int | None
) -> tuple[Obligation, datetime, dict[str, Any]]:
    """Locks the obligation and refuses what the actor, the version or the state does not allow."""
    registry.permit_coordinator(actor)
    row = registry.locked(queries.related(Obligation.objects.all()), version=version, pk=obligation_id)
    now = obligations.state(queries.owed_of(row), moments.day_of(at))
    if problem := obligations.wrong_turn(verb, now, CycleState(row.cycle.state)):
        raise WrongTurn(problem.code, problem.detail)
    return row, registry.moment(at, row), queries.snapshot(row)


def _met_by(update: ProgressUpdate) -> Obligation | None:
    """What a locked report is owed for, locked; a correction was not owed."""
    if update.kind != UpdateKind.REPORT:
        return None
    return queries.of_update(update).select_for_update(of=("self",), no_key=True).first()


def _refuse(problem: Problem | None) -> None:
    if problem:
        raise BadInput([problem])


def _changed(
    verb: str,
    row: Obligation,
    *names: str,
    actor: Actor,
    at: datetime,
    reason: str,
    before: dict[str, Any],
    duty: DutyHeld | None = None,
) -> Obligation:
    registry.renew(row, at, *names)
    subject = ("obligation", str(row.pk))
    after = queries.snapshot(row)
    registry.record(verb, subject, actor=actor, at=at, reason=reason, before=before, after=after, duty=duty)
    return row
