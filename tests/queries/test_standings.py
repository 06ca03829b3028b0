"""A standing is told by two values of a KPI at most, and is the one that all of its values give."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from measures.models import Kpi
from measures.queries import observed, standings
from measures.queries.as_of import known_at
from measures.rules import kpi
from tests import builders
from tests.operations.test_progress_corrections import a_correction, approved
from tests.rules.test_kpi_properties import CASES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
DAY = date(2020, 4, 1)


def ids() -> list[int]:
    return list(Kpi.objects.order_by("pk").values_list("pk", flat=True))


def assert_the_same() -> None:
    every, told = standings.known(ids()), standings.told(ids())
    assert max(len(values) for values in told.observations.values()) <= 2 < max(map(len, every.observations.values()))
    for pk in ids():
        assert told.standing(pk, on=DAY) == every.standing(pk, on=DAY)


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
@given(CASES)
def test_whatever_the_numbers(case: dict[str, Any]) -> None:
    values = case["observations"]
    asked = observed.asked(case["target"], case["baseline"], case["direction"])
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
        told = {one.period: one for one in observed.telling({1: asked}).get(1, [])}
        transaction.set_rollback(True)
    of_some, of_all = (kpi.standing(on=DAY, **case | {"observations": some}) for some in (told.values(), values))
    assert of_some == of_all
