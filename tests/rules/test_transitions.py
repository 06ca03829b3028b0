"""Every role at every ministry before every verb, in every state: the rules say what the policy of the matrix says."""

from itertools import product

import pytest

from measures.rules import transitions
from measures.rules.roles import Actor, DutyHeld
from measures.rules.transitions import STEPS, VERBS, Step, UpdateFacts
from measures.vocabulary import CycleState, Role, Scope, UpdateKind, UpdateState
from tests.matrix.policy import STATES, update_rows

LEAD, SUPPORTING, OTHER = "jpo", "mext", "meti"
# The verb of an address, where the method does not tell it.
WORDS = {"PATCH": "edit", "DELETE": "discard"}
WRITER, SOMEONE = 7, 8


def answers(state: str, cycle: str) -> dict[str, tuple[str, str, str]]:
    """By verb: who the policy gives it to, the scope it needs, and what it answers."""
    return {
        WORDS.get(row.method, row.address.rpartition("/")[2]): (row.done_by, row.scope, row.answer)
        for row in update_rows(state, cycle)
        if WORDS.get(row.method, row.address.rpartition("/")[2]) in VERBS
    }


def given_to(done_by: str, role: str, ministry: str, *, entered: bool, wrote: bool) -> bool:
    """As the policy says it: the reporter is an officer of the lead, or the coordinator where it was entered."""
    if done_by == "decider":
        return (role, ministry) == ("approver", LEAD) and not wrote
    return role == "coordinator" if entered else (role, ministry) == ("officer", LEAD)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("cycle", ["open", "closed"])
def test_every_role_at_every_ministry_is_let_take_a_step_as_the_policy_says_and_no_other(
    verb: str, state: str, cycle: str
) -> None:
    done_by, scope, answer = answers(state, cycle)[verb]
    for role, ministry, entered, wrote, kind in product(
        Role, (LEAD, SUPPORTING, OTHER), (False, True), (False, True), UpdateKind
    ):
        who = Actor(WRITER if wrote else SOMEONE, frozenset([DutyHeld(role, ministry)]), frozenset(Scope))
        facts = UpdateFacts(
            state=UpdateState(state),
            ministry=LEAD,
            ministry_name="Japan Patent Office",
            on_behalf_of=LEAD if entered else None,
            contributors=frozenset([WRITER]),
            cycle_state=CycleState(cycle),
            kind=kind,
        )
        permitted = given_to(done_by, role, ministry, entered=entered, wrote=wrote)
        case = (role, ministry, entered, wrote, kind)
        assert (transitions.forbidden(verb, facts, who) is None) == permitted, case
        if permitted:
            assert transitions.acting_as(verb, facts, who) == DutyHeld(role, ministry), case
        lacking = Actor(who.person_id, who.duties, frozenset(Scope) - {Scope(scope)})
        assert transitions.forbidden(verb, facts, lacking) is not None, case
        problem = transitions.wrong_turn(verb, facts)
        # A correction is written in a closed cycle as in an open one.
        expected = answers(state, "open")[verb][2] if kind == UpdateKind.CORRECTION else answer
        assert (f"409 {problem.code}" if problem else expected) == expected, case
        assert (problem is None) == expected.startswith("2"), case


def test_the_policy_knows_each_verb_of_the_table_and_gives_its_steps_to_the_same() -> None:
    for state in STATES:
        told = answers(state, "open")
        assert set(told) == set(VERBS)
        taken = {step.verb: step for step in STEPS if step.source == state}
        assert {verb for verb, (_, _, answer) in told.items() if answer.startswith("2")} == set(taken)
        for verb, step in taken.items():
            assert told[verb][:2] == ("reporter" if step.role == Role.OFFICER else "decider", step.scope)


def test_a_step_that_nobody_named_in_the_policy_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    more = Step("withdraw", UpdateState.DRAFT, UpdateState.WITHDRAWN, Role.OFFICER, Scope.REPORT)
    monkeypatch.setattr(transitions, "STEPS", (*STEPS, more))
    with pytest.raises(AssertionError):
        test_every_role_at_every_ministry_is_let_take_a_step_as_the_policy_says_and_no_other(
            "withdraw", "draft", "open"
        )
