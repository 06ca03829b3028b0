"""What a KPI's values say about its target: pure, in Decimal, rounded only by `shown`. Callers import from here."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from measures.rules.kpi.aims import Aim, aim_at, resolve
from measures.rules.kpi.facts import EXACT, Baseline, Observation, Standing, Target
from measures.rules.kpi.standings import RULES, Rule, standing

__all__ = [
    "RULES",
    "Aim",
    "Baseline",
    "Observation",
    "Rule",
    "Standing",
    "Target",
    "aim_at",
    "resolve",
    "shown",
    "standing",
]


def shown(value: Decimal, places: int = 6) -> Decimal:
    """`value` with exactly `places` decimals, half to even, as it goes on the wire; never -0."""
    room = Context(prec=max(EXACT.prec, value.adjusted() + places + 2))
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN, context=room)
    return rounded.copy_abs() if rounded.is_zero() else rounded
