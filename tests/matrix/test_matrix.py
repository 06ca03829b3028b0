"""Every address and method, asked by everyone in every way, in every state; 0 answers other than the policy's."""

from contextlib import AbstractContextManager, nullcontext

import pytest

from tests.figures import Figure
from tests.matrix import routes, situations
from tests.matrix.callers import ALL, NOBODY, SESSION, Callers
from tests.matrix.cells import Asker
from tests.matrix.policy import ROWS, STATES, WITHOUT_OPTIONS, Row, named, update_rows
from tests.matrix.situations import Situation

# Asks for the test database; its own savepoint lies inside the transaction that holds the world of the module.
pytestmark = pytest.mark.django_db

GOAL_CELLS, GOAL_SECONDS = 10_000, 120
UPDATES = [(state, cycle, entered) for state in STATES for cycle in ("open", "closed") for entered in (False, True)]


def test_every_address_and_method_has_a_row_and_every_row_an_address_and_method() -> None:
    assert routes.offered() == named()


@pytest.mark.parametrize("address", [route.address for route in routes.routes()])
def test_nobody_does_at_an_address_what_the_policy_gives_to_others(
    address: str, asker: Asker, callers: Callers
) -> None:
    for row in ROWS:
        if row.address == address:
            with where(row) as situation:
                assert asker.ask([row], callers.of_row(row), situation) == []
                few = callers.few() if row.address not in ("openapi.json", "docs") else [NOBODY]
            assert asker.ask(head_of(row), few, situation) == []
    asker.blocks.add(address)


@pytest.mark.parametrize("address", [route.address for route in routes.routes()])
def test_a_method_that_is_not_offered_is_405_to_those_past_the_door(
    address: str, asker: Asker, callers: Callers
) -> None:
    present = {method for one, method in routes.offered() if one == address}
    absent = set(routes.METHODS) - present - ({"HEAD"} if "GET" in present else set())
    rows = [Row(address, method, "", "anyone", "", "405 method-not-allowed") for method in sorted(absent)]
    if not address.startswith(WITHOUT_OPTIONS):
        rows = [row._replace(answer="200") if row.method == "OPTIONS" else row for row in rows]
    assert asker.ask(rows, callers.few(), situations.registry()) == []
    asker.blocks.add(f"405 {address}")


@pytest.mark.parametrize(("state", "cycle", "entered"), UPDATES)
def test_a_report_takes_only_the_steps_of_its_state_from_those_who_may(
    state: str, cycle: str, entered: bool, asker: Asker, callers: Callers
) -> None:
    in_full = cycle == "open" and not entered
    with situations.a_report(state, cycle=cycle, entered=entered) as situation:
        for row in update_rows(state, cycle):
            asked = callers.of_update(row.scope) if in_full else callers.with_all()
            assert asker.ask([row], asked, situation) == []
            assert asker.ask(head_of(row), callers.with_all() if in_full else [], situation) == []
    asker.blocks.add(f"{state} {cycle} {entered}")


def test_a_closed_service_shows_the_anonymous_nothing_401(asker: Asker, callers: Callers, settings: object) -> None:
    settings.PUBLIC_READING = False  # type: ignore[attr-defined]
    situation = situations.registry(public=False)
    few = [NOBODY, *callers.each(ALL, SESSION, people=("visitor", "closed.jpo"))]
    for row in ROWS:
        if row.method == "GET":
            assert asker.ask([row, *head_of(row)], few, situation) == []
    asker.blocks.add("closed")


def test_the_matrix_was_asked_in_full(asker: Asker, figure: Figure) -> None:
    blocks = 2 * len(routes.routes()) + len(UPDATES) + 1
    if len(asker.blocks) < blocks:
        pytest.skip("only a part of the matrix was asked, or a part of it failed")
    assert asker.wrong == []
    assert asker.cells >= GOAL_CELLS
    figure(f"permission matrix: {asker.cells:,} cells in {asker.seconds:.1f} s (goal {GOAL_SECONDS} s), 0 wrong")


def where(row: Row) -> AbstractContextManager[Situation]:
    """The situation that the row speaks of."""
    if row.case == "to come":
        return situations.a_cycle_to_come()
    none_open = row.case in ("planned", "closed, none open", "cycle closed")
    return situations.no_cycle_open() if none_open else nullcontext(situations.registry())


def head_of(row: Row) -> list[Row]:
    return [row._replace(method="HEAD")] if row.method == "GET" else []
