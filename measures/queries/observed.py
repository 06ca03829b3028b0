"""The values of KPIs as the engine takes them, of each no more than it takes to tell where it stands."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.db import connection

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
    WITH instead AS (
        SELECT * FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS one (number, period_start, period_end)
    ), known AS (
        SELECT kpi_id, period_type, period_start, period_end, value, low, high, status, approximate
        FROM measures_observation one
        WHERE NOT EXISTS (SELECT FROM measures_observation later WHERE later.corrects_id = one.id)
    )
    SELECT asked.number, told.* FROM unnest(%s::bigint[], %s::date[], %s::boolean[], %s::numeric[], %s::numeric[])
        WITH ORDINALITY AS asked (kpi, after, aimed, lowest, highest, number)
    CROSS JOIN LATERAL (
        WITH counted AS NOT MATERIALIZED (
            SELECT period_type, period_start, period_end, value, low, high, status, approximate FROM known
            WHERE kpi_id = asked.kpi AND (asked.after IS NULL OR period_end > asked.after)
                AND (period_start, period_end) NOT IN (
                    SELECT period_start, period_end FROM instead WHERE instead.number = asked.number
                )
        )
        (SELECT * FROM counted ORDER BY period_end DESC, period_start DESC LIMIT 1)
        UNION ALL
        (SELECT * FROM counted
            WHERE asked.aimed AND (asked.lowest IS NULL OR coalesce(low, value) >= asked.lowest)
                AND (asked.highest IS NULL OR coalesce(high, value) <= asked.highest)
            ORDER BY period_end, period_start LIMIT 1)
    ) told"""
Key = TypeVar("Key", bound=Hashable)


class Asked(NamedTuple):
    """What is asked of a KPI (its id): values whose period ends later than `after`, and which of them meet `aim`.

    But not those of the periods `instead`, of which something else is said.
    """

    kpi: int
    after: date | None
    aim: kpi.Aim | None
    instead: tuple[periods.Period, ...] = ()


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


def telling(questions: Mapping[Key, Asked]) -> dict[Key, list[kpi.Observation]]:
    """At most two values for each question, from which the engine answers the same as from all; one statement.

    What a KPI has been observed for grows with every year, and what is read here does not.
    """
    asked = list(enumerate(questions.values(), 1))
    instead = [(number, one.start, one.end) for number, question in asked for one in question.instead]
    aims = [question.aim for _, question in asked]
    given: tuple[list[Any], ...] = (
        *([row[column] for row in instead] for column in range(3)),
        [question.kpi for _, question in asked],
        [question.after for _, question in asked],
        [aim is not None for aim in aims],
        [aim.low if aim else None for aim in aims],
        [aim.high if aim else None for aim in aims],
    )
    keys, found = list(questions), defaultdict[Key, list[kpi.Observation]](list)
    with connection.cursor() as cursor:
        cursor.execute(TELLING, given)
        for number, *columns in cursor.fetchall():
            found[keys[number - 1]].append(observation(*columns))
    return found
