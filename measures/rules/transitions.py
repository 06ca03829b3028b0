"""The turns an update, a measure and a cycle may take: tables, and the one reason why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from measures.errors import Problem
from measures.messages import either, say
from measures.models.measures import MEASURE_TURNS
from measures.rules.days import wire
from measures.rules.roles import Actor, DutyHeld, duty_for, holds_for, reporter_role
from measures.vocabulary import CycleState, EventVerb, MeasureKind, MeasureStatus, Role, Scope, UpdateKind, UpdateState


@dataclass(frozen=True, slots=True)
class Step:
    """`verb` takes an update from `source` (None: it did not exist) to `target` (None: it is gone).

    `role` OFFICER stands for whoever reports: see roles.reporter_role. `open_cycle` steps need an open cycle,
    or a closed one for a correction.
    """

    verb: str
    source: UpdateState | None
    target: UpdateState | None
    role: Role
    scope: Scope
    open_cycle: bool = False


STEPS = (
    Step("draft", None, UpdateState.DRAFT, Role.OFFICER, Scope.REPORT, open_cycle=True),
    Step("edit", UpdateState.DRAFT, UpdateState.DRAFT, Role.OFFICER, Scope.REPORT, open_cycle=True),
    Step("edit", UpdateState.RETURNED, UpdateState.RETURNED, Role.OFFICER, Scope.REPORT, open_cycle=True),
    Step("discard", UpdateState.DRAFT, None, Role.OFFICER, Scope.REPORT),
    Step("submit", UpdateState.DRAFT, UpdateState.SUBMITTED, Role.OFFICER, Scope.REPORT, open_cycle=True),
    Step("submit", UpdateState.RETURNED, UpdateState.SUBMITTED, Role.OFFICER, Scope.REPORT, open_cycle=True),
    Step("withdraw", UpdateState.SUBMITTED, UpdateState.WITHDRAWN, Role.OFFICER, Scope.REPORT),
    Step("withdraw", UpdateState.RETURNED, UpdateState.WITHDRAWN, Role.OFFICER, Scope.REPORT),
    Step("return", UpdateState.SUBMITTED, UpdateState.RETURNED, Role.APPROVER, Scope.APPROVE),
    Step("approve", UpdateState.SUBMITTED, UpdateState.APPROVED, Role.APPROVER, Scope.APPROVE),
)
VERBS = tuple(dict.fromkeys(step.verb for step in STEPS if step.source is not None))
DECIDING = ("return", "approve")

CYCLE_STEPS = {
    "open": (CycleState.PLANNED, CycleState.OPEN),
    "close": (CycleState.OPEN, CycleState.CLOSED),
    "reopen": (CycleState.CLOSED, CycleState.OPEN),
}


@dataclass(frozen=True, slots=True)
class Unlock:
    """The last unlock of what a measure owes in a cycle: until when, and whether that has gone by."""

    until: datetime
    has_ended: bool


@dataclass(frozen=True, slots=True)
class UpdateFacts:
    """What the rules need to know of an update; ministries by code, people by id.

    `ministry_name` is what whoever reads a refusal calls the ministry.
    """

    state: UpdateState
    ministry: str
    ministry_name: str
    on_behalf_of: str | None
    contributors: frozenset[int]
    cycle_state: CycleState
    kind: UpdateKind = UpdateKind.REPORT
    unlock: Unlock | None = None


def sign_in() -> Problem:
    """Why an anonymous caller does nothing."""
    return Problem("", "sign-in-needed", say("Sign in or send a token first."))


def step_from(verb: str, state: UpdateState) -> Step | None:
    """The step `verb` takes from `state`, or None when it takes none."""
    return next((step for step in STEPS if step.verb == verb and step.source == state), None)


def forbidden(verb: str, facts: UpdateFacts, actor: Actor) -> Problem | None:
    """Why `actor` may never do `verb` to this update, whatever its state (403); None when they may.

    All reasons are said at once, so that nobody mends the first only to meet the second; the code is the first one's.
    """
    if actor.person_id is None:
        return sign_in()
    reasons = list(_reasons_against(verb, facts, actor))
    if not reasons:
        return None
    return Problem("", reasons[0][0], " ".join(detail for _, detail in reasons))


def _reasons_against(verb: str, facts: UpdateFacts, actor: Actor) -> Iterator[tuple[str, str]]:
    """(code, detail) of each: scope, duty, own report."""
    scope = _step(verb).scope
    if scope not in actor.scopes:
        yield "insufficient-scope", say("The token lacks the scope '{scope}'.", scope=scope)
    role = _role(verb, facts)
    if not holds_for(actor, role, facts.ministry):
        yield (
            "wrong-role",
            say(
                "Only someone with the duty '{role}' at '{ministry}' may {verb} this update.",
                role=role,
                ministry=facts.ministry_name,
                verb=EventVerb(verb),
            ),
        )
    if verb in DECIDING and actor.person_id in facts.contributors:
        detail = say("You wrote or submitted this update, so someone else must {verb} it.", verb=EventVerb(verb))
        yield "own-update", detail


def acting_as(verb: str, facts: UpdateFacts, actor: Actor) -> DutyHeld | None:
    """The one of the actor's duties under which they do `verb`; None when none lets them."""
    return duty_for(actor, _role(verb, facts), facts.ministry)


def may_decide(facts: UpdateFacts, actor: Actor) -> bool:
    """Whether the actor's duties let them approve or return it, and they had no part in it; nothing of scopes."""
    return acting_as("approve", facts, actor) is not None and actor.person_id not in facts.contributors


def _step(verb: str) -> Step:
    return next(step for step in STEPS if step.verb == verb)


def _role(verb: str, facts: UpdateFacts) -> Role:
    role = _step(verb).role
    return reporter_role(on_behalf_of=facts.on_behalf_of) if role == Role.OFFICER else role


def wrong_turn(verb: str, facts: UpdateFacts) -> Problem | None:
    """Why `verb` is not a turn from where the update stands (409); None when it is."""
    step = step_from(verb, facts.state)
    if step is None:
        sources = either(one.source for one in STEPS if one.verb == verb and one.source)
        return Problem(
            "",
            "wrong-turn",
            say(
                "An update that is '{state}' takes no {verb}; it must be {sources}.",
                state=facts.state,
                verb=EventVerb(verb),
                sources=sources,
            ),
        )
    return not_written(facts.kind, facts.cycle_state, facts.unlock) if step.open_cycle else None


def not_written(kind: UpdateKind, cycle: CycleState, unlock: Unlock | None) -> Problem | None:
    """Why an update of `kind` is not written in a cycle in that state (409); None when it is.

    A mistake may be found after the close, and a closed cycle may be unlocked for one measure, for a time.
    """
    if cycle == CycleState.OPEN or (kind == UpdateKind.CORRECTION and cycle == CycleState.CLOSED):
        return None
    if cycle == CycleState.CLOSED and unlock is not None:
        if not unlock.has_ended:
            return None
        detail = say("The cycle is closed, and its unlock for this measure ended at {until}.", until=wire(unlock.until))
        return Problem("", "unlock-ended", detail)
    detail = say("The cycle is '{cycle_state}': the coordinator opens it first.", cycle_state=cycle)
    return Problem("", "cycle-not-open", detail)


def cycle_wrong_turn(verb: str, state: CycleState) -> Problem | None:
    """Why a cycle in `state` does not take `verb` (409); None when it can."""
    source, _ = CYCLE_STEPS[verb]
    if state == source:
        return None
    return Problem(
        "",
        "wrong-turn",
        say(
            "A cycle that is '{state}' takes no {verb}; it must be '{source}'.",
            state=state,
            verb=EventVerb(verb),
            source=source,
        ),
    )


def status_refused(current: str, declared: str, kind: str, *, where: str = "/status") -> Problem | None:
    """Why a measure of `kind` cannot go from `current` to the `declared` status; `where` it was declared."""
    if declared == current:
        return None
    if declared == MeasureStatus.CONCLUDED or (kind == MeasureKind.STUDY and declared == MeasureStatus.COMPLETED):
        return Problem(
            where,
            "needs-decision",
            say("A study measure ends in a recorded decision, which this is not: declare 'in_progress' until then."),
        )
    if declared == MeasureStatus.MERGED:
        return Problem(where, "needs-decision", say("Measures are merged by a recorded decision."))
    if (current, declared) not in MEASURE_TURNS:
        ways = sorted({str(target) for source, target in MEASURE_TURNS if source == current} | {current})
        return Problem(
            where,
            "illegal-status",
            say(
                "A measure that is '{current}' cannot be declared '{declared}'; it can be: {ways}.",
                current=MeasureStatus(current),
                declared=MeasureStatus(declared),
                ways=either(MeasureStatus(way) for way in ways),
            ),
        )
    return None


def cannot_report(actor: Actor) -> Problem | None:
    """Why `actor` can report for no ministry at all (403); None when there may be one."""
    if actor.person_id is None:
        return sign_in()
    if Scope.REPORT not in actor.scopes:
        return Problem("", "insufficient-scope", say("The token lacks the scope 'report': issue one that has it."))
    if not (actor.holds(Role.OFFICER) or actor.holds(Role.COORDINATOR)):
        return Problem(
            "", "wrong-role", say("Only officers, and the coordinator on a ministry's behalf, write reports.")
        )
    return None
