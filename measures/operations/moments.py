"""The moment of an operation: the edge's clock, but never at or before what it acts on."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TICK = timedelta(microseconds=1)
JAPAN = ZoneInfo("Asia/Tokyo")


def after(at: datetime, *lasts: datetime | None) -> datetime:
    """`at`, or one microsecond past the latest of `lasts` when that is later: time only moves forward per subject."""
    return max([at, *(last + TICK for last in lasts if last is not None)])


def day_of(at: datetime) -> date:
    """The calendar day of `at` in Japan."""
    return at.astimezone(JAPAN).date()
