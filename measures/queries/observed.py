"""The values of KPIs as the engine takes them: all of them, or only those by which a standing is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from measures.models import Observation
from measures.rules import kpi, periods
from measures.vocabulary import ObservationStatus

# What the engine reads of an observation.
COLUMNS = (
    *("period_type", "period_start", "period_end"),
    *("value", "low", "high"),
    "status",
    "approximate",
)
# Of each KPI the last value that counts, and the first that meets the target: the engine asks for no other.
TELLING = """
    WITH known AS (
        SELECT kpi_id, period_type, period_start, period_end, value, low, high, status, approximate
        FROM measures_observation one
        WHERE NOT EXISTS (SELECT FROM measures_observation later WHERE later.corrects_id = one.id)
    )
    SELECT told.* FROM unnest(%s::bigint[], %s::date[], %s::boolean[], %s::numeric[], %s::numeric[])
        AS asked (kpi, after, aimed, lowest, highest)
    CROSS JOIN LATERAL (
        (SELECT * FROM known WHERE kpi_id = asked.kpi AND (asked.after IS NULL OR period_end > asked.after)
            ORDER BY period_end DESC, period_start DESC LIMIT 1)
        UNION ALL
        (SELECT * FROM known WHERE kpi_id = asked.kpi AND (asked.after IS NULL OR period_end > asked.after)
            AND asked.aimed
            AND (asked.lowest IS NULL OR coalesce(low, value) >= asked.lowest)
            AND (asked.highest IS NULL OR coalesce(high, value) <= asked.highest)
            ORDER BY period_end, period_start LIMIT 1)
    ) told"""
Values = Mapping[int, list[kpi.Observation]]


class Asked(NamedTuple):
    """What is asked of a KPI: values whose period ends later than `after`, and which of them meet `aim`."""

    after: date | None
    aim: kpi.Aim | None


def asked(target: kpi.Target | None, baseline: kpi.Baseline | None, direction: str) -> Asked:
    """What the standing of a KPI asks of its values; with a target only those after its baseline's count."""
    if target is None:
        return Asked(None, None)
    return Asked(baseline.period.end if baseline else None, kpi.aim_at(target, baseline, direction))


def observation(
    kind: str,
    start: date,
    end: date,
    value: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    status: str,
    approximate: bool,
) -> kpi.Observation:
    """A value as the engine takes it, from its COLUMNS."""
    return kpi.Observation(
        period=periods.from_dates(kind, start, end),
        value=value,
        low=low,
        high=high,
        provisional=status == ObservationStatus.PROVISIONAL,
        approximate=approximate,
    )


def every(kpi_ids: Collection[int]) -> Values:
    """All values as now known, by the id of their KPI; one statement."""
    known = Observation.objects.filter(kpi__in=kpi_ids, corrected_by=None).order_by("kpi", "period_start")
    # As plain values: most of the time went into making rows of models.
    return _by_kpi(known.values_list("kpi", *COLUMNS).iterator())


def telling(questions: Mapping[int, Asked]) -> Values:
    """At most two values of each KPI, from which the engine answers the same as from all of them; one statement.

    What a KPI has been observed for grows with every year, and what is read here does not.
    """
    aims = [one.aim for one in questions.values()]
    given = (
        list(questions),
        [one.after for one in questions.values()],
        [aim is not None for aim in aims],
        [aim.low if aim else None for aim in aims],
        [aim.high if aim else None for aim in aims],
    )
    with connection.cursor() as cursor:
        cursor.execute(TELLING, given)
        return _by_kpi(cursor.fetchall())


def _by_kpi(rows: Iterable[tuple[Any, ...]]) -> Values:
    found: dict[int, list[kpi.Observation]] = defaultdict(list)
    for kpi_id, *columns in rows:
        found[kpi_id].append(observation(*columns))
    return found
