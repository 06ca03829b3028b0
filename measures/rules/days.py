"""The calendar day of an instant, as Japan counts it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


def wire(at: datetime) -> str:
    """`at` in Japan's time, as it is told to people and machines."""
    return at.astimezone(JAPAN).isoformat(timespec="microseconds")


def day_of(at: datetime) -> date:
    """The calendar day of `at` in Japan."""
    return at.astimezone(JAPAN).date()
