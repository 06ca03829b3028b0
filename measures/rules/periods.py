"""Stretches of time as ministries count them (年度, 暦年, 半期, 四半期, 月, 時点), their wire form and their labels."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering

from measures.messages import say
from measures.rules.days import day_ja
from measures.vocabulary import PeriodType

FIRST_YEAR = 1868
LAST_YEAR = 2200

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PeriodError(ValueError):
    """A period that cannot be: `pointer` (RFC 6901, from the period down) says where, `message` what to do."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(f"{pointer}: {message}" if pointer else message)
        self.pointer = pointer
        self.message = message


@dataclass(frozen=True, slots=True)
class _Grid:
    """How a type cuts its years: the month a year opens in, the months in a piece, the piece's wire key, the labels."""

    opens: int
    months: int
    label: str
    label_ja: str
    key: str = ""

    @property
    def pieces(self) -> int:
        return 12 // self.months


# By their codes; an enumeration makes its list of codes anew each time it is asked.
_KINDS: Mapping[str, PeriodType] = {kind.value: kind for kind in PeriodType}

# Everything below but points reads this table: making, checking, the wire form and the labels.
_GRIDS: Mapping[PeriodType, _Grid] = {
    PeriodType.FISCAL_YEAR: _Grid(4, 12, "FY{year}", "{year}年度"),
    PeriodType.CALENDAR_YEAR: _Grid(1, 12, "CY{year}", "{year}年"),
    PeriodType.HALF_YEAR: _Grid(4, 6, "FY{year}H{piece}", "{year}年度{half}半期", "half"),
    PeriodType.QUARTER: _Grid(4, 3, "FY{year}Q{piece}", "{year}年度第{piece}四半期", "quarter"),
    PeriodType.MONTH: _Grid(1, 1, "{year}-{piece:02d}", "{year}年{piece}月", "month"),
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: `end` is the first day that no longer belongs; a point is one day long. Ordered by (end, start).

    Raises PeriodError when the days are not a whole period of the type.
    """

    type: PeriodType
    start: date
    end: date

    def __post_init__(self) -> None:
        if not _fits(self):
            raise PeriodError(
                "",
                say(
                    "{start} to {end}, exclusive, is not one {type}; give its first day and the day after the last.",
                    start=self.start,
                    end=self.end,
                    type=self.type,
                ),
            )

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.end, self.start) < (other.end, other.start)

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def following(self) -> "Period":
        """The next period of the same type; a point's is the same day one year later (28 February after a 29th)."""
        if self.type == PeriodType.POINT:
            return _one_day(_same_day_next_year(self.start))
        return Period(self.type, self.end, _months_after(self.end, _GRIDS[self.type].months))


def fiscal_year(year: int) -> Period:
    """1 April of `year` to 31 March of the next."""
    return _cut(PeriodType.FISCAL_YEAR, year)


def calendar_year(year: int) -> Period:
    return _cut(PeriodType.CALENDAR_YEAR, year)


def half_year(year: int, half: int) -> Period:
    """Half 1 of a fiscal year is April to September, half 2 October to March."""
    return _cut(PeriodType.HALF_YEAR, year, half)


def quarter(year: int, quarter: int) -> Period:
    """Quarter 1 of a fiscal year is April to June, quarter 4 January to March of the next calendar year."""
    return _cut(PeriodType.QUARTER, year, quarter)


def month(year: int, month: int) -> Period:
    """A month of a calendar year: January is 1."""
    return _cut(PeriodType.MONTH, year, month)


def point(on: date) -> Period:
    _whole_number(on.year, "on", FIRST_YEAR, LAST_YEAR, what="the year of on")
    return _one_day(on)


def from_dates(type: str, start: date, end: date) -> Period:
    """The period stored as these columns, `end` exclusive; raises PeriodError when they are no such period."""
    period = Period(_type(type), start, end)
    year = _year_and_piece(period)[0]
    _whole_number(year, "", FIRST_YEAR, LAST_YEAR, what="the year of the period")
    return period


def from_wire(wire: object) -> Period:
    """Read `{"type": "quarter", "year": 2019, "quarter": 4}` or `{"type": "point", "on": "2019-10-01"}`.

    Raises PeriodError at the first thing wrong; nothing is coerced: true, 2019.0 and "2019" are not years.
    """
    if not isinstance(wire, Mapping):
        raise PeriodError(
            "", say("A period must be an object; write it like {example}.", example=_example(PeriodType.FISCAL_YEAR))
        )
    if "type" not in wire:
        raise PeriodError("/type", say("type is missing; add one of {types}.", types=_types()))
    kind = _type(wire["type"])
    _check_keys(wire, kind)
    if kind == PeriodType.POINT:
        return point(_day(wire["on"]))
    key = _GRIDS[kind].key
    return _cut(kind, wire["year"], wire[key] if key else 1)


def to_wire(period: Period) -> dict[str, str | int]:
    """The form `from_wire` reads."""
    kind = PeriodType(period.type)
    if kind == PeriodType.POINT:
        return {"type": kind.value, "on": period.start.isoformat()}
    year, piece = _year_and_piece(period)
    wire: dict[str, str | int] = {"type": kind.value, "year": year}
    if key := _GRIDS[kind].key:
        wire[key] = piece
    return wire


def label(period: Period) -> str:
    """FY2019, CY2019, FY2019H1, FY2019Q4, 2019-10 or 2019-10-01; no two periods share one."""
    if period.type == PeriodType.POINT:
        return period.start.isoformat()
    return _filled(_GRIDS[period.type].label, period)


def label_ja(period: Period) -> str:
    """2019年度, 2019年, 2019年度上半期, 2019年度第4四半期, 2019年10月 or 2019年10月1日."""
    if period.type == PeriodType.POINT:
        return day_ja(period.start)
    return _filled(_GRIDS[period.type].label_ja, period)


def _filled(template: str, period: Period) -> str:
    year, piece = _year_and_piece(period)
    return template.format(year=year, piece=piece, half="上" if piece == 1 else "下")


def _cut(kind: PeriodType, year: object, piece: object = 1) -> Period:
    grid = _GRIDS[kind]
    years = _whole_number(year, "year", FIRST_YEAR, LAST_YEAR) - 1
    before = _whole_number(piece, grid.key, 1, grid.pieces) - 1
    start = _months_after(date(1, 1, 1), years * 12 + grid.opens - 1 + before * grid.months)
    return Period(kind, start, _months_after(start, grid.months))


def _year_and_piece(period: Period) -> tuple[int, int]:
    """The year a period is counted under (January to March belong to the fiscal year before) and its place in it."""
    if period.type == PeriodType.POINT:
        return period.start.year, 1
    grid = _GRIDS[period.type]
    year, months = divmod(period.start.year * 12 + period.start.month - grid.opens, 12)
    return year, months // grid.months + 1


def _fits(period: Period) -> bool:
    if period.type == PeriodType.POINT:
        return period.end - period.start == timedelta(days=1)
    grid = _GRIDS[period.type]
    starts_well = period.start.day == 1 and (period.start.month - grid.opens) % grid.months == 0
    return starts_well and period.end == _months_after(period.start, grid.months)


def _months_after(first_of_month: date, months: int) -> date:
    years, month0 = divmod(first_of_month.month - 1 + months, 12)
    return date(first_of_month.year + years, month0 + 1, 1)


def _one_day(on: date) -> Period:
    return Period(PeriodType.POINT, on, on + timedelta(days=1))


def _same_day_next_year(on: date) -> date:
    leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year + 1, day=28 if leap_day else on.day)


def _type(given: object) -> PeriodType:
    if isinstance(given, str) and given in _KINDS:
        return _KINDS[given]
    raise PeriodError("/type", say("type is not a kind of period; use one of {types}.", types=_types()))


def _check_keys(wire: Mapping[object, object], kind: PeriodType) -> None:
    wanted = ["type", "on"] if kind == PeriodType.POINT else ["type", "year", _GRIDS[kind].key]
    for key in filter(None, wanted):
        if key not in wire:
            raise PeriodError(
                f"/{key}",
                say(
                    "{key} is missing; write a {value} like {example}.",
                    key=key,
                    value=kind.value,
                    example=_example(kind),
                ),
            )
    for given in wire:
        if given not in wanted or given == "":
            where = str(given).replace("~", "~0").replace("/", "~1")
            raise PeriodError(
                f"/{where}",
                say(
                    "A {value} has no such field; remove it and write it like {example}.",
                    value=kind.value,
                    example=_example(kind),
                ),
            )


def _whole_number(given: object, key: str, low: int, high: int, *, what: str = "") -> int:
    """`given` itself when it is an integer from low to high; True is no integer here, though Python says so."""
    if isinstance(given, int) and not isinstance(given, bool) and low <= given <= high:
        return given
    pointer = f"/{key}" if key else ""
    raise PeriodError(
        pointer,
        say("{what} must be a whole number from {low} to {high}; correct it.", what=what or key, low=low, high=high),
    )


def _day(given: object) -> date:
    # date.fromisoformat alone would also take 20191001 and 2019-W40-2.
    if isinstance(given, str) and ISO_DAY.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise PeriodError("/on", say('on must be a day that exists; write it as "YYYY-MM-DD", such as "2019-10-01".'))


def _types() -> str:
    return ", ".join(PeriodType.values)


def _example(kind: PeriodType) -> str:
    return json.dumps(to_wire(point(date(2019, 10, 1)) if kind == PeriodType.POINT else _cut(kind, 2019)))
