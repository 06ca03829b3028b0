"""Milestones of a measure: set by the coordinator, and done on a day, with evidence."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Measure, Milestone
from measures.operations import deadlines, moments, registry
from measures.rules.roles import Actor

EDITABLE = ("title", "due_on", "basis", "done_on", "evidence")


@transaction.atomic
def create(*, measure: Measure, columns: Mapping[str, Any], actor: Actor, at: datetime) -> Milestone:
    """A deed of `measure` with the day it is due; `columns`: title, due_on, basis, reason."""
    registry.permit_coordinator(actor)
    measure = registry.locked(Measure.objects.all(), pk=measure.pk)
    _refuse_twice(measure, columns["title"], columns["due_on"])
    at = registry.moment(at, measure)
    milestone = Milestone.objects.create(measure=measure, updated_at=at, **columns)
    registry.renew(measure, at)
    _record("create", milestone, actor=actor, at=at, reason=milestone.reason, before=None)
    return milestone


@transaction.atomic
def edit(
    *,
    milestone_id: int,
    changes: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Milestone:
    """Changes a milestone, or says when it was done and by what that is shown; a later `due_on` is proposed."""
    registry.permit_coordinator(actor)
    milestone = registry.locked(Milestone.objects.select_related("measure"), version=version, pk=milestone_id)
    measure = registry.locked(Measure.objects.all(), pk=milestone.measure_id)
    at = registry.moment(at, milestone, measure)
    changes, proposal = deadlines.revise(row=milestone, changes=changes, reason=reason, actor=actor, at=at)
    before = registry.changed(milestone, changes)
    _refuse_half_done(milestone, at)
    if not before and not proposal:
        return milestone
    if {"title", "due_on"} & set(before):
        _refuse_twice(measure, milestone.title, milestone.due_on)
    registry.renew(milestone, at, *before)
    registry.renew(measure, at)
    if before:
        _record("edit", milestone, actor=actor, at=at, reason=reason, before=before)
    return milestone


def _refuse_half_done(milestone: Milestone, at: datetime) -> None:
    problems = []
    if (milestone.done_on is None) != (milestone.evidence == ""):
        detail = say("A milestone that is done has both done_on and evidence; before that it has neither.")
        problems.append(Problem("/done_on", "both-or-neither", detail))
    if milestone.done_on and milestone.done_on > moments.day_of(at):
        problems.append(Problem("/done_on", "in-the-future", say("Nothing is done on a day that has not come.")))
    if problems:
        raise BadInput(problems)


def _refuse_twice(measure: Measure, title: str, due_on: Any) -> None:
    if Milestone.objects.filter(measure=measure, title=title, due_on=due_on).exists():
        detail = say("{code} has a milestone of that title and day already.", code=measure.code)
        raise BadInput([Problem("/title", "taken", detail)])


def _record(
    verb: str,
    milestone: Milestone,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    before: Mapping[str, Any] | None,
) -> None:
    after = {name: getattr(milestone, name) for name in EDITABLE} | {"measure": milestone.measure.code}
    subject = ("milestone", str(milestone.pk))
    registry.record(verb, subject, actor=actor, at=at, reason=reason, before=before, after=after)
