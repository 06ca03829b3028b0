"""Measures in the registry: entered and changed by the coordinator, with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from measures.errors import BadInput, Problem, WrongTurn
from measures.messages import say
from measures.models import Assignment, Element, Measure, MeasureLink, Ministry
from measures.models.measures import MEASURE_TURNS
from measures.operations import deadlines, moments, registry, standings
from measures.rules import transitions
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, MeasureLinkKind, MeasureStatus

EDITABLE = ("title", "title_en", "kind", "action_type", "theme", "classification_basis", "due_on")


@dataclass(frozen=True, slots=True)
class Owner:
    """A ministry on a measure, since when, and why we think so; `element` is where the document states it."""

    ministry: Ministry
    valid_from: date
    basis: str
    reason: str
    element: Element | None = None


@transaction.atomic
def create(
    *, code: str, element: Element, lead: Owner, columns: Mapping[str, Any], reason: str, actor: Actor, at: datetime
) -> Measure:
    """Enters a measure of the document with its lead ministry; it has not started as far as anyone reported."""
    registry.permit_coordinator(actor)
    if Measure.objects.filter(code=code).exists():
        raise BadInput(
            [Problem("/code", "taken", say("There is a measure '{code}' already: choose another code.", code=code))]
        )
    measure = Measure.objects.create(code=code, element=element, updated_at=at, **columns)
    Assignment.objects.create(
        measure=measure,
        ministry=lead.ministry,
        role=AssignmentRole.LEAD,
        valid_from=lead.valid_from,
        basis=lead.basis,
        reason=lead.reason,
        element=lead.element,
        recorded_at=at,
        updated_at=at,
    )
    registry.note_status(measure, reason="No report has been received yet.", at=at)
    standings.refresh(kpi_ids=[], measure_ids=[measure.pk], at=at)
    after = {"element": element.code, "lead": lead.ministry.code, **columns}
    registry.record("create", ("measure", code), actor=actor, at=at, reason=reason, after=after)
    return measure


@transaction.atomic
def edit(
    *,
    code: str,
    changes: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Measure:
    """Changes columns of a measure, or its status along the same table that reports follow; the reason is kept.

    A later `due_on` is proposed and not done.
    """
    registry.permit_coordinator(actor)
    measure = registry.locked(Measure.objects.all(), version=version, code=code)
    at = registry.moment(at, measure)
    _refuse_status(measure, changes)
    changes, proposal = deadlines.revise(row=measure, changes=changes, reason=reason, actor=actor, at=at)
    before = registry.changed(measure, changes)
    if not before and not proposal:
        return measure
    names = list(before)
    if "status" in before:
        measure.status_since = moments.day_of(at)
        names.append("status_since")
        registry.note_status(measure, reason=reason, at=at)
    registry.renew(measure, at, *names)
    if before:
        after = {name: getattr(measure, name) for name in before}
        registry.record("edit", ("measure", code), actor=actor, at=at, reason=reason, before=before, after=after)
    return measure


@transaction.atomic
def link(
    *, measure: Measure, other: Measure, columns: Mapping[str, Any], reason: str, actor: Actor, at: datetime
) -> MeasureLink:
    """Says how two measures hang together; `columns` are the link's kind, theme and basis.

    What `measure` supersedes is discontinued, unless it has ended already. What was merged is linked by its decision.
    """
    registry.permit_coordinator(actor)
    measure, other = registry.locked_measures(measure, other)
    _refuse_link(measure, other, columns)
    at = registry.moment(at, measure, other)
    made = MeasureLink.objects.create(measure=measure, other=other, reason=reason, recorded_at=at, **columns)
    ends = columns["kind"] == MeasureLinkKind.SUPERSEDES and (other.status, MeasureStatus.DISCONTINUED) in MEASURE_TURNS
    before = {"status": other.status} if ends else None
    if ends:
        other.status, other.status_since = MeasureStatus.DISCONTINUED, moments.day_of(at)
        registry.note_status(other, reason=reason, at=at)
    registry.renew(measure, at)
    registry.renew(other, at, *(("status", "status_since") if ends else ()))
    after = {"measure": measure.code, "other": other.code, **columns} | ({"status": other.status} if ends else {})
    for one in (measure, other):
        registry.record("link", ("measure", one.code), actor=actor, at=at, reason=reason, before=before, after=after)
    return made


def _refuse_link(measure: Measure, other: Measure, columns: Mapping[str, Any]) -> None:
    if columns["kind"] == MeasureLinkKind.MERGED_INTO:
        detail = say("Measures are merged by a recorded decision.")
        raise BadInput([Problem("/kind", "needs-decision", detail)])
    if measure == other:
        raise BadInput([Problem("/other", "itself", say("A measure is not linked to itself."))])
    pairs = MeasureLink.objects.filter(measure__in=[measure, other], other__in=[measure, other])
    if pairs.filter(theme=columns["theme"]).exists():
        raise WrongTurn("already-linked", say("The two measures are linked under that theme already."))


def _refuse_status(measure: Measure, changes: Mapping[str, Any]) -> None:
    kind, status = changes.get("kind", measure.kind), changes.get("status", measure.status)
    if status != measure.status and (problem := transitions.status_refused(measure.status, status, kind)):
        raise WrongTurn(problem.code, problem.detail, problems=[problem])
    if kind != measure.kind and measure.status == MeasureStatus.CONCLUDED:
        raise WrongTurn("concluded", say("A measure that was concluded by a decision stays a study."))
