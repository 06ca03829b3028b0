"""What is asked of a KPI in a template: the periods without a value that are over."""

from collections.abc import Callable, Iterator
from datetime import date

from measures.rules import periods
from measures.rules.periods import Period
from measures.vocabulary import PeriodType

# Whoever is further behind adds the older ones by hand.
MOST = 3
YEARS = {PeriodType.FISCAL_YEAR: periods.fiscal_year, PeriodType.CALENDAR_YEAR: periods.calendar_year}


def unreported(last: Period | None, period_type: str, *, on: date) -> list[Period]:
    """The newest periods after `last` that ended before the day `on`, or the one that comes next; in order.

    Without a last value the newest year that is over; nothing where periods are no years.
    """
    if last is None:
        make = YEARS.get(PeriodType(period_type))
        return [next(year for year in _years(make, on) if year.end <= on)] if make else []
    found, period = [], last.following()
    while period.end <= on:
        found.append(period)
        period = period.following()
    return found[-MOST:] or [period]


def _years(make: Callable[[int], Period], on: date) -> Iterator[Period]:
    return (make(on.year - back) for back in range(3))
