"""What the engine needs to know of KPIs and measures, read in a handful of statements however many there are."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from measures.models import (
    Baseline,
    Kpi,
    KpiLink,
    KpiStanding,
    Measure,
    ProgressUpdate,
    RuleChange,
    Target,
)
from measures.queries import observed, revisions
from measures.rules import divergence, kpi, periods, standings
from measures.vocabulary import UpdateState

# What the rollup of a measure reads of each KPI's standing.
MEMBER = ("state", "rating", "met")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Known:
    """The facts about some KPIs as now known, each by the KPI's id."""

    directions: Mapping[int, str]
    observations: Mapping[int, list[kpi.Observation]]
    baselines: Mapping[int, kpi.Baseline]
    targets: Mapping[int, kpi.Target]
    rule: str

    def standing(self, pk: int, *, on: date, rule: str = "") -> kpi.Standing:
        """Where the KPI stands, by the rule in force or by another."""
        return self.judged(pk, self.observations.get(pk, ()), on=on, rule=rule)

    def judged(self, pk: int, values: Iterable[kpi.Observation], *, on: date, rule: str = "") -> kpi.Standing:
        """Where the KPI would stand if these were its values; the same one may come twice."""
        return kpi.standing(
            observations={one.period: one for one in values}.values(),
            baseline=self.baselines.get(pk),
            target=self.targets.get(pk),
            direction=self.directions[pk],
            on=on,
            rule=rule or self.rule,
        )

    def asked(self, pk: int, *, instead: Iterable[periods.Period] = ()) -> observed.Asked:
        """What the standing of the KPI asks of its values; with a target only those after its baseline's count."""
        target, baseline = self.targets.get(pk), self.baselines.get(pk)
        if target is None:
            return observed.Asked(pk, None, None, tuple(instead))
        after = baseline.period.end if baseline else None
        return observed.Asked(pk, after, kpi.aim_at(target, baseline, self.directions[pk]), tuple(instead))


def rule_in_force() -> str:
    """The rule that ratings follow; one statement."""
    return RuleChange.objects.order_by("-pk").values_list("rule", flat=True).first() or standings.RULE


def told(kpi_ids: Collection[int], *, original: bool = False) -> Known:
    """What the engine is told of these KPIs, with no more of their values than it takes to say where they stand.

    With the targets and baselines in force or those they had first. Five statements.
    """
    facts = _aimed(kpi_ids, original=original)
    return replace(facts, observations=observed.telling({pk: facts.asked(pk) for pk in facts.directions}))


def reported(reports: Mapping[Key, tuple[int, Sequence[kpi.Observation]]], *, on: date) -> dict[Key, kpi.Standing]:
    """Where a KPI (its id) would stand with what a report says of it, which takes the place of the same periods.

    By the key of each; five statements.
    """
    facts = _aimed({pk for pk, _ in reports.values()})
    kept = observed.telling(
        {key: facts.asked(pk, instead=[one.period for one in values]) for key, (pk, values) in reports.items()}
    )
    return {key: facts.judged(pk, (*kept.get(key, ()), *values), on=on) for key, (pk, values) in reports.items()}


def kpi_columns(kpi_ids: Collection[int], *, on: date) -> dict[int, dict[str, Any]]:
    """KpiStanding's columns for each KPI, computed from the facts as now known; five statements."""
    facts = told(kpi_ids)
    return {pk: standings.kpi_columns(facts.standing(pk, on=on)) for pk in facts.directions}


def against_original(kpi_ids: Collection[int], *, on: date) -> dict[int, KpiStanding]:
    """By the id of a KPI: how it stands against the target it had first, from the baseline it had first.

    Computed, never stored; five statements.
    """
    facts = told(kpi_ids, original=True)
    return {pk: KpiStanding(kpi_id=pk, **standings.kpi_columns(facts.standing(pk, on=on))) for pk in facts.directions}


def measure_columns(measure_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """MeasureStanding's columns for each measure, from the standings its KPIs have now; three statements, or four."""
    members: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    links = KpiLink.objects.filter(measure__in=measure_ids).order_by("measure", "kpi")
    standing = [f"kpi__standing__{name}" for name in MEMBER]
    for measure_id, code, *values in links.values_list("measure_id", "kpi__code", *standing):
        members[measure_id][code] = dict(zip(MEMBER, values, strict=True))
    rule = rule_in_force()
    healths = dict(Measure.objects.filter(pk__in=measure_ids).order_by("pk").values_list("pk", "health"))
    columns = {
        pk: standings.measure_columns(members[pk].values(), health=health, rule=rule) for pk, health in healths.items()
    }
    against = {
        pk: divergence.against(healths[pk], {code: one["state"] for code, one in members[pk].items()})
        for pk, row in columns.items()
        if row["divergent"]
    }
    explained = _explained(against) if against else {}
    return {pk: row | {"explained_by_id": explained.get(pk)} for pk, row in columns.items()}


def _explained(against: Mapping[int, frozenset[str]]) -> dict[int, int]:
    """By measure, its last approved report if that one explains every KPI the declared health stands `against`.

    A standing that moved later, by a correction or another measure's report, is not explained by it.
    """
    approved = ProgressUpdate.objects.filter(measure__in=against, state=UpdateState.APPROVED)
    last = approved.order_by("measure", "-decided_at", "-pk").distinct("measure")
    return {
        measure: pk
        for measure, pk, kpis in last.values_list("measure_id", "pk", "explained_kpis")
        if against[measure] <= set(kpis)
    }


def aimed(row: Kpi) -> tuple[kpi.Target | None, kpi.Baseline | None]:
    """What the KPI must reach and what that is measured from, as they hold; two statements."""
    target = revisions.in_force(Target.objects.filter(kpi=row)).first()
    baseline = revisions.in_force(Baseline.objects.filter(kpi=row)).first()
    return engine_target(target) if target else None, engine_baseline(baseline) if baseline else None


def resolved(target: Target, baseline: Baseline | None) -> Any:
    """The target's number in the KPI's unit, or None while it has none."""
    return kpi.resolve(engine_target(target), engine_baseline(baseline) if baseline else None)


def _aimed(kpi_ids: Collection[int], *, original: bool = False) -> Known:
    """What is to be reached, without the values; four statements."""
    targets, baselines = Target.objects.filter(kpi__in=kpi_ids), Baseline.objects.filter(kpi__in=kpi_ids)
    if original:
        targets, baselines = revisions.original(targets), revisions.original(baselines)
    else:
        targets, baselines = revisions.in_force(targets), revisions.in_force(baselines)
    return Known(
        directions=dict(Kpi.objects.filter(pk__in=kpi_ids).order_by("pk").values_list("pk", "direction")),
        observations={},
        baselines={row.kpi_id: engine_baseline(row) for row in baselines},
        targets={row.kpi_id: engine_target(row) for row in targets},
        rule=rule_in_force(),
    )


def engine_baseline(row: Baseline) -> kpi.Baseline:
    """A stored baseline as the engine takes it."""
    return kpi.Baseline(periods.from_dates(row.period_type, row.period_start, row.period_end), row.value)


def engine_target(row: Target) -> kpi.Target:
    """A stored target as the engine takes it."""
    return standings.engine_target(kind=row.kind, due_on=row.due_on, value=row.value, low=row.low, high=row.high)
