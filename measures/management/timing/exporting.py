"""How fast files are made, and how much memory that takes."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from measures.management.timing.bench import Bench
from measures.management.timing.calls import API, get, send
from measures.management.timing.table import Measured
from measures.models import Observation
from tracker.embedded import binaries

MOST_ROUNDS = 3
PERIOD_LABEL = """CASE o.period_type WHEN 'fiscal_year' THEN to_char(o.period_start, '"FY"YYYY')
    WHEN 'quarter' THEN to_char(o.period_start - interval '3 months', '"FY"YYYY"Q"Q')
    WHEN 'month' THEN to_char(o.period_start, 'YYYY-MM') ELSE o.period_start::text END"""
# The columns of the export in its order.
ROWS = f"""SELECT o.id, k.code, k.name, o.period_type, {PERIOD_LABEL},
    CASE WHEN o.period_type IN ('fiscal_year', 'quarter') THEN extract(year FROM o.period_start - interval '3 months')
    END, o.period_start, o.period_end - 1, o.value, o.low, o.high, k.unit, o.status, o.approximate, o.derived,
    o.derivation, o.note, s.title, s.publisher, s.url, s.published_on, o.recorded_at, o.corrects_id, o.reason,
    o.update_id
    FROM measures_observation o JOIN measures_kpi k ON k.id = o.kpi_id JOIN measures_source s ON s.id = o.source_id
    ORDER BY k.code, o.period_start, o.period_type, o.id"""


def csv(bench: Bench) -> Measured:
    """All observations as CSV against psql's \\copy of the same rows."""
    return _file(bench, "csv", goal=0.8, wanted="should stay below 30")


def xlsx(bench: Bench) -> Measured:
    """All observations as a workbook, set against the same."""
    return _file(bench, "xlsx", goal=None, wanted="should stay below 100, at 100,000 rows/s or more")


def _file(bench: Bench, ending: str, *, goal: float | None, wanted: str) -> Measured:
    count = Observation.objects.count()
    request = [[get(f"{API}/exports/observations.{ending}", token=bench.token)]]
    ours, limit, growth = [], [], 0
    for number in range(1, min(bench.rounds, MOST_ROUNDS) + 1):
        limit.append(count / _psql())
        before = bench.ours.forget_peak()
        with _said(bench, f"  {ending} {number}: {limit[-1]:,.0f} rows/s by psql; ours is on its way"):
            outcome = send(request, port=bench.ours.port, seconds=0, connections=1, repeats=False)
        growth = max(growth, bench.ours.peak() - before)
        ours.append(count / outcome.seconds)
    note = f"{count:,} rows; the processes grew by {growth / 1024:.0f} MiB, which {wanted}"
    name = f"{ending.upper()} of all observations"
    return Measured(name=name, unit="rows/s", ours=ours, limit=limit, goal=goal, note=note)


@contextmanager
def _said(bench: Bench, line: str) -> Iterator[None]:
    bench.tell(line)
    since = time.monotonic()
    yield
    bench.tell(f"    done in {time.monotonic() - since:.1f} s")


def _psql() -> float:
    """Seconds that psql takes."""
    copy = "\\copy (" + " ".join(ROWS.split()) + ") to '/dev/null' csv header"
    command = [str(binaries.installed() / "psql"), "-X", "-q", "-d", os.environ["DATABASE_URL"], "-c", copy]
    since = time.monotonic()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - since
