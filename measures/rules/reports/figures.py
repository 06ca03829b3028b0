"""A KPI as a report froze it: its figure, what it was judged by, and how it would be judged by what is known later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from measures.rules import kpi, periods, standings
from measures.rules.periods import Period
from measures.vocabulary import Direction, ObservationStatus

# A frozen row, as JSON has it: decimals and days are strings.
Row = Mapping[str, Any]
# What a target is made of; its reason and its source may be told better without another target.
AIMED = ("kind", "value", "low", "high", "due_on")


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of a period, a number or a range; there is none without a period."""

    period: Period
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        low, high = (self.value, self.value) if self.value is not None else (self.low, self.high)
        if low is None or high is None:
            raise LookupError("a figure is a number or a range")
        return low, high


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure with what was said of it; `progress` is None where there is none to measure."""

    figure: Figure | None
    rating: str | None
    state: str
    rule: str
    progress: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The three columns of a KPI: as published; the same period's figure as known later; and that figure rated later,
    by the rule, baseline and target of then.
    """

    published: Judged
    restated: Figure | None
    rerated: Judged


@dataclass(frozen=True, slots=True)
class Known:
    """What a report knows of one KPI; `day` is the report's, and `rule` its rule."""

    row: Row
    day: date
    rule: str

    @property
    def published(self) -> Judged:
        """As it was frozen."""
        said = self.row["standing"]
        figure = _figure(said) if said["period"] else None
        return Judged(figure, said["rating"], said["state"], said["rule"], number(said["progress"]))

    def judged(self, *, until: date | None, rule: str = "") -> Judged:
        """By these facts, of the values whose period ends by `until`, under the report's rule or another."""
        said = kpi.standing(
            observations=[one for one in self._observations() if until and one.period.end <= until],
            baseline=_baseline(self.row["baseline"]),
            target=_target(self.row["target"]),
            direction=self.row["direction"],
            on=self.day,
            rule=rule or self.rule,
        )
        figure = Figure(said.period, said.value, said.low, said.high) if said.period else None
        return Judged(figure, said.rating, said.state, said.rule, said.progress)

    def figure(self, period: Period) -> Figure | None:
        """What is known of one period."""
        return self.series().get(period)

    def series(self) -> dict[Period, Figure]:
        """All figures, by their period."""
        found = [_figure(one) for one in self.row["observations"]]
        return {one.period: one for one in found}

    def aimed_at(self) -> tuple[Any, ...] | None:
        target = self.row["target"]
        return target and tuple(target[name] for name in AIMED)

    def measured_from(self) -> tuple[Any, ...] | None:
        baseline = self.row["baseline"]
        return baseline and (periods.from_wire(baseline["period"]), number(baseline["value"]))

    def _observations(self) -> list[kpi.Observation]:
        return [
            kpi.Observation(
                period=periods.from_wire(one["period"]),
                value=number(one["value"]),
                low=number(one["low"]),
                high=number(one["high"]),
                provisional=one["status"] == ObservationStatus.PROVISIONAL,
                approximate=one["approximate"],
            )
            for one in self.row["observations"]
        ]


def columns(before: Known, after: Known) -> Columns:
    """What `before` published, beside what `after` knows of the same period."""
    published = before.published
    period = published.figure.period if published.figure else None
    return Columns(
        published=published,
        restated=after.figure(period) if period else None,
        rerated=after.judged(until=period.end if period else None),
    )


def better(now: Judged, then: Judged, direction: str) -> bool | None:
    """Whether `now` is better than `then`, both by the same facts and rule; None when nobody can say, or it is equal.

    By the rating, else by the progress, else by the way the figure is meant to move.
    """
    if now.rating != then.rating and {now.rating, then.rating} == {"A", "B"}:
        return now.rating == "A"
    if now.progress is not None and then.progress is not None:
        return None if now.progress == then.progress else now.progress > then.progress
    if not direction or now.figure is None or then.figure is None or now.figure.ends == then.figure.ends:
        return None
    pairs = list(zip(now.figure.ends, then.figure.ends, strict=True))
    rose, fell = all(one >= other for one, other in pairs), all(one <= other for one, other in pairs)
    return None if rose == fell else rose == (direction == Direction.UP)


def number(text: str | None) -> Decimal | None:
    """A decimal as JSON has it."""
    return None if text is None else Decimal(text)


def _figure(row: Row) -> Figure:
    return Figure(periods.from_wire(row["period"]), *(number(row[name]) for name in ("value", "low", "high")))


def _baseline(row: Row | None) -> kpi.Baseline | None:
    return kpi.Baseline(periods.from_wire(row["period"]), number(row["value"])) if row else None


def _target(row: Row | None) -> kpi.Target | None:
    if row is None:
        return None
    numbers = {name: number(row[name]) for name in ("value", "low", "high")}
    return standings.engine_target(kind=row["kind"], due_on=date.fromisoformat(row["due_on"]), **numbers)
