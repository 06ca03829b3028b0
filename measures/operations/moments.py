"""The moment of an operation: the edge's clock, but never at or before what it acts on."""

from datetime import datetime, timedelta

from measures.rules.days import JAPAN as JAPAN
from measures.rules.days import day_of as day_of

TICK = timedelta(microseconds=1)


def after(at: datetime, *lasts: datetime | None) -> datetime:
    """`at`, or one microsecond past the latest of `lasts` when that is later: time only moves forward per subject."""
    return max([at, *(last + TICK for last in lasts if last is not None)])
