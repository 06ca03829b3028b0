"""What a decision does to a measure, and when it cannot be taken."""

from collections.abc import Mapping
from datetime import date

from measures.errors import Problem
from measures.messages import say
from measures.models.measures import DECIDED_TURNS
from measures.vocabulary import DecisionOutcome, MeasureKind, MeasureStatus

# The status that each outcome leaves; None leaves the one there is.
LEAVES: Mapping[DecisionOutcome, MeasureStatus | None] = {
    DecisionOutcome.ADOPT: MeasureStatus.CONCLUDED,
    DecisionOutcome.REJECT: MeasureStatus.CONCLUDED,
    DecisionOutcome.MERGE_INTO: MeasureStatus.MERGED,
    DecisionOutcome.CONTINUE: None,
}
UNDECIDED = {source for source, _ in DECIDED_TURNS}


def wrong_turn(outcome: str, *, kind: str, status: str) -> Problem | None:
    """Why a measure of `kind` with `status` takes no such decision (409); None when it does."""
    if outcome != DecisionOutcome.MERGE_INTO and kind != MeasureKind.STUDY:
        return Problem("/outcome", "not-a-study", say("Only a study is adopted, rejected or continued."))
    if status not in UNDECIDED:
        detail = say("A measure that is '{status}' takes no decision any more.", status=MeasureStatus(status))
        return Problem("/outcome", "wrong-turn", detail)
    return None


def wrong_input(
    outcome: str, *, measure: str, into: str | None, into_status: str | None, decided_on: date, today: date
) -> list[Problem]:
    """What of a decision cannot be (400); measures by code."""
    problems = []
    if (outcome == DecisionOutcome.MERGE_INTO) != (into is not None):
        detail = say("A measure that is merged names the other one in `into`; no other decision does.")
        problems.append(Problem("/into", "both-or-neither", detail))
    elif into == measure:
        problems.append(Problem("/into", "itself", say("A measure is not merged into itself.")))
    elif into_status == MeasureStatus.MERGED:
        detail = say("{code} was merged itself: name the measure that it went into.", code=into)
        problems.append(Problem("/into", "merged", detail))
    if decided_on > today:
        problems.append(Problem("/decided_on", "in-the-future", say("Nothing is decided on a day that has not come.")))
    return problems
