"""The calendar day of an instant, as Japan counts it."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
# What instants are written in. Before 1888 the zone is off by minutes and seconds, for which RFC 3339 has no words.
JST = timezone(timedelta(hours=9))


def wire(at: datetime) -> str:
    """`at` in Japan's time, as it is told to people and machines."""
    return at.astimezone(JST).isoformat(timespec="microseconds")


def day_ja(on: date) -> str:
    """2019年10月1日."""
    return f"{on.year}年{on.month}月{on.day}日"


def day_of(at: datetime) -> date:
    """The calendar day of `at` in Japan."""
    return at.astimezone(JAPAN).date()
