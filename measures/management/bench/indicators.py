"""The generated KPIs: what they speak of, where they start, what they must reach, and how their values will run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from measures.management.bench.plan import OPEN_MONTH, Plan, month
from measures.management.bench.registry import GENERATED, GENERATED_EN, REASON
from measures.management.bench.rows import copy, execute
from measures.models import Baseline, Kpi, KpiLink, Target
from measures.vocabulary import Basis, Direction, PeriodType, TargetKind

# The latest period of each type that is observed: its first day, and its length in months or days.
LATEST = {
    PeriodType.FISCAL_YEAR: (date(2023, 4, 1), 12, 0),
    PeriodType.QUARTER: (date(2024, 10, 1), 3, 0),
    PeriodType.MONTH: (date(2025, 2, 1), 1, 0),
    PeriodType.POINT: (date(2025, 2, 25), 0, 1),
}
# Up to so many, points are a week apart, beyond that a day.
WEEKLY_POINTS = 500
SHARED_ONE_IN = 10
# How far the values went of the way to the target, in per cent; taken in turn.
REACHED = (50, 100, 80, 130, -20, 30)
UP, DOWN, NONE = Direction.UP, Direction.DOWN, ""
# What a KPI must reach, taken in turn: kind, value (of absolute and maintain: times the baseline), direction.
GOALS: tuple[tuple[TargetKind | None, str, str], ...] = (
    *([(TargetKind.ABSOLUTE, "1.5", UP)] * 6),
    *([(TargetKind.ABSOLUTE, "0.5", DOWN)] * 3),
    *([(TargetKind.RELATIVE, "0.5", UP)] * 2),
    (TargetKind.MULTIPLE, "2", UP),
    *([(TargetKind.MAINTAIN, "1", UP)] * 2),
    (TargetKind.RANGE, "1", NONE),
    (TargetKind.RELATIVE, "0.3", UP),
    (TargetKind.RELATIVE, "0.3", UP),
    *([(None, "1.2", NONE)] * 3),
)
UNKNOWN_BASELINE, NO_BASELINE = (15,), (16, 18, 19)
ZERO_ONE_IN, NO_VALUE_YET_ONE_IN = 50, 90
SERIES = """
    CREATE TEMP TABLE bench_kpi (
        id int PRIMARY KEY, slot int, period_type text, number int, latest date, months int, days int,
        base bigint, change bigint, unit numeric, ends_at_zero bool
    ) ON COMMIT DROP"""


@dataclass(frozen=True, slots=True)
class Series:
    """One KPI's values: `number` of them back from the latest period, from `base` on by `change` in all, in `unit`s."""

    kpi: int
    slot: int
    type: PeriodType
    number: int
    base: int
    change: int
    decimals: int

    @property
    def goal(self) -> tuple[TargetKind | None, str, str]:
        return GOALS[self.kpi % len(GOALS)]

    @property
    def days(self) -> int:
        return 7 if self.number <= WEEKLY_POINTS else 1

    def amount(self, thousandths: int) -> Decimal:
        """So many thousandths of the base, as the KPI prints its values."""
        return Decimal(self.base * thousandths // 1000).scaleb(-self.decimals)

    def period(self, back: int) -> dict[str, Any]:
        """The period that many before the latest; columns of a Baseline."""
        start, months, days = LATEST[self.type]
        first = start - timedelta(days=self.days * back) if days else month(start, -back * months)
        end = first + timedelta(days=1) if days else month(first, months)
        return {"period_type": self.type, "period_start": first, "period_end": end}


def add(plan: Plan) -> int:
    all_series = list(_series(plan))
    at = plan.began_at
    return (
        copy(Kpi, map(_kpi, all_series), at=at)
        + copy(KpiLink, ({**row, "id": pk} for pk, row in enumerate(_links(plan), 1)), at=at)
        + copy(Baseline, ({**row, "id": pk} for pk, row in enumerate(_baselines(all_series), 1)), at=at)
        + copy(Target, ({**row, "id": pk} for pk, row in enumerate(_targets(all_series), 1)), at=at)
    )


def prepare(plan: Plan) -> None:
    """Makes bench_kpi, from which the values are computed."""
    execute(SERIES)
    with connection.cursor() as cursor, cursor.copy("COPY bench_kpi FROM STDIN") as out:
        for one in _series(plan):
            start, months, days = LATEST[one.type]
            # Only what falls to half its base ends in the zero that is a value like any other.
            zero = one.kpi % ZERO_ONE_IN == 7
            out.write_row(
                [one.kpi + 1, one.slot, one.type.value, one.number, start, months, one.days if days else 0,
                 one.base, one.change, Decimal(1).scaleb(-one.decimals), zero]
            )  # fmt: skip


def kpi_code(kpi: int) -> str:
    return f"bench-kpi-{kpi + 1:06}"


def _series(plan: Plan) -> Iterator[Series]:
    for kpi, number in enumerate(plan.lengths()):
        base = 1000 + (kpi * 37 + plan.seed * 101) % 5000
        kind, value, _ = GOALS[kpi % len(GOALS)]
        share = {TargetKind.RELATIVE: Decimal(1) + Decimal(value)}.get(kind or TargetKind.MAINTAIN, Decimal(value))
        way = base * int((share - 1) * 100) // 100
        change = way * REACHED[kpi // len(GOALS) % len(REACHED)] // 100
        yield Series(kpi, kpi % plan.measures, plan.type_of(kpi), number, base, change, kpi % 3)


def _kpi(one: Series) -> dict[str, Any]:
    return {
        "id": one.kpi + 1,
        "code": kpi_code(one.kpi),
        "name": f"生成された指標第{one.kpi + 1}号",
        "name_en": f"Indicator {one.kpi + 1}, {GENERATED_EN}",
        "unit": ("件", "億円", "人", "％")[one.kpi % 4],
        "direction": one.goal[2],
        "period_type": one.type,
        "decimals": one.decimals,
        "statistic": f"{GENERATED}された統計",
        "definition": REASON,
    }


def _links(plan: Plan) -> Iterator[dict[str, Any]]:
    """Each KPI speaks of the measure whose reports bring its values, and now and then of another."""
    for kpi in range(plan.kpis):
        owner, other = kpi % plan.measures, (kpi * 7 + 1) % plan.measures
        shared = kpi % SHARED_ONE_IN == 0 and other != owner
        for slot in (owner, other) if shared else (owner,):
            yield {"measure_id": slot + 1, "kpi_id": kpi + 1, "basis": Basis.INFERRED, "reason": REASON}


def _baselines(all_series: list[Series]) -> Iterator[dict[str, Any]]:
    """The first value of a series; some have no number, and after some no value came yet."""
    for one in all_series:
        place = one.kpi % len(GOALS)
        if place in NO_BASELINE:
            continue
        # A month's next one was due before any clock can stand, so "not reported" stays true.
        awaits = one.type == PeriodType.MONTH and one.kpi % NO_VALUE_YET_ONE_IN < 2
        yield {
            "kpi_id": one.kpi + 1,
            **one.period(0 if awaits else max(one.number - 1, 0)),
            "value": None if place in UNKNOWN_BASELINE else one.amount(1000),
            "basis": Basis.STATED,
            "reason": REASON,
        }


def _targets(all_series: list[Series]) -> Iterator[dict[str, Any]]:
    for one in all_series:
        kind, value, _ = one.goal
        if kind is None:
            continue
        number: Decimal | None = Decimal(value)
        low = high = None
        if kind in (TargetKind.ABSOLUTE, TargetKind.MAINTAIN):
            number = one.amount(int(Decimal(value) * 1000))
        elif kind == TargetKind.RANGE:
            number, low, high = None, one.amount(950), one.amount(1050)
        yield {
            "kpi_id": one.kpi + 1,
            "kind": kind,
            "value": number,
            "low": low,
            "high": high,
            "due_on": date(OPEN_MONTH.year + 1 + one.kpi % 5, 3, 31),
            "source": "BENCH",
            "stated_as": GENERATED,
            "basis": Basis.STATED,
            "reason": REASON,
        }
