"""What must hold before the report of a measure is begun."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from measures.errors import BadInput, Problem, WrongRole, WrongTurn
from measures.messages import say
from measures.models import Cycle, Measure, Ministry, ProgressUpdate
from measures.models.progress import OPEN
from measures.queries import obligations
from measures.rules import transitions
from measures.rules.roles import Actor
from measures.rules.transitions import UpdateFacts
from measures.vocabulary import AssignmentRole, CycleState, UpdateKind, UpdateState


def permit(
    measure: Measure,
    *,
    kind: UpdateKind,
    ministry: Ministry,
    cycle: Cycle,
    on_behalf_of: Ministry | None,
    actor: Actor,
    at: datetime,
) -> None:
    facts = UpdateFacts(
        state=UpdateState.DRAFT,
        ministry=ministry.code,
        ministry_name=ministry.called,
        on_behalf_of=on_behalf_of.code if on_behalf_of else None,
        contributors=frozenset(),
        cycle_state=CycleState(cycle.state),
        kind=kind,
    )
    if problem := transitions.forbidden("draft", facts, actor):
        raise WrongRole(problem.code, problem.detail)
    if measure.element.document_id != cycle.document_id:
        detail = say("The cycle {cycle} is not one of the measure's document.", cycle=cycle.code)
        raise BadInput([Problem("/cycle", "other-document", detail)])
    unlock = obligations.unlock_of(cycle, measure, at=at)
    if problem := transitions.not_written(kind, CycleState(cycle.state), unlock):
        raise WrongTurn(problem.code, problem.detail)


def reporting_ministry(measure: Measure, on_behalf_of: Ministry | None) -> Ministry:
    lead = Ministry.objects.get(
        assignments__measure=measure, assignments__role=AssignmentRole.LEAD, assignments__valid_to=None
    )
    if on_behalf_of not in (None, lead):
        detail = say(
            "{measure} is reported by '{lead}': a report on behalf of a ministry names that one.",
            measure=measure.code,
            lead=lead.code,
        )
        raise BadInput([Problem("/on_behalf_of", "not-the-lead", detail)])
    return lead


def refuse_second(measure: Measure, cycle: Cycle, *, kind: UpdateKind) -> None:
    """A measure and cycle have one report, and then corrections of it, one at a time."""
    rounds = ProgressUpdate.objects.filter(measure=measure, cycle=cycle)
    is_approved = rounds.filter(state=UpdateState.APPROVED).exists()
    names = {"measure": measure.code, "cycle": cycle.code}
    if is_approved and kind == UpdateKind.REPORT:
        detail = say("{measure} has an approved report for {cycle} already: begin a correction of it.", **names)
        raise WrongTurn("already-approved", detail)
    if kind == UpdateKind.CORRECTION and not is_approved:
        detail = say("{measure} has no approved report for {cycle} that could be corrected.", **names)
        raise WrongTurn("nothing-to-correct", detail)
    if rounds.filter(state__in=OPEN).exists():
        raise WrongTurn(
            "already-open",
            say("{measure} has an open report for {cycle}: go on with that one.", **names),
        )


def explanation(content: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of what `content` explains; all blank for an explanation that is taken back."""
    given = content.get("explanation") or {"cause": "", "corrective_step": "", "owner": "", "due_on": None}
    return {f"explanation_{name}": value for name, value in given.items()}


def refuse_reason(kind: UpdateKind, content: Mapping[str, Any]) -> None:
    """Only a correction has a reason; what a report says stands in its narrative."""
    if kind != UpdateKind.CORRECTION and content.get("reason"):
        raise BadInput([Problem("/reason", "not-a-correction", say("Only a correction gives a reason."))])
