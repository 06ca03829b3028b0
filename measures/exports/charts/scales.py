"""Where a figure or a day stands between the ends of an axis, and which round ones are written beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from measures.rules.kpi.facts import EXACT

ROUND = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
# An axis begins at zero unless the figures then had to share less than half of it.
HALF = Decimal("0.5")
MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of figures with its `ticks` in order; the first and the last are its ends."""

    ticks: tuple[Decimal, ...]

    def share(self, value: Decimal) -> float:
        """How far along the axis, from 0 to 1; what lies outside stands at the end."""
        with localcontext(EXACT):
            part = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return float(min(max(part, Decimal(0)), Decimal(1)))


def scale(values: Collection[Decimal], *, parts: int = 5, finest: Decimal | None = None) -> Scale:
    """An axis in about so many parts of 1, 2 or 5 times a power of ten, exact, none finer than `finest`."""
    with localcontext(EXACT):
        low, high = _ends(values)
        step = _round_up((high - low) / parts)
        if finest is not None and step < finest <= high - low:
            step = finest
        first, last = (low / step).to_integral_value(ROUND_FLOOR), (high / step).to_integral_value(ROUND_CEILING)
        if first == last:
            last += 1
        count = min(int(last - first), 2 * parts)
        ticks = [_plain((first + nth) * step) for nth in range(count)] + [_plain(last * step)]
        # Where 60 digits cannot tell two ticks apart there are none between the ends.
        if len(set(ticks)) < len(ticks):
            ticks = [_plain(low), _plain(high)]
    return Scale(tuple(ticks))


def _ends(values: Collection[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = (min(values), max(values)) if values else (Decimal(0), Decimal(1))
    if (low >= 0 and low <= high * HALF) or (low == high and low > 0):
        low = Decimal(0)
    if (high <= 0 and high >= low * HALF) or (low == high and high < 0):
        high = Decimal(0)
    return (low, high) if low != high else (Decimal(0), Decimal(1))


def _round_up(raw: Decimal) -> Decimal:
    power = Decimal(1).scaleb(raw.adjusted())
    return next(one * power for one in ROUND if one * power >= raw)


def _plain(value: Decimal) -> Decimal:
    """Without noughts behind the point, and never with a power of ten."""
    whole = value.normalize()
    return whole.quantize(Decimal(1)) if whole == whole.to_integral_value() and whole.adjusted() < EXACT.prec else whole


@dataclass(frozen=True, slots=True)
class Days:
    """An axis of days from the first to the last, both of them on it."""

    first: date
    last: date

    def share(self, on: date) -> float:
        """How far along the axis, from 0 to 1; what lies outside stands at the end."""
        whole = (self.last - self.first).days or 1
        return min(max((on - self.first).days / whole, 0.0), 1.0)

    def month_ends(self, *, opens: int, most: int, least: int) -> tuple[int, list[date]]:
        """The months between ticks, `least` or more, and the ticks: at most so many last days before a month opens.

        `opens` is the month (1 to 12) in which a year begins, to which steps of years are aligned.
        """
        first, last = _months(self.first) - opens, _months(self.last) - opens + 1
        for months in MONTHS:
            if months < least or (last - first) // months > most:
                continue
            # Months are counted from the year 0, and years to their ends, so that every tenth year is a round one.
            shift = 12 if months >= 12 else 0
            begins = range((first - shift) // months * months + shift, last + 1, months)
            ends = [_day_before(at + opens) for at in begins]
            ticks = [on for on in ends if on is not None and self.first <= on <= self.last]
            if len(ticks) <= most:
                return months, ticks
        return MONTHS[-1], []


def days(seen: Collection[date]) -> Days:
    """An axis that holds all of `seen` with some room; at least a year of it."""
    if not seen:
        return Days(date(2000, 1, 1), date(2001, 1, 1))
    first, last = min(seen), max(seen)
    room = timedelta(days=max(183 - (last - first).days // 2, (last - first).days // 40, 1))
    return Days(_moved(first, -room), _moved(last, room))


def _moved(on: date, by: timedelta) -> date:
    try:
        return on + by
    except OverflowError:
        return on


def _months(on: date) -> int:
    return on.year * 12 + on.month


def _day_before(months: int) -> date | None:
    """The day before the first of a month; None outside of the calendar."""
    year, month0 = divmod(months - 1, 12)
    return date(year, month0 + 1, 1) - timedelta(days=1) if date.min.year < year <= date.max.year else None
