"""Who owns a measure: assigned and ended by the coordinator; a measure is never without a lead."""

from datetime import date, datetime

from django.db import transaction

from measures.errors import BadInput, NotVisible, Problem, WrongTurn
from measures.messages import say
from measures.models import Assignment, Measure
from measures.operations import moments, obligations, registry
from measures.operations.measures import Owner
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole


@transaction.atomic
def assign(*, measure: Measure, role: str, owner: Owner, actor: Actor, at: datetime) -> Assignment:
    """Gives a ministry its role from `owner.valid_from` on; a new lead ends the old one's that day.

    Raises BadInput for a day in the future or before what it replaces, WrongTurn when the ministry has that role.
    """
    registry.permit_coordinator(actor)
    measure = registry.locked(Measure.objects.all(), code=measure.code)
    owed = obligations.moving(measure, since=owner.valid_from) if role == AssignmentRole.LEAD else []
    at = registry.moment(at, measure, *owed)
    _refuse_future(owner.valid_from, at, "/valid_from")
    current = list(Assignment.objects.select_for_update().filter(measure=measure, valid_to=None))
    for old in _replaced(current, role, owner):
        _end(old, owner.valid_from, "/valid_from", at=at)
    assignment = Assignment.objects.create(
        measure=measure,
        ministry=owner.ministry,
        role=role,
        valid_from=owner.valid_from,
        basis=owner.basis,
        reason=owner.reason,
        element=owner.element,
        recorded_at=at,
        updated_at=at,
    )
    registry.renew(measure, at)
    _record("assign", assignment, actor=actor, at=at, reason=owner.reason)
    obligations.move(owed, ministry=owner.ministry, actor=actor, at=at)
    return assignment


@transaction.atomic
def end(*, assignment_id: int, valid_to: date, reason: str, actor: Actor, at: datetime) -> Assignment:
    """Ends a supporting ministry's part; a lead ends only by another ministry's becoming it."""
    registry.permit_coordinator(actor)
    found = Assignment.objects.filter(pk=assignment_id).values_list("measure__code", flat=True).first()
    if found is None:
        raise NotVisible("not-found", say("There is no such assignment."))
    measure = registry.locked(Measure.objects.all(), code=found)
    assignment = Assignment.objects.select_for_update().get(pk=assignment_id)
    at = registry.moment(at, measure)
    if assignment.valid_to is not None:
        raise WrongTurn("ended", say("The assignment ended on {valid_to} already.", valid_to=assignment.valid_to))
    if assignment.role == AssignmentRole.LEAD:
        raise WrongTurn(
            "lead-needs-successor", say("A measure always has a lead: assign the next one, which ends this one.")
        )
    _refuse_future(valid_to, at, "/valid_to")
    _end(assignment, valid_to, "/valid_to", at=at)
    registry.renew(measure, at)
    _record("end", assignment, actor=actor, at=at, reason=reason)
    return assignment


def _replaced(current: list[Assignment], role: str, owner: Owner) -> list[Assignment]:
    """The present assignments that the new one takes the place of."""
    same = next((one for one in current if one.ministry_id == owner.ministry.pk), None)
    if same and same.role == role:
        raise WrongTurn(
            "already-assigned",
            say("'{code}' has the role '{role}' already.", code=owner.ministry.code, role=AssignmentRole(role)),
        )
    if same and same.role == AssignmentRole.LEAD:
        raise WrongTurn("lead-needs-successor", say("A measure always has a lead: assign the next one first."))
    leads = [one for one in current if one.role == AssignmentRole.LEAD and role == AssignmentRole.LEAD]
    return leads + ([same] if same else [])


def _end(assignment: Assignment, on: date, pointer: str, *, at: datetime) -> None:
    if on <= assignment.valid_from:
        detail = say(
            "'{code}' has its role since {valid_from}: give a later day.",
            code=assignment.ministry.code,
            valid_from=assignment.valid_from,
        )
        raise BadInput([Problem(pointer, "too-early", detail)])
    assignment.valid_to, assignment.updated_at = on, at
    assignment.save(update_fields=["valid_to", "updated_at"])


def _refuse_future(on: date, at: datetime, pointer: str) -> None:
    if on > moments.day_of(at):
        detail = say("Assignments are recorded from the day they hold, not ahead of it.")
        raise BadInput([Problem(pointer, "in-the-future", detail)])


def _record(verb: str, assignment: Assignment, *, actor: Actor, at: datetime, reason: str) -> None:
    after = {
        "id": assignment.pk,
        "ministry": assignment.ministry.code,
        "role": assignment.role,
        "valid_from": assignment.valid_from,
        "valid_to": assignment.valid_to,
        "basis": assignment.basis,
    }
    subject = ("measure", assignment.measure.code)
    registry.record(verb, subject, actor=actor, at=at, reason=reason, after={"assignment": after})
