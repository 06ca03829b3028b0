"""The generated values: one a period in bench_value, then as reported values, sources and observations."""

from datetime import timedelta

from measures.management.bench.plan import OPEN_MONTH, Plan
from measures.management.bench.progress import Progress
from measures.management.bench.registry import GENERATED
from measures.management.bench.reports import decided_at, is_withdrawn
from measures.management.bench.rows import execute, insert, literal, value
from measures.models import Observation, ReportedValue, Source
from measures.vocabulary import ObservationStatus, PeriodType

AT_ONCE = 250_000
# bench_value.id runs in the order in which the values became known; reported ones have the update they came in.
MADE = """
    CREATE TEMP TABLE bench_value ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY cycle, kpi_id, period_start) AS id,
        row_number() OVER (PARTITION BY update_id ORDER BY kpi_id, period_start) - 1 AS position,
        kpi_id, slot, cycle, update_id, period_type, period_start, period_end,
        CASE WHEN NOT is_range THEN number * unit END AS value,
        CASE WHEN is_range THEN (number - 5) * unit END AS low,
        CASE WHEN is_range THEN (number + 5) * unit END AS high,
        back < 2 AND kpi_id % 4 = 0 AS is_provisional, (back * 5 + kpi_id * 11) % 53 = 0 AS approximate
    FROM (
        SELECT *, CASE WHEN cycle >= 0 AND nth >= {skipped} AND NOT {withdrawn} THEN nth - {skipped} + 1 END
            AS update_id
        FROM (
            SELECT *, cycle * {measures} + slot AS nth, number <> 0 AND (back * 13 + kpi_id * 7) % 101 = 0 AS is_range
            FROM (
                SELECT id AS kpi_id, slot, period_type, unit, back, first AS period_start,
                    (first + make_interval(months => months, days => (days > 0)::int))::date AS period_end,
                    greatest(-1, {month} - {first_month}) AS cycle,
                    CASE WHEN ends_at_zero AND back = 0 THEN 0 ELSE base + change * (number - 1 - back)
                        / greatest(number - 1, 1) + (back * 7919 + id * 104729::bigint + {seed} * 31) % 21 - 10
                        END AS number
                FROM bench_kpi CROSS JOIN LATERAL (
                    SELECT back, (latest - make_interval(months => back * months, days => back * days))::date AS first
                    FROM generate_series(0, bench_kpi.number - 1) AS back
                ) AS each_period CROSS JOIN LATERAL (
                    SELECT (first + make_interval(months => months, days => (days > 0)::int))::date - 1 AS last
                ) AS its_end
            ) AS series
        ) AS numbered
    ) AS attributed
    ORDER BY 1"""
PERIOD = {name: name for name in ("period_type", "period_start", "period_end")}
NUMBERS = {name: name for name in ("value", "low", "high", "approximate")}
STATUS = {
    "status": f"CASE WHEN is_provisional THEN '{ObservationStatus.PROVISIONAL.value}'"
    f" ELSE '{ObservationStatus.FINAL.value}' END"
}


def make(plan: Plan, progress: Progress) -> None:
    """Makes bench_value of as many rows as there are observations without corrections."""
    progress.expect(plan.originals)
    statement = MADE.format(
        skipped=plan.skipped,
        measures=plan.measures,
        seed=plan.seed,
        withdrawn=is_withdrawn(plan),
        month="(extract(year FROM last) * 12 + extract(month FROM last))::int",
        first_month=plan.first_month.year * 12 + plan.first_month.month,
    )
    progress.add(execute(statement))
    execute("CREATE INDEX ON bench_value (id)")
    execute("ANALYZE bench_value")


def add_sources(plan: Plan, progress: Progress) -> None:
    """One for each month of values that were imported, one for the corrections, and one for each reported value."""
    at, shared = plan.began_at, plan.closed + 2
    title = f"'BENCH {GENERATED}された統計 ' || coalesce((SELECT name FROM bench_cycle WHERE cycle = g - 2), '過去分')"
    progress.expect(shared + _reported())
    progress.add(
        insert(Source, {"id": "g", "title": title, "tier": "'primary'"}, f"FROM generate_series(1, {shared}) g", at=at)
    )
    columns = {"id": f"id + {shared}", "title": _title(), "publisher": "'BENCH'", "published_on": "period_end"}
    for these in _slices(plan.originals):
        source = f"FROM bench_value JOIN bench_cycle USING (cycle) WHERE update_id IS NOT NULL AND {these} ORDER BY id"
        progress.add(insert(Source, columns, source, at=at))


def add_reported(plan: Plan, progress: Progress) -> None:
    """The values as they stand in the reports."""
    progress.expect(_reported())
    given = {"source_title": _title(), "source_publisher": "'BENCH'", "source_published_on": "period_end"}
    own = {name: name for name in ("id", "update_id", "position", "kpi_id")}
    for these in _slices(plan.originals):
        source = f"FROM bench_value JOIN bench_cycle USING (cycle) WHERE update_id IS NOT NULL AND {these} ORDER BY id"
        columns = own | PERIOD | NUMBERS | STATUS | given
        progress.add(insert(ReportedValue, columns, source, at=plan.began_at))
    progress.add(_add_to_open_reports(plan))


def add_observations(plan: Plan, progress: Progress) -> None:
    """Reported values became known when their report was approved, the others when they were imported."""
    progress.expect(plan.observations)
    began, shared = literal(plan.began_at), plan.closed + 2
    columns = PERIOD | NUMBERS | STATUS | {
        "id": "id",
        "kpi_id": "kpi_id",
        "update_id": "update_id",
        "source_id": f"CASE WHEN update_id IS NULL THEN cycle + 2 ELSE id + {shared} END",
        "recorded_at": f"CASE WHEN cycle < 0 THEN {began} WHEN update_id IS NULL THEN imported_at"
        f" ELSE {decided_at(plan)} END",
    }  # fmt: skip
    for these in _slices(plan.originals):
        source = f"FROM bench_value LEFT JOIN bench_cycle USING (cycle) WHERE {these} ORDER BY id"
        progress.add(insert(Observation, columns, source, at=plan.began_at))
    progress.add(_correct(plan))


def _correct(plan: Plan) -> int:
    """Every hundredth value or so was corrected, all at one moment."""
    unit = "(SELECT unit FROM bench_kpi WHERE id = kpi_id)"
    columns = PERIOD | {
        "id": f"{plan.originals} + n",
        "kpi_id": "kpi_id",
        "value": f"coalesce(value, low) + {unit}",
        "source_id": str(plan.closed + 2),
        "corrects_id": "id",
        "reason": f"'{GENERATED}された訂正'",
        "recorded_at": literal(plan.corrected_at),
    }
    source = (
        f"FROM generate_series(1, {plan.corrections}) AS n JOIN bench_value"
        f" ON id = (n - 1) * greatest({plan.originals} / greatest({plan.corrections}, 1), 1) + 1 ORDER BY n"
    )
    return insert(Observation, columns, source, at=plan.corrected_at)


def _add_to_open_reports(plan: Plan) -> int:
    """One value in each open report whose measure has a monthly KPI: nobody knows it yet."""
    last = OPEN_MONTH + timedelta(days=31)
    columns = STATUS | {
        "id": f"{plan.originals} + slot + 1",
        "update_id": f"{plan.closed_updates} + slot + 1",
        "position": "0",
        "kpi_id": "id",
        "period_type": "period_type",
        "period_start": literal(OPEN_MONTH),
        "period_end": literal(last),
        "value": "(base + change) * unit",
        "source_title": f"'BENCH {GENERATED}された統計'",
        "status": f"'{ObservationStatus.FINAL.value}'",
    }
    source = (
        f"FROM (SELECT DISTINCT ON (slot) * FROM bench_kpi WHERE period_type = '{PeriodType.MONTH.value}'"
        f" AND slot < {plan.open_updates} ORDER BY slot, id) AS k ORDER BY slot"
    )
    return insert(ReportedValue, columns, source, at=plan.began_at)


def _title() -> str:
    return f"'BENCH {GENERATED}された統計 ' || name"


def _reported() -> int:
    return int(value("SELECT count(update_id) FROM bench_value"))


def _slices(rows: int) -> list[str]:
    return [f"id > {first} AND id <= {first + AT_ONCE}" for first in range(0, rows, AT_ONCE)]
