"""Loads all that is generated in one transaction: into an empty database, all or nothing."""

from collections.abc import Callable
from datetime import date, datetime

from django.apps import apps
from django.db import transaction

from measures.management.bench import (
    cycles,
    history,
    indicators,
    log,
    obligations,
    registry,
    reports,
    standings,
    values,
)
from measures.management.bench.bulk import bare, quiet
from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.rows import count_on, execute
from measures.models import (
    Assignment,
    AuditDue,
    Cycle,
    Document,
    Event,
    Kpi,
    KpiStanding,
    Measure,
    MeasureStanding,
    Milestone,
    Obligation,
    ObligationHistory,
    Observation,
    ProgressUpdate,
    ReportedValue,
    RequestCount,
    Review,
    Source,
    StatusChange,
)
from measures.operations import sealing

LARGE = (
    *(Source, ProgressUpdate, ReportedValue, Observation, Review, StatusChange, Event),
    *(Obligation, ObligationHistory, *history.FILLED),
)
# The others whose past is kept: their triggers would keep it of the moments at which we write.
KEPT = (Assignment, Cycle, Kpi, Measure, Milestone, KpiStanding, MeasureStanding)
# Neither says anything of what is tracked.
UNASKED = (AuditDue, RequestCount)
# Temporary tables by which the steps speak to each other.
SCRATCH = (
    *("bench_cycle", "bench_slot", "bench_kpi", "bench_value", "bench_turn", "bench_said"),
    *("bench_kpi_change", "bench_measure_change"),
)
# What sorting and joining the largest tables may take.
MEMORY = "256MB"
# More than the sealer takes, which looks through all that is sealed once for each of them after a load.
SEALED_AT_ONCE = 50_000

Filling = Callable[[Plan, Progress], None]
# What fills the large tables, in this order; each reads what those before it wrote.
FILLING: tuple[tuple[str, Filling], ...] = (
    ("values", values.make),
    ("reports", reports.add),
    ("reported values", values.add_reported),
    ("sources", values.add_sources),
    ("observations", values.add_observations),
    ("reviews", reports.add_reviews),
    ("status and versions", reports.take_effect),
    ("events' values", lambda plan, progress: log.prepare()),
    ("events", log.add),
    ("history", history.add),
    ("obligations", obligations.add),
)
STEPS = len(("registry", "indexes", "foreign keys", "standings", "seal")) + len(FILLING)


class NotEmpty(Exception):
    """There are rows already; the message says what they are."""


@transaction.atomic
def load(plan: Plan, *, on: date, progress: Progress) -> None:
    """Generates everything. Raises NotEmpty when any row is there."""
    _refuse_rows()
    execute(f"SET LOCAL work_mem = '{MEMORY}'")
    with quiet(KEPT):
        with progress.step("registry"):
            _add_registry(plan, progress)
        with bare(LARGE, progress=progress):
            for name, fill in FILLING:
                with progress.step(name):
                    fill(plan, progress)
        execute(f"DROP TABLE {', '.join(SCRATCH)}")
        execute("ANALYZE")
        with progress.step("standings"):
            standings.add(plan, progress, on=on)
    for model in apps.get_app_config("measures").get_models():
        count_on(model)


def seal(progress: Progress, *, at: datetime) -> None:
    """Seals every event, once they are committed."""
    with progress.step("seal"):
        progress.expect(Event.objects.count())
        while number := sealing.seal(at=at, limit=SEALED_AT_ONCE):
            progress.add(number)


def vacuum() -> None:
    """What the server does by itself some time later; without it the first reads of each page write it anew."""
    execute("VACUUM (ANALYZE)")


def found() -> dict[str, int]:
    """How many rows each table holds, by the name of its model; tables without any are left out."""
    asked = [model for model in apps.get_app_config("measures").get_models() if model not in UNASKED]
    counted = {str(model._meta.verbose_name): model._default_manager.count() for model in asked}
    return {name: count for name, count in counted.items() if count}


def _refuse_rows() -> None:
    rows = found()
    if not rows:
        return
    real = list(Document.objects.exclude(code__startswith="BENCH-").values_list("code", flat=True)[:5])
    if real:
        raise NotEmpty(f"it holds real documents ({', '.join(real)})")
    raise NotEmpty("it holds " + ", ".join(f"{name} {count}" for name, count in list(rows.items())[:5]))


def _add_registry(plan: Plan, progress: Progress) -> None:
    progress.add(log.begin(plan))
    progress.add(registry.add_people(plan) + registry.add_documents(plan) + registry.add_measures(plan))
    progress.add(cycles.add(plan) + indicators.add(plan))
    cycles.prepare(plan)
    indicators.prepare(plan)
    # A table with checks that are still due cannot be altered, nor one that refers to it.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
