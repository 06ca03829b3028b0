"""The generated reports: their states, their reviews, and what they made of the measures and KPIs."""

from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.registry import GENERATED
from measures.management.bench.rows import execute, insert, literal
from measures.models import ProgressUpdate, Review, StatusChange
from measures.vocabulary import Health, MeasureStatus, UpdateState

# Within their cycle the drafts of all measures come first, then the submissions, then the decisions.
DRAFTING_SECONDS, TO_SUBMISSION, TO_DECISION = 4 * 24 * 3600, "interval '5 days'", "interval '11 days'"
WITHDRAWN_ONE_IN = 97
CYCLES_AT_ONCE = 10
RETURNED_BECAUSE = "BENCH 出典を直してください。"
# The states of the reports in the open cycle, taken in turn.
OPEN_STATES = (UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.RETURNED, UpdateState.WITHDRAWN)
# Measures that were completed, suspended for a while and discontinued, by the last digits of their slot.
STATUS = """CASE
    WHEN slot % 50 = 41 AND cycle >= {closed} * 9 / 10 THEN '{discontinued}'
    WHEN slot % 10 = 9 AND kind = 'action' AND cycle >= {closed} * 2 / 3 THEN '{completed}'
    WHEN slot % 10 = 8 AND cycle >= {closed} / 2 AND cycle < {closed} * 3 / 4 THEN '{suspended}'
    ELSE '{in_progress}' END"""
HEALTH = """CASE
    WHEN (cycle / 6 * 7 + slot * 13 + {seed}) % 10 < 7 THEN '{on_track}'
    WHEN (cycle / 6 * 7 + slot * 13 + {seed}) % 10 < 9 THEN '{at_risk}' ELSE '{off_track}' END"""
TURNS = f"""
    CREATE TEMP TABLE bench_turn ON COMMIT DROP AS
    SELECT id, measure_id, decided_at, status, health, is_change,
        max(day) FILTER (WHERE is_turn) OVER (PARTITION BY measure_id ORDER BY id) AS status_since
    FROM (
        SELECT id, measure_id, decided_at, declared_status AS status, declared_health AS health,
            (decided_at AT TIME ZONE 'Asia/Tokyo')::date AS day,
            declared_status <> lag(declared_status, 1, '{MeasureStatus.NOT_STARTED.value}') OVER before AS is_turn,
            (declared_status, declared_health) <> (
                lag(declared_status, 1, '{MeasureStatus.NOT_STARTED.value}') OVER before,
                lag(declared_health, 1, '{Health.NOT_ASSESSED.value}') OVER before) AS is_change
        FROM measures_progressupdate WHERE state = '{UpdateState.APPROVED.value}'
        WINDOW before AS (PARTITION BY measure_id ORDER BY id)
    ) AS approved"""
# Each moment at which something new was known of a KPI, with the version that it became.
KPIS_CHANGED = """
    CREATE TEMP TABLE bench_kpi_change ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY at, kpi_id) AS id, kpi_id, at,
        1 + row_number() OVER (PARTITION BY kpi_id ORDER BY at) AS version
    FROM (SELECT DISTINCT kpi_id, recorded_at AS at FROM measures_observation WHERE recorded_at > {began}) AS known"""
# An approval renews the measure of the report and every measure its KPIs speak of; `turn` is the latest report of the
# measure that was approved by then.
MEASURES_CHANGED = """
    CREATE TEMP TABLE bench_measure_change ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY at, measure_id) AS id, measure_id, at,
        1 + row_number() OVER before AS version, max(approved) OVER before AS turn
    FROM (
        SELECT measure_id, at, max(approved) AS approved FROM (
            SELECT measure_id, decided_at AS at, id AS approved FROM bench_turn
            UNION ALL SELECT k.measure_id, at, NULL FROM bench_kpi_change JOIN measures_kpilink AS k USING (kpi_id)
        ) AS causes GROUP BY 1, 2
    ) AS changes
    WINDOW before AS (PARTITION BY measure_id ORDER BY at)"""
KPIS_RENEWED = """
    UPDATE measures_kpi SET version = last.version, updated_at = last.at
    FROM (SELECT DISTINCT ON (kpi_id) * FROM bench_kpi_change ORDER BY kpi_id, at DESC) AS last
    WHERE kpi_id = measures_kpi.id"""
MEASURES_RENEWED = """
    UPDATE measures_measure SET version = last.version, updated_at = last.at
    FROM (SELECT DISTINCT ON (measure_id) * FROM bench_measure_change ORDER BY measure_id, at DESC) AS last
    WHERE measure_id = measures_measure.id"""
MEASURES_TURNED = """
    UPDATE measures_measure SET status = last.status, status_since = last.status_since, health = last.health
    FROM (SELECT DISTINCT ON (measure_id) * FROM bench_turn ORDER BY measure_id, id DESC) AS last
    WHERE measure_id = measures_measure.id"""


def add(plan: Plan, progress: Progress) -> None:
    """The reports of the closed cycles, numbered in time, then those of the open one."""
    progress.expect(plan.updates)
    for first in range(0, plan.closed, CYCLES_AT_ONCE):
        nths = f"generate_series({first * plan.measures}, {(first + CYCLES_AT_ONCE) * plan.measures - 1}) AS nth"
        source = (
            f"FROM {nths} JOIN bench_slot ON slot = nth % {plan.measures} JOIN bench_cycle"
            f" ON cycle = nth / {plan.measures} WHERE nth >= {plan.skipped} AND cycle < {plan.closed} ORDER BY nth"
        )
        progress.add(insert(ProgressUpdate, _closed_report(plan), source, at=plan.began_at))
    source = f"FROM bench_slot JOIN bench_cycle ON cycle = {plan.closed} WHERE slot < {plan.open_updates} ORDER BY slot"
    progress.add(insert(ProgressUpdate, _open_report(plan), source, at=plan.began_at))


def add_reviews(plan: Plan, progress: Progress) -> None:
    """The submission of each report, and what came of it."""
    progress.expect(2 * plan.closed_updates + plan.open_updates * 5 // 4)
    own = {"update_id": "id", "round": "round"}
    submitted = own | {"verb": "'submit'", "actor_id": "submitted_by_id", "recorded_at": "submitted_at"}
    approver, officer = "author_id + 1", "author_id"
    ends = (
        (UpdateState.APPROVED, "approve", approver, ""),
        (UpdateState.WITHDRAWN, "withdraw", officer, ""),
        (UpdateState.RETURNED, "return", approver, RETURNED_BECAUSE),
    )
    count = insert(
        Review, submitted | {"id": "row_number() OVER (ORDER BY id)"},
        "FROM measures_progressupdate WHERE round > 0 ORDER BY id", at=plan.began_at,
    )  # fmt: skip
    progress.add(count)
    for state, verb, actor, comment in ends:
        columns = own | {
            "id": f"{count} + row_number() OVER (ORDER BY id)",
            "verb": literal(verb),
            "comment": literal(comment),
            "actor_id": actor,
            "recorded_at": "updated_at",
        }
        source = f"FROM measures_progressupdate WHERE state = {literal(state.value)} ORDER BY id"
        added = insert(Review, columns, source, at=plan.began_at)
        progress.add(added)
        count += added


def take_effect(plan: Plan, progress: Progress) -> None:
    """What the approvals did to their measures and KPIs; makes bench_turn, which says it of each approved report, and
    bench_kpi_change and bench_measure_change, which say it of each moment.
    """
    began, kept = literal(plan.began_at), {"measure_id": "measure_id", "status": "status", "health": "health"}
    execute(TURNS)
    execute("CREATE INDEX ON bench_turn (id)")
    first = kept | {"id": "id", "measure_id": "id", "reason": f"'{GENERATED}'", "recorded_at": began}
    progress.add(insert(StatusChange, first, "FROM measures_measure ORDER BY id", at=plan.began_at))
    turned = kept | {
        "id": f"{plan.measures} + row_number() OVER (ORDER BY id)",
        "status_since": "status_since",
        "update_id": "id",
        "recorded_at": "decided_at",
    }
    progress.add(insert(StatusChange, turned, "FROM bench_turn WHERE is_change ORDER BY id", at=plan.began_at))
    for statement in (KPIS_CHANGED.format(began=began), MEASURES_CHANGED):
        execute(statement)
    for statement in (KPIS_RENEWED, MEASURES_RENEWED, MEASURES_TURNED):
        progress.add(execute(statement))


def is_withdrawn(plan: Plan) -> str:
    """Whether the report of a slot in a closed cycle was withdrawn."""
    return f"((cycle * 31 + slot * 17 + {plan.seed}) % {WITHDRAWN_ONE_IN} = 0)"


def decided_at(plan: Plan) -> str:
    return f"{_drafted_at(plan)} + {TO_DECISION}"


def _drafted_at(plan: Plan) -> str:
    return f"opened_at + make_interval(secs => slot * {DRAFTING_SECONDS}::bigint / {plan.measures})"


def _report(plan: Plan) -> dict[str, str]:
    """What the reports of every cycle have in common."""
    statuses = {status.value: status.value for status in MeasureStatus} | {
        health.value: health.value for health in Health
    }
    return {
        "measure_id": "slot + 1",
        "cycle_id": f"cycle * {plan.documents} + document + 1",
        "ministry_id": "ministry_id",
        "narrative": f"'BENCH {GENERATED}された報告：' || measure_code || 'の' || name || '分。計画に沿って事業を進め、"
        "関係機関と協議を重ね、成果の普及に努めた。次の月も引き続き取り組む。'",
        "declared_status": STATUS.format(closed=plan.closed, **statuses),
        "declared_health": HEALTH.format(seed=plan.seed, **statuses),
        "author_id": "officer_id",
        "contributors": "ARRAY[officer_id]",
        "drafted_at": _drafted_at(plan),
    }


def _closed_report(plan: Plan) -> dict[str, str]:
    withdrawn = is_withdrawn(plan)
    return _report(plan) | {
        "id": f"nth - {plan.skipped} + 1",
        "state": f"CASE WHEN {withdrawn} THEN '{UpdateState.WITHDRAWN.value}' ELSE '{UpdateState.APPROVED.value}' END",
        "round": "1",
        "submitted_at": f"{_drafted_at(plan)} + {TO_SUBMISSION}",
        "submitted_by_id": "officer_id",
        "decided_at": f"CASE WHEN NOT {withdrawn} THEN {decided_at(plan)} END",
        "decided_by_id": f"CASE WHEN NOT {withdrawn} THEN approver_id END",
        "version": "3",
        "updated_at": decided_at(plan),
    }


def _open_report(plan: Plan) -> dict[str, str]:
    """Their states go in turn: draft, submitted, returned, withdrawn."""
    turn = f"slot % {len(OPEN_STATES)}"
    states = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
    drafted, submitted, decided = _drafted_at(plan), f"{_drafted_at(plan)} + {TO_SUBMISSION}", decided_at(plan)
    return _report(plan) | {
        "id": f"{plan.closed_updates} + slot + 1",
        "state": f"(ARRAY[{states}])[{turn} + 1]",
        "round": f"({turn} > 0)::int",
        "submitted_at": f"CASE WHEN {turn} > 0 THEN {submitted} END",
        "submitted_by_id": f"CASE WHEN {turn} > 0 THEN officer_id END",
        "version": f"least({turn} + 1, 3)",
        "updated_at": f"CASE {turn} WHEN 0 THEN {drafted} WHEN 1 THEN {submitted} ELSE {decided} END",
    }
