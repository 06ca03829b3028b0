"""How a report's pages write what is frozen: labels, figures, periods, days and other people's text, in Japanese."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from measures.rules import kpi, periods
from measures.rules.days import JAPAN, day_ja
from measures.vocabulary import label

NOTHING = "－"
# Marks that turn text around; what nobody may send may still stand in a source.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
# A run of letters as long as this gets places where it may break; a line has room for about twice as many.
RUN = re.compile(r"[!-~\u00a1-\u02ff\u0370-\u0fff]{30,}")
BREAK, PIECE = "\u200b", re.compile(r".{1,15}?[/?&=._-]|.{1,15}")


def named(vocabulary: type[TextChoices], code: str | None) -> str:
    return label(vocabulary, code, "ja") if code else NOTHING


def text(written: str | None) -> str:
    """What someone wrote, on one line: without what cannot be printed, and with room to break where it has none."""
    shown = "".join(" " if one in "\t\n\r" else "\ufffd" if _is_control(one) else one for one in written or "")
    return RUN.sub(lambda run: BREAK.join(PIECE.findall(run[0])), TURNING.sub("\ufffd", shown))


def paragraphs(written: str | None) -> list[str]:
    return [text(line) for line in (written or "").splitlines() if line.strip()]


def figure(row: Mapping[str, Any] | None, unit: str = "") -> str:
    """A number or a range with its unit; － where there is none."""
    if row is None:
        return NOTHING
    if row["value"] is not None:
        return number(row["value"], unit)
    if row["low"] is None:
        return NOTHING
    return f"{number(row['low'])}～{number(row['high'], unit)}"


def number(value: str | Decimal | None, unit: str = "") -> str:
    """With every digit it has, in groups of three."""
    return NOTHING if value is None else f"{Decimal(value):,f}{text(unit)}"


def rounded(value: str | None, places: int, unit: str = "") -> str:
    """A computed number, which has more digits than anyone reads."""
    return number(value and kpi.shown(Decimal(value), places), unit)


def percent(share: str | None) -> str:
    return NOTHING if share is None else f"{Decimal(share) * 100:.1f}%"


def period(wire: Any) -> str:
    return periods.label_ja(periods.from_wire(wire)) if wire else NOTHING


def day(iso: str | None) -> str:
    return day_ja(date.fromisoformat(iso)) if iso else NOTHING


def instant(iso: str) -> str:
    at = datetime.fromisoformat(iso).astimezone(JAPAN)
    return f"{day_ja(at.date())} {at:%H:%M:%S}"


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs")
