"""The calendar day of an instant, as Japan counts it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


def day_of(at: datetime) -> date:
    """The calendar day of `at` in Japan."""
    return at.astimezone(JAPAN).date()
