"""The matrix finds what it is there to find: faults planted one at a time, each of which makes some cell wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import path

from measures.api import authentication, documents, urls
from measures.models import Duty, ProgressUpdate
from measures.queries import people, progress
from measures.rules import registry, transitions
from measures.rules.roles import Actor, DutyHeld
from measures.vocabulary import CycleState, Role
from tests.matrix import routes, situations
from tests.matrix.callers import ALL, NO_CSRF, NOBODY, Callers, token_of
from tests.matrix.cells import Asker
from tests.matrix.policy import ROWS, named, update_rows

pytestmark = pytest.mark.django_db

Plant = Callable[[pytest.MonkeyPatch], None]


def all_updates_are_everyones(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(progress, "visible_to", lambda actor: ProgressUpdate.objects.all())


def writers_approve_their_own(patch: pytest.MonkeyPatch) -> None:
    _without(patch, "own-update")


def scopes_are_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    _without(patch, "insufficient-scope")


def duties_are_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    _without(patch, "wrong-role")


def a_duty_at_any_ministry_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(transitions, "holds_for", lambda actor, role, ministry: actor.holds(role))


def ended_duties_still_count(patch: pytest.MonkeyPatch) -> None:
    def actor(*, person_id: int, scopes: Any, on: Any, request_id: str) -> Actor:
        held = Duty.objects.filter(person=person_id).values_list("role", "ministry__code")
        duties = frozenset(DutyHeld(Role(role), ministry) for role, ministry in held)
        return Actor(person_id=person_id, duties=duties, scopes=frozenset(scopes), request_id=request_id)

    patch.setattr(people, "actor", actor)


def sessions_write_without_csrf(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(authentication.SessionAuthentication, "enforce_csrf", lambda self, request: None)


def a_closed_cycle_takes_reports(patch: pytest.MonkeyPatch) -> None:
    real = transitions.wrong_turn

    def wrong_turn(verb: str, facts: transitions.UpdateFacts) -> Any:
        opened = {name: getattr(facts, name) for name in facts.__slots__} | {"cycle_state": CycleState.OPEN}
        return real(verb, transitions.UpdateFacts(**opened))

    patch.setattr(transitions, "wrong_turn", wrong_turn)


def a_step_is_missing_from_the_table(patch: pytest.MonkeyPatch) -> None:
    steps = [step for step in transitions.STEPS if (step.verb, step.source) != ("submit", "returned")]
    patch.setattr(transitions, "STEPS", tuple(steps))


def everyone_coordinates(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(registry, "cannot_coordinate", lambda actor: None)


def everyone_administers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(registry, "cannot_administer", lambda actor: None)


def _without(patch: pytest.MonkeyPatch, code: str) -> None:
    real = transitions._reasons_against
    patch.setattr(
        transitions, "_reasons_against", lambda *given: [reason for reason in real(*given) if reason[0] != code]
    )


# Each with a report in which it shows.
IN_UPDATES = (
    (all_updates_are_everyones, "draft", "open"),
    (writers_approve_their_own, "submitted", "open"),
    (scopes_are_not_looked_at, "draft", "open"),
    (duties_are_not_looked_at, "submitted", "open"),
    (a_duty_at_any_ministry_will_do, "approved", "open"),
    (ended_duties_still_count, "submitted", "open"),
    (sessions_write_without_csrf, "draft", "open"),
    (a_closed_cycle_takes_reports, "draft", "closed"),
    (a_step_is_missing_from_the_table, "returned", "open"),
)
SOME = ("officer.jpo", "author.jpo", "officer.mext", "approver.meti", "former.jpo", "auditor")


@pytest.fixture
def asker() -> Asker:
    """One of its own, whose cells are no part of the figure."""
    return Asker()


@pytest.mark.parametrize(("plant", "state", "cycle"), IN_UPDATES, ids=[fault[0].__name__ for fault in IN_UPDATES])
def test_a_fault_in_the_flow_is_found(
    plant: Plant, state: str, cycle: str, asker: Asker, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [NOBODY, *callers.each(ALL, people=SOME), *callers.each(NO_CSRF, token_of("audit"), people=["officer.jpo"])]
    with situations.a_report(state, cycle=cycle) as situation:
        assert asker.ask(update_rows(state, cycle), asked, situation) == []
        plant(monkeypatch)
        assert asker.ask(update_rows(state, cycle), asked, situation) != []


@pytest.mark.parametrize("plant", [everyone_coordinates, everyone_administers], ids=lambda plant: plant.__name__)
def test_a_fault_in_the_registry_is_found(
    plant: Plant, asker: Asker, callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for row in ROWS if row.address in ("measures", "people")]
    assert asker.ask(rows, callers.few(), situations.registry()) == []
    plant(monkeypatch)
    assert asker.ask(rows, callers.few(), situations.registry()) != []


def test_a_new_address_and_a_new_method_without_a_row_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Renamed(documents.DocumentDetail):
        def delete(self) -> None:
            """Nothing; it is there."""

    more = [path("secrets", documents.DocumentList.as_view()), path("documents/<str:code>", Renamed.as_view())]
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, *more])
    routes.routes.cache_clear()
    found = routes.offered() - named()
    monkeypatch.undo()
    routes.routes.cache_clear()
    assert found == {("secrets", "GET"), ("documents/<str:code>", "DELETE")}
