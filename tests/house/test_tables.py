"""Tables that are written down twice say the same in both places."""

from measures.models.cycles import CYCLE_TURNS
from measures.models.measures import DECIDED_TURNS, MEASURE_TURNS
from measures.models.progress import DECIDED, EDITABLE, OPEN, UPDATE_TURNS
from measures.models.proposals import PROPOSAL_TURNS
from measures.rules.decisions import LEAVES
from measures.rules.transitions import CYCLE_STEPS, STEPS
from measures.vocabulary import CycleState, DecisionOutcome, MeasureKind, MeasureStatus, ProposalState, UpdateState

# Where the coordinator's operations, not reports, take a measure.
NOT_BY_REPORT = {MeasureStatus.CONCLUDED, MeasureStatus.MERGED}


def test_the_steps_of_a_report_are_the_turns_that_the_database_allows() -> None:
    moves = {(step.source, step.target) for step in STEPS if step.source and step.target}
    assert {(source, target) for source, target in moves if source != target} == set(UPDATE_TURNS)
    assert len(UPDATE_TURNS) == len(set(UPDATE_TURNS))


def test_the_steps_of_a_cycle_are_the_turns_that_the_database_allows() -> None:
    assert set(CYCLE_STEPS.values()) == set(CYCLE_TURNS)


def test_every_state_of_a_report_has_a_step_that_leads_there() -> None:
    assert {step.target for step in STEPS if step.target} == set(UpdateState)
    assert {step.target for step in STEPS if step.source is None} == {UpdateState.DRAFT}


def test_every_state_of_a_report_is_open_or_decided_and_nothing_leaves_a_decided_one() -> None:
    assert set(OPEN) | set(DECIDED) == set(UpdateState)
    assert not set(OPEN) & set(DECIDED)
    assert {step.source for step in STEPS if step.source} == set(OPEN)
    assert {step.source for step in STEPS if step.verb == "edit"} == set(EDITABLE)
    assert {step.source for step in STEPS if step.target is None} == {UpdateState.DRAFT}


def test_every_state_of_a_cycle_is_reached_and_only_the_first_is_not_turned_into() -> None:
    assert {target for _, target in CYCLE_TURNS} == set(CycleState) - {CycleState.PLANNED}


def test_every_state_of_a_proposal_but_the_first_ends_it() -> None:
    assert {target for _, target in PROPOSAL_TURNS} == set(ProposalState) - {ProposalState.OPEN}
    assert {source for source, _ in PROPOSAL_TURNS} == {ProposalState.OPEN}


def test_every_status_of_a_measure_has_a_rule() -> None:
    targets = {target for _, target in MEASURE_TURNS}
    assert targets | NOT_BY_REPORT == set(MeasureStatus) - {MeasureStatus.NOT_STARTED}
    assert not targets & NOT_BY_REPORT
    assert {target for _, target in DECIDED_TURNS} == NOT_BY_REPORT == set(LEAVES.values()) - {None}
    assert set(LEAVES) == set(DecisionOutcome)
    assert set(MeasureKind) == {MeasureKind.ACTION, MeasureKind.STUDY}


def test_one_verb_stands_for_one_role_and_one_scope() -> None:
    for verb in {step.verb for step in STEPS}:
        assert len({(step.role, step.scope, step.open_cycle) for step in STEPS if step.verb == verb}) == 1
