"""How pages write what the API answers: days, instants, periods, numbers and shares, as people of each language do."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from measures.messages import in_japanese
from measures.rules import periods
from measures.rules.days import JST, day_ja
from measures.vocabulary import PeriodType

register = template.Library()
# The first day of each era, its name and its year 0.
ERAS = (
    (date(2019, 5, 1), "令和", 2018),
    (date(1989, 1, 8), "平成", 1988),
    (date(1926, 12, 25), "昭和", 1925),
    (date(1912, 7, 30), "大正", 1911),
    (date(1868, 1, 25), "明治", 1867),
)
JAPANESE, LATIN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"), re.compile("[A-Za-z]")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@register.filter
def day(value: Any) -> str:
    """2026年11月24日, or 24 November 2026; of a date, or of one as the API writes it."""
    if not value:
        return ""
    one = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if in_japanese():
        return day_ja(one)
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


@register.filter
def instant(value: Any) -> str:
    """The day and the minute in Japan."""
    if not value:
        return ""
    at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(JST)
    # English readers may be elsewhere.
    return f"{day(at.date())} {at:%H:%M}" + ("" if in_japanese() else " JST")


@register.filter
def exactly(value: datetime) -> str:
    """As `instant`, with the second where it is not a whole minute: a moment that was asked for."""
    at = value.astimezone(JST)
    return instant(at).replace(f"{at:%H:%M}", f"{at:%H:%M:%S}") if at.second else instant(at)


@register.filter
def iso(value: Any) -> str:
    """As machines read it, for <time datetime>."""
    return value if isinstance(value, str) else value.astimezone(JST).isoformat(timespec="seconds")


@register.filter
def local(value: datetime | None) -> str:
    """As a browser's field for date and time takes it."""
    if not value:
        return ""
    at = value.astimezone(JST).replace(tzinfo=None)
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds" if at.second else "minutes")


@register.filter
def period(value: dict[str, Any] | None) -> str:
    """A period of the API's with the Japanese era in Japanese: 令和8年度（2026年度）, FY2026."""
    if not value:
        return ""
    one = periods.from_wire(value)
    if one.type == PeriodType.POINT:
        return day(one.start)
    if not in_japanese():
        return _english(one, value)
    label, year = periods.label_ja(one), int(value["year"])
    # A year is called by the era that it ends in: 2019 and its fiscal year are 令和元.
    named = _era(one.start if one.type == PeriodType.MONTH else date(year, 12, 31))
    return f"{named}{label.removeprefix(str(year))}（{label}）"


@register.filter
def era(value: str) -> str:
    """令和8年11月24日 for the Japanese reader; nothing in English."""
    if not value or not in_japanese():
        return ""
    one = date.fromisoformat(value[:10])
    return f"{_era(one)}年{one.month}月{one.day}日"


@register.filter
def number(value: Any) -> str:
    """A decimal as it is stored, with separators between thousands; a dash where there is none."""
    if value is None or value == "":
        return "–"
    return f"{Decimal(str(value)):,f}"


@register.filter
def percent(value: Any) -> str:
    """A share as a percentage with one decimal, or none where it is whole; a dash where there is none."""
    if value is None or value == "":
        return "–"
    shown = f"{Decimal(str(value)) * 100:.1f}"
    return f"{shown.removesuffix('.0')}%"


@register.filter
def tongue(text: str | None) -> str:
    """The language that someone wrote in, as far as letters tell; that of the page where there are none."""
    written = text or ""
    return "ja" if JAPANESE.search(written) else "en" if LATIN.search(written) else get_language() or ""


@register.filter
def spoken(text: str | None) -> str:
    """What someone wrote, marked where it is not in the language of the page, for whoever hears it read."""
    language = tongue(text)
    if language == get_language():
        return text or ""
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def suffix(name: str) -> str:
    """What people call a kind of file by: PDF of report.pdf."""
    return name.rpartition(".")[2].upper()


def _english(one: periods.Period, value: dict[str, Any]) -> str:
    if one.type == PeriodType.CALENDAR_YEAR:
        return str(value["year"])
    if one.type == PeriodType.MONTH:
        return f"{MONTHS[one.start.month - 1]} {one.start.year}"
    return periods.label(one)


def _era(one: date) -> str:
    """The year of the era in which the day lies, 元 for the first."""
    first = next((known for known in ERAS if known[0] <= one), ERAS[-1])
    year = one.year - first[2]
    return f"{first[1]}{'元' if year == 1 else year}"
