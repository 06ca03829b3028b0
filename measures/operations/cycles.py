"""Reporting cycles: planned, opened, closed and reopened by the coordinator."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from measures.errors import BadInput, NotVisible, Problem, Stale, WrongTurn
from measures.messages import say
from measures.models import Cycle, Document
from measures.operations import moments, obligations, registry
from measures.rules import periods, transitions
from measures.rules.roles import Actor
from measures.vocabulary import CycleState


@transaction.atomic
def plan(
    *,
    document: Document,
    code: str,
    period: periods.Period,
    opens_on: date,
    due_on: date,
    closes_on: date,
    actor: Actor,
    at: datetime,
) -> Cycle:
    """Announces a cycle, without opening it; the days must be in order and the code new."""
    registry.permit_coordinator(actor)
    problems = []
    if Cycle.objects.filter(code=code).exists():
        problems.append(
            Problem("/code", "taken", say("There is a cycle '{code}' already: choose another code.", code=code))
        )
    if not opens_on <= due_on <= closes_on:
        problems.append(
            Problem("/due_on", "out-of-order", say("opens_on, due_on and closes_on must follow in that order."))
        )
    if problems:
        raise BadInput(problems)
    cycle = Cycle.objects.create(
        document=document,
        code=code,
        period_type=period.type,
        period_start=period.start,
        period_end=period.end,
        opens_on=opens_on,
        due_on=due_on,
        closes_on=closes_on,
        updated_at=at,
    )
    _record("plan", cycle, actor=actor, at=at, before=None)
    return cycle


def open_(*, code: str, actor: Actor, at: datetime, comment: str = "", version: int | None = None) -> Cycle:
    """The verb `open`: reports are taken from now on, and each measure that has not ended owes one.

    A document has one open cycle at a time.
    """
    return _turn("open", code, actor=actor, at=at, version=version, said={"comment": comment} if comment else {})


def close(*, code: str, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Cycle:
    """The verb `close`: no report is drafted, changed or submitted any more; what was submitted is still decided."""
    return _turn("close", code, actor=actor, at=at, version=version, said={"reason": reason})


def reopen(*, code: str, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Cycle:
    """The verb `reopen`: reports are taken again; what is owed, and by when, stays as it was."""
    return _turn("reopen", code, actor=actor, at=at, version=version, said={"reason": reason})


@transaction.atomic
def _turn(verb: str, code: str, *, actor: Actor, at: datetime, version: int | None, said: Mapping[str, str]) -> Cycle:
    # Not FOR UPDATE: whoever drafts a report holds its measure and refers to the cycle, while opening one takes both.
    locked = Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("document")
    cycle = locked.filter(code=code).first()
    if cycle is None:
        raise NotVisible("not-found", say("There is no cycle '{code}'.", code=code))
    registry.permit_coordinator(actor)
    if version is not None and version != cycle.version:
        raise Stale(
            "stale",
            say(
                "The cycle is at version {now}, not {given}: read it again first.",
                now=cycle.version,
                given=version,
            ),
        )
    _refuse_turn(verb, cycle)
    at, before = moments.after(at, cycle.updated_at), snapshot(cycle)
    cycle.state = transitions.CYCLE_STEPS[verb][1]
    cycle.version += 1
    cycle.updated_at = at
    cycle.save(update_fields=["state", "version", "updated_at"])
    made = {"obligations": obligations.make(cycle, at=at)} if verb == "open" else {}
    _record(verb, cycle, actor=actor, at=at, before=before, more={**made, **said})
    return cycle


def _refuse_turn(verb: str, cycle: Cycle) -> None:
    if problem := transitions.cycle_wrong_turn(verb, CycleState(cycle.state)):
        raise WrongTurn(problem.code, problem.detail)
    if transitions.CYCLE_STEPS[verb][1] == CycleState.OPEN:
        # The document's row is the lock that makes "one open cycle" a decision and not a race.
        Document.objects.select_for_update(no_key=True).get(pk=cycle.document_id)
        if other := Cycle.objects.filter(document=cycle.document, state=CycleState.OPEN).first():
            raise WrongTurn("another-open", say("The cycle {code} is open: close it first.", code=other.code))


def snapshot(cycle: Cycle) -> dict[str, Any]:
    """All that an event says of a cycle."""
    period = periods.from_dates(cycle.period_type, cycle.period_start, cycle.period_end)
    return {
        "code": cycle.code,
        "document": cycle.document.code,
        "state": cycle.state,
        "period": periods.to_wire(period),
        "opens_on": cycle.opens_on,
        "due_on": cycle.due_on,
        "closes_on": cycle.closes_on,
        "version": cycle.version,
    }


def _record(
    verb: str,
    cycle: Cycle,
    *,
    actor: Actor,
    at: datetime,
    before: dict[str, Any] | None,
    more: Mapping[str, Any] | None = None,
) -> None:
    after = {**snapshot(cycle), **(more or {})}
    registry.record(verb, ("cycle", cycle.code), actor=actor, at=at, before=before, after=after)
