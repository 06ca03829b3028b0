"""Everything a chart of a KPI shows: its values with what they were before, its targets, and where it stands."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from measures.models import Baseline, Kpi, KpiStanding, Observation, Target
from measures.queries import revisions, standings
from measures.rules import kpi as engine
from measures.rules import periods
from measures.rules.periods import Period
from measures.vocabulary import ObservationStatus, RevisionState, StandingState

# The targets that held at some time, in the order in which they are told.
HELD = (RevisionState.ORIGINAL, RevisionState.SUPERSEDED, RevisionState.CURRENT)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or the range from `low` to `high`."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def ends(self) -> tuple[Decimal, ...]:
        return tuple(one for one in (self.value, self.low, self.high) if one is not None)


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of one period; `earlier` are the figures it took the place of, the oldest first."""

    period: Period
    figure: Figure
    provisional: bool = False
    approximate: bool = False
    derived: bool = False
    source: str = ""
    earlier: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """A target that holds or held; `figure` is empty while it has no number."""

    state: RevisionState
    due_on: date
    figure: Figure


@dataclass(frozen=True, slots=True)
class Series:
    """One KPI over time; `values` by period. `required` is what it took by the end of the latest value's period."""

    code: str
    name: str
    unit: str
    decimals: int
    values: tuple[Value, ...] = ()
    baseline: tuple[Period, Decimal | None] | None = None
    goals: tuple[Goal, ...] = ()
    state: StandingState = StandingState.NOT_APPLICABLE
    required: Decimal | None = None
    latest: Period | None = None
    met_on: Period | None = None
    lost: bool = False

    @property
    def goal(self) -> Goal | None:
        """The target in force."""
        return next((one for one in self.goals if one.state == RevisionState.CURRENT), None)


def series(kpi_ids: Collection[int], *, english: bool) -> list[Series]:
    """The series of these KPIs by code, their names in English or in Japanese; five statements."""
    values, goals, ledger = _values(kpi_ids), _targets(kpi_ids), Baseline.objects.filter(kpi__in=kpi_ids)
    baselines, first = _by_kpi(revisions.in_force(ledger)), _by_kpi(revisions.original(ledger))
    rows = Kpi.objects.filter(pk__in=kpi_ids).select_related("standing").order_by("code")
    return [
        _series(
            row,
            english=english,
            values=_in_force(values[row.pk]),
            baseline=baselines.get(row.pk),
            first=first.get(row.pk),
            targets=goals[row.pk],
        )
        for row in rows
    ]


def _series(
    row: Kpi,
    *,
    english: bool,
    values: tuple[Value, ...],
    baseline: engine.Baseline | None,
    first: engine.Baseline | None,
    targets: list[Target],
) -> Series:
    stands: KpiStanding = row.standing
    return Series(
        code=row.code,
        name=row.name_en if english else row.name,
        unit=row.unit,
        decimals=row.decimals,
        values=values,
        baseline=None if baseline is None else (baseline.period, baseline.value),
        goals=tuple(
            _goal(one, first if one.state == RevisionState.ORIGINAL else baseline)  # type: ignore[attr-defined]
            for one in targets
        ),
        state=StandingState(stands.state),
        required=stands.required,
        latest=_period(stands.period_type, stands.period_start, stands.period_end),
        met_on=_period(stands.met_on_type, stands.met_on_start, stands.met_on_end),
        lost=stands.lost,
    )


def _goal(row: Target, baseline: engine.Baseline | None) -> Goal:
    target = standings.engine_target(row)
    number = engine.resolve(target, baseline)
    # A product has more noughts behind its point than anyone published.
    figure = Figure(None if number is None else number.normalize(), target.low, target.high)
    return Goal(RevisionState(row.state), row.due_on, figure)  # type: ignore[attr-defined]


def _values(kpi_ids: Collection[int]) -> dict[int, list[Observation]]:
    found: dict[int, list[Observation]] = defaultdict(list)
    rows = Observation.objects.filter(kpi__in=kpi_ids).select_related("source")
    for row in rows.order_by("kpi", "period_end", "period_start", "pk"):
        found[row.kpi_id].append(row)
    return found


def _in_force(rows: list[Observation]) -> tuple[Value, ...]:
    """A value a period: the row that none corrects, behind those that it and they correct."""
    by_id = {row.pk: row for row in rows}
    corrected = {row.corrects_id for row in rows}
    return tuple(_value(row, by_id) for row in rows if row.pk not in corrected)


def _value(row: Observation, by_id: dict[int, Observation]) -> Value:
    earlier, before = [], by_id.get(row.corrects_id or 0)
    while before is not None:
        earlier.append(_figure(before))
        before = by_id.get(before.corrects_id or 0)
    return Value(
        period=periods.from_dates(row.period_type, row.period_start, row.period_end),
        figure=_figure(row),
        provisional=row.status == ObservationStatus.PROVISIONAL,
        approximate=row.approximate,
        derived=row.derived,
        source=row.source.title,
        earlier=tuple(reversed(earlier)),
    )


def _figure(row: Observation) -> Figure:
    return Figure(row.value, row.low, row.high)


def _by_kpi(rows: QuerySet[Baseline]) -> dict[int, engine.Baseline]:
    return {row.kpi_id: standings.engine_baseline(row) for row in rows}


def _targets(kpi_ids: Collection[int]) -> dict[int, list[Target]]:
    found: dict[int, list[Target]] = defaultdict(list)
    for row in revisions.with_states(Target.objects.filter(kpi__in=kpi_ids)).order_by("kpi", "pk"):
        if row.state in HELD:  # type: ignore[attr-defined]
            found[row.kpi_id].append(row)
    return found


def _period(kind: str | None, start: date | None, end: date | None) -> Period | None:
    return None if kind is None or start is None or end is None else periods.from_dates(kind, start, end)
