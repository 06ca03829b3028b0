"""Which periods a template asks of a KPI."""

from datetime import date

import pytest

from measures.rules import periods
from measures.rules.imports.asked import unreported


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (date(2019, 12, 31), [2019]),  # not over yet, but it comes next
        (date(2020, 1, 1), [2019]),
        (date(2021, 1, 1), [2019, 2020]),
        (date(2026, 11, 24), [2023, 2024, 2025]),
    ],
)
def test_the_newest_three_that_are_over_or_the_next_one(on: date, asked: list[int]) -> None:
    last = periods.calendar_year(2018)
    assert unreported(last, "calendar_year", on=on) == [periods.calendar_year(year) for year in asked]


def test_without_a_last_value_the_newest_year_that_is_over() -> None:
    assert unreported(None, "fiscal_year", on=date(2021, 3, 31)) == [periods.fiscal_year(2019)]
    assert unreported(None, "fiscal_year", on=date(2021, 4, 1)) == [periods.fiscal_year(2020)]
    assert unreported(None, "point", on=date(2021, 4, 1)) == []
