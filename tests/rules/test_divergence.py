"""When a declared health and the states of the KPIs contradict each other."""

import pytest

from measures.rules import divergence
from measures.vocabulary import Health, StandingState

CASES = [
    ("on_track", {"a": "behind", "b": "regressed", "c": "met", "d": "no_data"}, {"a", "b"}),
    ("on_track", {"a": "on_pace", "b": "met", "c": "no_data", "d": "unresolved", "e": "not_applicable"}, set()),
    ("on_track", {"a": "indeterminate"}, set()),
    ("at_risk", {"a": "on_pace", "b": "met", "c": "not_applicable", "d": "unresolved"}, {"a", "b"}),
    ("off_track", {"a": "on_pace"}, {"a"}),
    ("off_track", {"a": "on_pace", "b": "behind"}, set()),
    ("off_track", {"a": "on_pace", "b": "no_data"}, set()),
    ("at_risk", {"a": "met", "b": "indeterminate"}, set()),
    ("at_risk", {"a": "not_applicable"}, set()),
    ("off_track", {}, set()),
    ("on_track", {}, set()),
]


@pytest.mark.parametrize(("health", "states", "against"), CASES)
def test_a_health_is_contradicted_by_these_kpis(health: str, states: dict[str, str], against: set[str]) -> None:
    assert divergence.against(health, states) == against


@pytest.mark.parametrize("health", ["", Health.NOT_ASSESSED])
@pytest.mark.parametrize("state", StandingState.values)
def test_who_declares_nothing_contradicts_nothing(health: str, state: str) -> None:
    assert divergence.against(health, {"a": state}) == frozenset()


def test_no_kpi_alone_contradicts_both_ways() -> None:
    for state in StandingState.values:
        assert not (divergence.against("on_track", {"a": state}) and divergence.against("off_track", {"a": state}))
