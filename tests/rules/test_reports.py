"""The change between two reports: every KPI and measure in exactly one part, and the parts add up to both reports."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.audit.canonical import canonical
from measures.rules import kpi, periods, reports
from measures.rules.kpi import Baseline, Observation, Target
from measures.rules.kpi.facts import FIELDS_BY_KIND
from measures.rules.reports import declared
from measures.vocabulary import ChangePart, Health, MeasureStatus, TargetKind
from tests.rules.test_kpi_properties import BASELINES, DIRECTIONS, some_observations, some_target

ON = date(2024, 1, 1)
STORED = {"ratio": "value", "factor": "value"}
P = ChangePart


def frozen(
    code: str,
    observations: Sequence[Observation],
    *,
    baseline: Baseline | None = None,
    target: Target | None = None,
    direction: str = "up",
    rule: str = "abn-1",
) -> dict[str, Any]:
    """A KPI as a report freezes it, with the standing that the engine gives it."""
    said = kpi.standing(
        observations=observations, baseline=baseline, target=target, direction=direction, on=ON, rule=rule
    )
    names = ("state", "rating", "rule", "value", "low", "high", "progress")
    standing = {name: getattr(said, name) for name in names}
    standing["period"] = periods.to_wire(said.period) if said.period else None
    return {
        "code": code,
        "direction": direction,
        "standing": standing,
        "baseline": {"period": periods.to_wire(baseline.period), "value": baseline.value} if baseline else None,
        "target": frozen_target(target) if target else None,
        "observations": [frozen_value(one) for one in sorted(observations, key=lambda one: one.period)],
    }


def frozen_value(one: Observation) -> dict[str, Any]:
    period = periods.to_wire(one.period)
    numbers = {"value": one.value, "low": one.low, "high": one.high}
    return {"period": period, **numbers, "status": "final", "approximate": one.approximate}


def frozen_target(target: Target) -> dict[str, Any]:
    numbers: dict[str, Any] = dict.fromkeys(("value", "low", "high"))
    numbers |= {STORED.get(name, name): getattr(target, name) for name in FIELDS_BY_KIND[target.kind]}
    return {"kind": target.kind, "due_on": target.due_on, **numbers}


def frozen_measure(code: str, *, kpis: Sequence[dict[str, Any]] = (), **fields: Any) -> dict[str, Any]:
    given = [one["standing"]["rating"] for one in kpis]
    rating = next((one for one in ("B", "A", "N", "F") if one in given), None)
    told = {"status": "in_progress", "health": "on_track", "report": 1, **fields}
    return {"code": code, "kpis": [{"code": one["code"]} for one in kpis], "standing": {"rating": rating}, **told}


def a_report(
    kpis: Sequence[dict[str, Any]],
    measures: Sequence[dict[str, Any]] = (),
    *,
    rule: str = "abn-1",
    cycle: str = "FY2020",
) -> dict[str, Any]:
    said = {"day": ON, "rule": rule, "cycle": {"code": cycle}, "kpis": kpis, "measures": measures}
    return dict(json.loads(canonical(said)))


def of(*values: str, since: int = 2014) -> list[Observation]:
    return [Observation(periods.fiscal_year(since + n), D(value)) for n, value in enumerate(values)]


FROM_TEN = Baseline(periods.fiscal_year(2013), D(10))
TO_TWENTY = Target(TargetKind.ABSOLUTE, date(2024, 3, 31), value=D(20))
AIM: dict[str, Any] = {"baseline": FROM_TEN, "target": TO_TWENTY}


def part_of(
    before: dict[str, Any] | None, after: dict[str, Any] | None, *, earlier_rule: str = "abn-1"
) -> tuple[ChangePart, Any]:
    sides = a_report([before] if before else [], rule=earlier_rule), a_report([after] if after else [])
    (moved,) = reports.between(*sides).kpis
    return moved.part, moved


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (None, frozen("a", of("11"), **AIM), P.ENTERED),
        (frozen("a", of("11"), **AIM), None, P.LEFT),
        (frozen("a", [], **AIM), frozen("a", of("11"), **AIM), P.NEWLY_REPORTED),
        (frozen("a", of("11"), **AIM), frozen("a", of("11", "13"), **AIM), P.IMPROVED),
        (frozen("a", of("11"), **AIM), frozen("a", of("11", "10.5"), **AIM), P.WORSENED),
        (frozen("a", of("11"), **AIM), frozen("a", of("10.5"), **AIM), P.RESTATED),
        (frozen("a", of("11"), **AIM), frozen("a", of("11"), **AIM), P.UNCHANGED),
        # Nobody said which way it should go: a further value is news, and neither good nor bad.
        (frozen("a", of("11"), direction=""), frozen("a", of("11", "12"), direction=""), P.NEWLY_REPORTED),
        (frozen("a", of("11"), direction="down"), frozen("a", of("11", "12"), direction="down"), P.WORSENED),
        # A correction of the past that a later value follows is no reason why that value is better.
        (frozen("a", of("11"), **AIM), frozen("a", of("12", "11.5"), **AIM), P.WORSENED),
        # A target that was revised moves the rating, and the same value has not.
        (
            frozen("a", of("11"), **AIM),
            frozen("a", of("11"), baseline=FROM_TEN, target=Target("absolute", date(2024, 3, 31), value=D(30))),
            P.RESTATED,
        ),
    ],
)
def test_a_kpi_falls_into_the_part_that_says_why(before: Any, after: Any, part: ChangePart) -> None:
    assert part_of(before, after)[0] == part


def test_another_rule_is_a_part_of_its_own() -> None:
    before, after = frozen("a", [], **AIM, rule="abn-0"), frozen("a", [], **AIM, rule="abn-1")
    part, moved = part_of(before, after, earlier_rule="abn-0")
    assert (part, moved.before, moved.after) == (P.RULE_CHANGED, "F", "N")
    assert (moved.columns.published.rating, moved.columns.rerated.rating) == ("F", "N")


def test_the_three_columns_are_the_published_the_restated_and_the_re_rated_figure() -> None:
    before, after = frozen("a", of("11"), **AIM), frozen("a", of("10.9", "13"), **AIM)
    _, moved = part_of(before, after)
    assert (moved.columns.published.figure.value, moved.columns.published.rating) == (D("11"), "A")
    assert (moved.columns.restated.value, moved.columns.rerated.rating) == (D("10.9"), "B")
    assert moved.restated == ("value",)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ({"report": None}, {}, P.NEWLY_REPORTED),
        ({}, {"report": 2, "health": "off_track"}, P.RESTATED),
        ({}, {"health": "off_track"}, P.WORSENED),
        ({}, {"status": "completed"}, P.IMPROVED),
        ({"health": "at_risk"}, {}, P.IMPROVED),
        ({}, {"status": "merged"}, P.LEFT),
        ({"status": "discontinued"}, {}, P.ENTERED),
        ({"status": "merged"}, {"status": "merged"}, P.UNCHANGED),
        ({}, {}, P.UNCHANGED),
    ],
)
def test_a_measure_falls_into_the_part_that_says_why(before: Any, after: Any, part: ChangePart) -> None:
    sides = [a_report([], [frozen_measure("m", **one)]) for one in (before, after)]
    assert [one.part for one in reports.between(*sides).measures] == [part]


def test_in_another_cycle_another_report_is_no_correction() -> None:
    before = a_report([], [frozen_measure("m")])
    after = a_report([], [frozen_measure("m", report=2, health="at_risk")], cycle="FY2021")
    assert [one.part for one in reports.between(before, after).measures] == [P.WORSENED]


def test_a_measure_whose_kpi_was_rated_anew_by_another_rule_says_so() -> None:
    one, other = frozen("a", [], **AIM, rule="abn-0"), frozen("a", [], **AIM)
    before = a_report([one], [frozen_measure("m", kpis=[one])], rule="abn-0")
    after = a_report([other], [frozen_measure("m", kpis=[other])])
    assert [one.part for one in reports.between(before, after).measures] == [P.RULE_CHANGED]


def test_what_is_declared_has_one_order_so_that_a_change_is_never_level() -> None:
    assert set(declared.STATUSES) == set(MeasureStatus)
    assert {*declared.HEALTHS, Health.NOT_ASSESSED} == set(Health)


FACTS = st.fixed_dictionaries(
    {"observations": some_observations(), "baseline": BASELINES, "target": st.none() | some_target()}
)
DECLARED = st.fixed_dictionaries(
    {
        "status": st.sampled_from(MeasureStatus.values),
        "health": st.sampled_from(Health.values),
        "report": st.none() | st.integers(1, 2),
    }
)


@st.composite
def two_reports(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of KPIs and measures of which each is in one report, the other, or both; often with the same facts."""
    rules = [draw(st.sampled_from(["abn-0", "abn-1"])) for _ in range(2)]
    codes, sides = ["a", "b", "c", "d"], [{}, {}]  # type: ignore[var-annotated]
    for code in codes:
        direction, first = draw(DIRECTIONS), draw(FACTS)
        second = draw(
            st.just(first) | FACTS | st.builds(lambda other, one=first: {**one, "target": other["target"]}, FACTS)
        )
        for side, facts, rule in zip(sides, (first, second), rules, strict=True):
            if draw(st.integers(0, 4)):
                side[code] = frozen(code, **facts, direction=direction, rule=rule)
    cycles = draw(st.sampled_from([("FY2020", "FY2020"), ("FY2019", "FY2020")]))
    found = []
    for side, rule, cycle in zip(sides, rules, cycles, strict=True):
        measures = [
            frozen_measure(f"m-{code}", kpis=[side[code]] if code in side else [], **draw(DECLARED))
            for code in codes
            if draw(st.integers(0, 4))
        ]
        found.append(a_report(list(side.values()), measures, rule=rule, cycle=cycle))
    return found[0], found[1]


def assert_adds_up(before: dict[str, Any], after: dict[str, Any]) -> None:
    change = reports.between(before, after)
    counts = {row["part"]: row for row in change.counts()}
    assert set(counts) == set(ChangePart.values)
    for name, moved in (("kpis", change.kpis), ("measures", change.measures)):
        was, now = ({row["code"] for row in side[name]} for side in (before, after))
        codes = [one.code for one in moved]
        assert sorted(codes) == sorted(was | now), "each in exactly one part"
        assert sum(row[name] for row in counts.values()) == len(codes)
    # KPIs that are in one alone have entered or left, so that what was, and entered, and has not left, is.
    was, now = ({row["code"] for row in side["kpis"]} for side in (before, after))
    assert len(was) + counts["entered"]["kpis"] - counts["left"]["kpis"] == len(now)
    for column, side in (("rated_before", before), ("rated_after", after)):
        told = Counter(row["standing"]["rating"] or "none" for row in side["kpis"])
        assert sum((Counter(row[column]) for row in counts.values()), Counter()) == +told


@settings(max_examples=150)
@given(two_reports())
def test_the_parts_add_up_to_both_reports(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert_adds_up(*sides)


def test_a_kpi_that_was_forgotten_or_counted_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = a_report([frozen("a", of("11")), frozen("b", of("1"))]), a_report([frozen("a", of("11"))])
    assert_adds_up(before, after)
    for faulty in (lambda before, after: list(after), lambda before, after: [*after, *before]):
        with monkeypatch.context() as patch:
            patch.setattr("measures.rules.reports.change._codes", faulty)
            with pytest.raises(AssertionError):
                assert_adds_up(before, after)


@given(FACTS, DIRECTIONS)
def test_a_report_beside_itself_has_nothing_but_what_is_unchanged(facts: dict[str, Any], direction: str) -> None:
    one = a_report([frozen("a", **facts, direction=direction)], [frozen_measure("m")])
    change = reports.between(one, one)
    assert {moved.part for moved in (*change.kpis, *change.measures)} == {P.UNCHANGED}
    assert reports.differences(whole(one), whole(one)) == []


def test_differences_name_the_row_the_field_and_both_values() -> None:
    before = whole(a_report([frozen("a", of("11"), **AIM)], [frozen_measure("m")]))
    after = whole(a_report([frozen("a", of("10.5", "12"), **AIM)], []))
    told = {
        (one.what, one.code, one.field): (one.kind, one.before, one.after) for one in reports.differences(before, after)
    }
    assert told["kpis", "a", "observations.FY2014.value"] == ("changed", "11", "10.5")
    assert told["kpis", "a", "observations.FY2015.value"] == ("added", None, "12")
    assert told["measures", "m", ""] == ("removed", None, None)


def test_the_moment_and_the_revision_are_no_difference() -> None:
    one = whole(a_report([]))
    assert (
        reports.differences({**one, "known_at": "then", "revision": 1}, {**one, "known_at": "now", "revision": 2}) == []
    )


def whole(said: dict[str, Any]) -> dict[str, Any]:
    return {"document": {}, "obligations": {}, "reports": [], **said}
