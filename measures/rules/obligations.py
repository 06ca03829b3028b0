"""What a measure owes in a cycle: whether it owes at all, where its report stands on a day, and the shares of a cycle.

Reported means submitted: a report counts from its first submission, however often it is returned and handed in again,
until it is withdrawn. On time is judged by the day in Japan, the day it is due included, and is frozen when that day
has passed: no later report, return, withdrawal or waiver changes it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from measures.errors import Problem
from measures.messages import say
from measures.vocabulary import CycleState, EventVerb, MeasureStatus, ObligationState

SOON = timedelta(days=14)
ENDED = (MeasureStatus.COMPLETED, MeasureStatus.CONCLUDED, MeasureStatus.DISCONTINUED, MeasureStatus.MERGED)
REPORTED = (ObligationState.REPORTED_ON_TIME, ObligationState.REPORTED_LATE)
OUTSTANDING = (ObligationState.NOT_DUE, ObligationState.DUE, ObligationState.OVERDUE)
VERBS = ("waive", "unlock", "extend")


@dataclass(frozen=True, slots=True)
class Owed:
    """What the state follows from: days of the cycle and of the obligation, and the days of what happened, or None."""

    opens_on: date
    due_on: date
    reported_on: date | None = None
    waived_on: date | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many obligations are owed, that is not waived by the day they were due, and how many of them were reported:
    `complete` by the day the cycle was due, `timely` by their own, which is later where it was extended.
    """

    owed: int
    complete: int
    timely: int

    @property
    def completeness(self) -> Decimal | None:
        return _share(self.complete, self.owed)

    @property
    def timeliness(self) -> Decimal | None:
        return _share(self.timely, self.owed)


def owes(status: str, status_since: date | None, *, period_start: date) -> bool:
    """Whether a measure reports on a period: not when it had ended before the period began.

    One that ended within the period reports a last time, and one that ended nobody knows when does not. What is done
    of a merged one is reported by the measure that it went into.
    """
    if status == MeasureStatus.MERGED:
        return False
    return status not in ENDED or (status_since is not None and status_since >= period_start)


def state(owed: Owed, on: date) -> ObligationState:
    """Where the report stands on the day `on`; what happened after that day is not known on it."""
    if owed.waived_on is not None and owed.waived_on <= on:
        return ObligationState.WAIVED
    if owed.reported_on is not None and owed.reported_on <= on:
        is_late = owed.reported_on > owed.due_on
        return ObligationState.REPORTED_LATE if is_late else ObligationState.REPORTED_ON_TIME
    if on > owed.due_on:
        return ObligationState.OVERDUE
    return ObligationState.DUE if on >= owed.opens_on else ObligationState.NOT_DUE


def is_due_soon(owed: Owed, on: date) -> bool:
    """Whether the report is still owed and due within two weeks of `on`."""
    return state(owed, on) == ObligationState.DUE and owed.due_on - on <= SOON


def wrong_turn(verb: str, now: ObligationState, cycle: CycleState) -> Problem | None:
    """Why an obligation in the state `now` takes no `verb` (409); None when it does."""
    if now == ObligationState.WAIVED:
        return Problem("", "already-waived", say("The obligation was waived, so nothing is owed any more."))
    if verb == "unlock":
        if cycle == CycleState.CLOSED:
            return None
        detail = say("The cycle is '{cycle_state}': only a closed one is unlocked.", cycle_state=cycle)
        return Problem("", "cycle-not-closed", detail)
    if now in REPORTED:
        return Problem(
            "",
            "already-reported",
            say("The report was handed in, so there is nothing to {verb}.", verb=EventVerb(verb)),
        )
    if verb == "extend" and now == ObligationState.OVERDUE:
        detail = say("The day it was due has passed, and what was missed then stays missed.")
        return Problem("", "due-passed", detail)
    return None


def cannot_extend(due_on: date, *, now: date, closes_on: date) -> Problem | None:
    """Why an obligation that is due on `now` cannot be due on `due_on` instead; None when it can."""
    if due_on <= now:
        return Problem("/due_on", "too-early", say("It is due on {now} already: give a later day.", now=now))
    if due_on > closes_on:
        detail = say("The cycle closes on {closes_on}: give a day up to then.", closes_on=closes_on)
        return Problem("/due_on", "out-of-order", detail)
    return None


def cannot_unlock(expires_at: datetime, at: datetime) -> Problem | None:
    """Why an unlock cannot end at `expires_at`; None when it can."""
    if expires_at > at:
        return None
    return Problem("/expires_at", "in-the-past", say("The unlock would have ended already: give a later instant."))


def is_frozen(last_due_on: date, on: date) -> bool:
    """Whether the shares of obligations, the last of which is due on `last_due_on`, are final on the day `on`."""
    return on > last_due_on


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
