"""Where the declared health of a measure and the computed standings of its KPIs contradict each other."""

from collections.abc import Mapping
from typing import TypeVar

from measures.vocabulary import Health, StandingState

BAD = (StandingState.BEHIND, StandingState.REGRESSED)
GOOD = (StandingState.ON_PACE, StandingState.MET)
UNRATABLE = (StandingState.NOT_APPLICABLE, StandingState.UNRESOLVED)
Kpi = TypeVar("Kpi")


def against(health: str, states: Mapping[Kpi, str]) -> frozenset[Kpi]:
    """The KPIs whose states contradict the declared `health`; none when the two agree, or nothing was declared.

    'on_track' is contradicted by each KPI that is behind or regressed; 'at_risk' and 'off_track' by all ratable KPIs
    together, when there are any and every one of them is on pace or met.
    """
    if health == Health.ON_TRACK:
        return frozenset(one for one, state in states.items() if state in BAD)
    ratable = {one: state for one, state in states.items() if state not in UNRATABLE}
    if health in (Health.AT_RISK, Health.OFF_TRACK) and all(state in GOOD for state in ratable.values()):
        return frozenset(ratable)
    return frozenset()
