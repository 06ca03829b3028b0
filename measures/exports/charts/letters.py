"""How much room words take, where they break, and how figures and days are written in a chart."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from measures.messages import in_japanese
from measures.rules import periods
from measures.rules.days import day_ja
from measures.rules.periods import Period

# Beyond these a figure is written with its power of ten.
LARGEST, SMALLEST = 14, -9
SIGNIFICANT = Context(prec=6, rounding=ROUND_HALF_EVEN)


def width(text: str, size: float) -> float:
    """About how wide `text` is at a font size: a full-width letter is as wide as it is high."""
    return size * sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.6 for one in text)


def wrapped(text: str, room: float, size: float, *, lines: int = 2) -> list[str]:
    """`text` in at most so many lines; what has no room is cut, and … says so."""
    words, found = list(_pieces(text)), [""]
    for piece in words:
        if width(found[-1] + piece, size) <= room or not found[-1]:
            found[-1] += piece
        else:
            found.append(piece.lstrip())
    if len(found) > lines:
        found = [*found[: lines - 1], "".join(found[lines - 1 :])]
    return [_cut(one, room, size) for one in found]


def figure(value: Decimal) -> str:
    """14,784 or 16.1 with every digit it has, and 1.5e30 where nobody would count the noughts."""
    if value and not SMALLEST <= value.adjusted() <= LARGEST:
        return f"{SIGNIFICANT.plus(value).normalize():e}".replace("e+", "e")
    return exact(value)


def exact(value: Decimal) -> str:
    """`value` with all of its digits."""
    return f"{value:,f}"


def figures(ends: Sequence[Decimal], *, whole: bool = False) -> str:
    """A number or the two ends of a range, as people write it; `whole` with all of its digits."""
    written = [exact(end) if whole else figure(end) for end in ends]
    return ("〜" if in_japanese() else " to ").join(written)


def period(one: Period) -> str:
    return periods.label_ja(one) if in_japanese() else periods.label(one)


def day(on: date) -> str:
    return day_ja(on) if in_japanese() else on.isoformat()


def sentences(said: Sequence[str]) -> str:
    return ("" if in_japanese() else " ").join(said)


def _pieces(text: str) -> Sequence[str]:
    """Where a line may break: before a space, and around every full-width letter."""
    pieces, current = [], ""
    for letter in " ".join(text.split()):
        wide = unicodedata.east_asian_width(letter) in "WF"
        if current and (wide or letter == " " or unicodedata.east_asian_width(current[-1]) in "WF"):
            pieces.append(current)
            current = ""
        current += letter
    return [*pieces, current]


def _cut(text: str, room: float, size: float) -> str:
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"
