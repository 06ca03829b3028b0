"""The public examples of KPI standings, row by row."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal as D

import pytest

from measures.rules import kpi, periods
from measures.rules.kpi import Baseline, Observation, Target
from measures.vocabulary import StandingState, TargetKind

FY2020_END = date(2021, 3, 31)
FY = periods.fiscal_year
CY = periods.calendar_year
BASE = FY(2015)


def stand(*observations, **told):
    return kpi.standing(observations=observations, on=date(2024, 1, 1), **told)


def target(value, kind=TargetKind.ABSOLUTE):
    return Target(kind, FY2020_END, value=D(value))


def seen(year, value):
    return Observation(FY(year), D(value))


@dataclass(frozen=True)
class Example:
    """A row of the public table; what the table leaves open is filled in by dates of our own."""

    name: str
    baseline: Baseline
    target: Target
    seen: tuple[Observation, ...]
    progress: str | None
    state: str
    rating: str
    data_state: str = "reported"
    elapsed: str | None = None
    required: str | None = None
    resolved: str | None = None
    met_on: periods.Period | None = None


SME = (Baseline(CY(2013), D("12.2")), target(15))
HALF_MORE = Target(TargetKind.RELATIVE, FY2020_END, ratio=D("0.5"))


def example(name, baseline, goal, value, *answer, **more):
    return Example(name, Baseline(BASE, D(baseline)), target(goal), (seen(2017, value),), *answer, **more)


EXAMPLES = [
    example("13 -> 15, 14.9", 13, 15, "14.9", "0.95", "on_pace", "A", required="13.799562"),
    example("falling 20 -> 10, 12", 20, 10, 12, "0.8", "on_pace", "A", required="16.002191"),
    example("falling 20 -> 10, 22", 20, 10, 22, "-0.2", "regressed", "B", required="16.002191"),
    Example("maintain 10, 10", Baseline(BASE, D(10)), target(10, "maintain"), (seen(2017, 10),), None, "met", "A",
            required="10", met_on=FY(2017)),
    example("eliminate 8 -> 0, 2", 8, 0, 2, "0.75", "on_pace", "A", resolved="0"),
    example("rise 0 -> 100, reported 0", 0, 100, 0, "0", "behind", "B", data_state="reported_zero"),
    Example("rise 0 -> 100, nothing", Baseline(BASE, D(0)), target(100), (), None, "no_data", "N", "not_reported"),
    Example("+50 % on 1,000, 1,250", Baseline(BASE, D(1000)), HALF_MORE, (seen(2017, 1250),), "0.5", "on_pace", "A",
            resolved="1500"),
    example("50 -> 100, 45", 50, 100, 45, "-0.1", "regressed", "B"),
    Example("SME patent share, CY2018", *SME, (Observation(CY(2018), D("14.9")),), "0.964286", "on_pace", "A",
            elapsed="0.689838", required="14.131545", resolved="15"),
    Example("SME patent share, CY2019", *SME, (Observation(CY(2018), D("14.9")), Observation(CY(2019), D("16.1"))),
            "1.392857", "met", "A", elapsed="0.827730", met_on=CY(2019)),
    Example("university licences", Baseline(FY(2013), D(9856)), HALF_MORE, (seen(2016, 13832),), "0.806818", "on_pace",
            "A", elapsed="0.428627", required="11968.275323", resolved="14784"),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_public_examples_hold(example):
    got = stand(*example.seen, baseline=example.baseline, target=example.target)
    assert (got.state, got.rating, got.data_state) == (example.state, example.rating, example.data_state)
    assert shown(got.progress) == shown(example.progress)
    assert got.met_on == example.met_on
    for name, wanted in (("elapsed", example.elapsed), ("required", example.required), ("target", example.resolved)):
        assert wanted is None or shown(getattr(got, name)) == shown(wanted), name


def shown(number):
    return None if number is None else kpi.shown(D(number))


def test_a_published_target_wins_over_453_times_1_5():
    base = Baseline(BASE, D(453))
    assert kpi.resolve(HALF_MORE, base) == D("679.5")
    assert stand(seen(2017, 678), baseline=base, target=target(678)).state == StandingState.MET
    assert stand(seen(2017, 678), baseline=base, target=HALF_MORE).state == StandingState.ON_PACE
