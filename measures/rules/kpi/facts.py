"""What the KPI rules are told (baseline, target, observations) and the shape of what they answer; no decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import cast

from measures.rules import periods
from measures.rules.periods import Period
from measures.vocabulary import DataState, Rating, StandingState, TargetKind

# Published figures have under 20 digits: at 60 every sum and product is exact, so a change of unit changes no answer.
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)

# The fields each kind of target is made of; the others stay None.
FIELDS_BY_KIND: Mapping[str, frozenset[str]] = {
    TargetKind.ABSOLUTE: frozenset({"value"}),
    TargetKind.RELATIVE: frozenset({"ratio"}),
    TargetKind.MULTIPLE: frozenset({"factor"}),
    TargetKind.MAINTAIN: frozenset({"value"}),
    TargetKind.RANGE: frozenset({"low", "high"}),
}


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where a target is measured from; `value` is None when the period is known and the number is not."""

    period: Period
    value: Decimal | None

    def __post_init__(self) -> None:
        _check_numbers(value=self.value)


@dataclass(frozen=True, slots=True)
class Target:
    """What to reach by `due_on`: a number (absolute, maintain), b x (1 + ratio), b x factor, or low to high (range).

    All in the KPI's unit but ratio ("+50 %" is 0.5) and factor. Raises ValueError on a field its kind does not use.
    """

    kind: str
    due_on: date
    value: Decimal | None = None
    ratio: Decimal | None = None
    factor: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        numbers = {name: getattr(self, name) for name in ("value", "ratio", "factor", "low", "high")}
        _check_numbers(**numbers)
        if self.kind not in FIELDS_BY_KIND:
            raise ValueError(f'Target kind "{self.kind}" is unknown; use one of {", ".join(FIELDS_BY_KIND)}.')
        strange = [n for n, number in numbers.items() if number is not None and n not in FIELDS_BY_KIND[self.kind]]
        if strange:
            raise ValueError(f"A target of kind {self.kind} has no {', '.join(strange)}.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"A target's low ({self.low}) must not be above its high ({self.high}).")


@dataclass(frozen=True, slots=True)
class Observation:
    """The value known for one period, or the explicit range `low` to `high` it was published as; never both."""

    period: Period
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    provisional: bool = False
    approximate: bool = False

    def __post_init__(self) -> None:
        _check_numbers(value=self.value, low=self.low, high=self.high)
        ends = [end for end in (self.low, self.high) if end is not None]
        if len(ends) != (2 if self.value is None else 0) or ends != sorted(ends):
            raise ValueError(f"{periods.label(self.period)} needs a value, or a low and a high in order, not both.")

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest it can be; the same number twice for a value."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return cast("tuple[Decimal, Decimal]", (self.value, self.value))  # __post_init__ leaves no third case


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The answer. Numbers are unrounded and None where there is none; `value`, `low`, `high`, `period`, `provisional`
    and `approximate` are the latest observation's; `elapsed` is a share from 0 to 1 and `progress` one without bounds.
    """

    state: StandingState
    rule: str
    data_state: DataState
    rating: Rating | None = None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    period: Period | None = None
    progress: Decimal | None = None
    elapsed: Decimal | None = None
    required: Decimal | None = None
    target: Decimal | None = None
    target_low: Decimal | None = None
    target_high: Decimal | None = None
    baseline: Decimal | None = None
    met: bool | None = None
    met_on: Period | None = None
    lost: bool = False
    provisional: bool = False
    approximate: bool = False
    indeterminate: bool = False

    @property
    def pace(self) -> Decimal | None:
        """How far progress is ahead of the elapsed share; negative is behind."""
        if self.progress is None or self.elapsed is None:
            return None
        return EXACT.subtract(self.progress, self.elapsed)


def _check_numbers(**numbers: object) -> None:
    for name, number in numbers.items():
        if number is not None and not (isinstance(number, Decimal) and number.is_finite()):
            raise ValueError(f"{name} must be a finite Decimal or None, not {type(number).__name__} {number!r}.")
