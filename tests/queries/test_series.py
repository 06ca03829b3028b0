"""The series of a KPI: its values with what they were before, as the API lists them, now and at any moment."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.models import Kpi
from measures.queries import series
from measures.queries.as_of import known_at
from tests import builders
from tests.api import wire
from tests.api.test_revisions import EASIER, HARDER, SHARE, post
from tests.operations.test_progress_corrections import a_correction, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def of(*codes: str) -> list[series.Series]:
    return series.series(Kpi.objects.filter(code__in=codes).values_list("pk", flat=True), english=True)


def share() -> series.Series:
    return of("sme-patent-share")[0]


def in_2019(one: series.Series) -> list[tuple[str, list[str]]]:
    """The values of 2019, each with what it was before."""
    return [
        (str(value.figure.value), [str(figure.value) for figure in value.earlier])
        for value in one.values
        if value.period.start.year == 2019
    ]


def test_every_series_is_what_the_api_says_of_it() -> None:
    found = {one.code: one for one in series.series(Kpi.objects.values_list("pk", flat=True), english=False)}
    for kpi in wire.items("/kpis"):
        one, standing = found.pop(kpi["code"]), kpi["standing"]
        observed = wire.items(f"/kpis/{kpi['code']}/observations")
        assert (one.name, one.unit, one.decimals) == (kpi["name"], kpi["unit"], kpi["decimals"])
        assert [_told(value) for value in one.values] == [_asked(row) for row in observed]
        assert one.state == standing["state"]
        assert (one.goal.figure.value if one.goal else None) == _number(standing["target"])
        assert (one.baseline and one.baseline[1]) == _number(standing["baseline"])
        assert (one.required is None) == (standing["required"] is None)
    assert found == {}


def test_a_corrected_value_keeps_what_it_was_and_the_past_knows_nothing_of_it() -> None:
    builders.an_update(at_status="approved")
    first = approved(a_correction())
    approved(a_correction(observations=[builders.a_value(value="15.9")]))
    assert in_2019(share()) == [("15.9", ["16.1", "16.0"])]
    assert share().met_on is not None
    with known_at(first.decided_at):
        assert in_2019(share()) == [("16.0", ["16.1"])]
    assert first.decided_at is not None
    with known_at(first.decided_at - timedelta(microseconds=1)):
        assert in_2019(share()) == [("16.1", [])]


def test_targets_that_held_are_told_and_proposals_are_not() -> None:
    post(f"{SHARE}/targets", HARDER)
    post(f"{SHARE}/targets", EASIER)
    told = [(goal.state.value, str(goal.figure.value)) for goal in share().goals]
    assert told == [("original", "15"), ("current", "18")]


def test_a_baseline_without_a_number_leaves_the_target_without_one() -> None:
    (one,) = of("private-funds-to-universities")
    assert one.baseline is not None
    assert one.goal is not None
    assert (one.baseline[1], one.goal.figure.ends, one.state) == (None, (), "unresolved")


def test_many_series_take_as_many_statements_as_one() -> None:
    counts = []
    for codes in (["sme-patent-share"], list(Kpi.objects.values_list("code", flat=True))):
        ids = list(Kpi.objects.filter(code__in=codes).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            series.series(ids, english=True)
        counts.append(len(asked.captured_queries))
    assert counts == [5, 5]


def _told(value: series.Value) -> tuple[Any, ...]:
    figure = value.figure
    return figure.value, figure.low, figure.high, value.provisional, value.approximate, value.derived, value.source


def _asked(row: dict[str, Any]) -> tuple[Any, ...]:
    numbers = [_number(row[name]) for name in ("value", "low", "high")]
    return *numbers, row["status"] == "provisional", row["approximate"], row["derived"], row["source"]["title"]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
