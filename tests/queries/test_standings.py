"""A standing is told by two values of a KPI at most, and is the one that all of its values give."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from measures.models import Kpi, Observation
from measures.queries import observed, standings
from measures.queries.as_of import known_at
from measures.rules import kpi
from tests import builders
from tests.operations.test_progress_corrections import a_correction, approved
from tests.rules.test_kpi_properties import CASES, some_observations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = date(2020, 4, 1)


def ids() -> list[int]:
    return list(Kpi.objects.order_by("pk").values_list("pk", flat=True))


def every(pk: int) -> list[kpi.Observation]:
    rows = Observation.objects.filter(kpi=pk, corrected_by=None).values_list(*observed.COLUMNS)
    return [observed.observation(*row) for row in rows]


def assert_the_same() -> None:
    told = standings.told(ids())
    assert max(len(values) for values in told.observations.values()) <= 2 < max(len(every(pk)) for pk in ids())
    for pk in ids():
        assert told.standing(pk, on=DAY) == told.judged(pk, every(pk), on=DAY)


def test_the_telling_values_give_the_standing_that_all_of_them_give() -> None:
    assert_the_same()


def test_so_they_do_of_what_was_corrected_and_in_the_past() -> None:
    builders.an_update(at_status="approved")
    first = approved(a_correction())
    approved(a_correction(observations=[builders.a_value(value="15.9")]))
    assert_the_same()
    with known_at(first.decided_at):
        assert_the_same()
    with known_at(first.drafted_at):
        assert_the_same()


def test_the_standings_of_many_kpis_take_the_statements_of_one() -> None:
    taken = []
    for some in (ids()[:1], ids()):
        with CaptureQueriesContext(connection) as captured:
            standings.kpi_columns(some, on=DAY)
        taken.append(len(captured))
    assert taken == [5, 5]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CASES, some_observations())
def test_whatever_the_numbers_and_whatever_is_reported(case: dict[str, Any], reported: list[kpi.Observation]) -> None:
    values, aimed = (
        case["observations"],
        {name: {1: case[name]} if case[name] else {} for name in ("target", "baseline")},
    )
    facts = standings.Known({1: case["direction"]}, {}, aimed["baseline"], aimed["target"], "abn-1")
    # A table of this session goes before the one of the same name that is in public.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE measures_observation AS SELECT * FROM measures_observation LIMIT 0")
        cursor.executemany(
            "INSERT INTO measures_observation"
            " (id, kpi_id, period_type, period_start, period_end, value, low, high, status, approximate)"
            " VALUES (%s, 1, %s, %s, %s, %s, %s, %s, 'final', false)",
            [
                (pk, one.period.type, one.period.start, one.period.end, one.value, one.low, one.high)
                for pk, one in enumerate(values)
            ],
        )
        plain = observed.telling({"now": facts.asked(1)}).get("now", [])
        kept = observed.telling({"then": facts.asked(1, instead=[one.period for one in reported])}).get("then", [])
        transaction.set_rollback(True)
    assert facts.judged(1, plain, on=DAY) == facts.judged(1, values, on=DAY)
    assert facts.judged(1, [*kept, *reported], on=DAY) == facts.judged(1, [*values, *reported], on=DAY)
