"""One cell read as what its column asks for; what cannot be read says so, and nothing is guessed."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from measures.messages import say
from measures.rules import periods
from measures.rules.imports.columns import folded
from measures.rules.imports.sheets import Cell
from measures.rules.periods import Period
from measures.rules.texts import DECIMAL, FORBIDDEN, LONGEST, is_web_address
from measures.vocabulary import PeriodType, label

GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
BETWEEN = re.compile(r"[~\u301c]")
DAYS = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
YES, NO = {"はい", "true", "yes", "1", "○", "〇", "約"}, {"いいえ", "false", "no", "0"}
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
YEAR = r"(?:(?P<era>令和|平成|昭和)(?P<since>元|[0-9]{1,2})|(?P<year>[0-9]{4}))"
FORMS = tuple(
    (kind, re.compile(form))
    for kind, form in (
        (PeriodType.FISCAL_YEAR, r"fy(?P<year>[0-9]{4})"),
        (PeriodType.CALENDAR_YEAR, r"cy(?P<year>[0-9]{4})"),
        (PeriodType.HALF_YEAR, r"fy(?P<year>[0-9]{4})h(?P<piece>[12])"),
        (PeriodType.QUARTER, r"fy(?P<year>[0-9]{4})q(?P<piece>[1-4])"),
        (PeriodType.MONTH, r"(?P<year>[0-9]{4})-(?P<piece>[0-9]{2})"),
        (PeriodType.FISCAL_YEAR, rf"{YEAR}年度"),
        (PeriodType.CALENDAR_YEAR, rf"{YEAR}(?:暦年|年(?:\(暦年\))?)"),
        (PeriodType.HALF_YEAR, rf"{YEAR}年度(?P<piece>[上下])(?:半)?期"),
        (PeriodType.QUARTER, rf"{YEAR}年度第(?P<piece>[1-4])四半期"),
        (PeriodType.MONTH, rf"{YEAR}年(?P<piece>[0-9]{{1,2}})月"),
    )
)
PIECES = {
    PeriodType.HALF_YEAR: periods.half_year,
    PeriodType.QUARTER: periods.quarter,
    PeriodType.MONTH: periods.month,
}
Number = tuple[Decimal | None, Decimal | None, Decimal | None]


class Unread(ValueError):
    """A cell that is not what its column asks for: a code, and a sentence that says what to write."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def refuse_computed(cell: Cell) -> None:
    """What a program worked out is not what someone wrote."""
    if cell.kind == "formula":
        raise Unread("formula", say("The cell holds a formula: enter the value itself."))
    if cell.kind == "error":
        raise Unread("error-value", say("The cell holds an error, {text}: enter the value itself.", text=cell.text))
    if cell.kind == "percent":
        detail = say("The cell is formatted as a percentage: format it as text and enter the number in the KPI's unit.")
        raise Unread("percent", detail)


def plain(cell: Cell) -> str:
    """The text of a cell in one width, without blanks at its ends."""
    return unicodedata.normalize("NFKC", cell.text).strip()


def text(cell: Cell, name: str) -> str:
    """Words as they were written, NFC, without blanks at their ends; `name` is what LONGEST calls them."""
    if cell.kind not in ("text", "number"):
        raise Unread("not-text", say("Write words here, as text."))
    written = unicodedata.normalize("NFC", cell.text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if found := FORBIDDEN.search(written):
        code = f"U+{ord(found.group()):04X}"
        detail = say("Character {place} is {code}, which is not taken.", place=found.start() + 1, code=code)
        raise Unread("forbidden-character", detail)
    if len(written) > LONGEST[name]:
        raise Unread("max-length", say("At most {most} characters are taken here.", most=LONGEST[name]))
    return written


def address(cell: Cell, name: str) -> str:
    written = text(cell, name)
    if not is_web_address(written):
        raise Unread("address", say("Send an address that begins with http:// or https://."))
    return written


def word(cell: Cell, vocabulary: type[TextChoices], offered: Iterable[TextChoices]) -> str:
    """The code of a word, which may be written as its code or its name in either language."""
    sought = folded(cell.text)
    for one in vocabulary:
        if sought in (folded(one.value), folded(one.label), folded(label(vocabulary, one.value, "en"))):
            return str(one.value)
    words = "、".join(f"{one.label} ({one.value})" for one in offered)
    raise Unread("invalid-choice", say("Choose one of the list: {words}.", words=words))


def flag(cell: Cell) -> bool:
    sought = folded(cell.text)
    if sought not in YES | NO:
        raise Unread("invalid-choice", say("Write はい or leave the cell blank."))
    return sought in YES


def day(cell: Cell) -> date:
    written = plain(cell)
    for form in DAYS:
        if found := form.fullmatch(written):
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                break
    raise Unread("not-a-day", say("Write a day that exists, such as 2020-07-27."))


def number(cell: Cell) -> Number:
    """(value, low, high) as it was typed: full-width digits and separators of thousands are taken, nothing rounded."""
    written = plain(cell).replace("\u2212", "-")
    if cell.kind in ("day", "moment", "flag"):
        raise Unread("not-a-number", say("There is a date or a truth value where a number is asked: enter the number."))
    if "%" in written:
        raise Unread("percent", say("Write the number alone: the unit stands in its own column."))
    parts = [part.strip() for part in BETWEEN.split(written)]
    if len(parts) == 1:
        return _decimal(parts[0]), None, None
    if len(parts) == 2:
        low, high = _decimal(parts[0]), _decimal(parts[1])
        if low <= high:
            return None, low, high
    raise Unread("not-a-number", say("Write a range as its lower and its upper end, such as 10～20."))


def period(cell: Cell, kind: str) -> Period:
    """The period that a label names; a day is one only where the KPI is counted at points in time."""
    if cell.kind in ("day", "moment") and kind != PeriodType.POINT:
        detail = say(
            "There is a date where a period is asked, which Excel may have made of it: format the cell as text and"
            " write it as {example}.",
            example=_example(kind),
        )
        raise Unread("date-for-period", detail)
    try:
        return _named("".join(plain(cell).split())) or periods.point(day(cell))
    except (periods.PeriodError, Unread):
        detail = say("That names no period: write it as {example}.", example=_example(kind))
        raise Unread("invalid-period", detail) from None


def _named(written: str) -> Period | None:
    for kind, form in FORMS:
        if found := form.fullmatch(written.casefold()):
            year, piece = _year(found), found.groupdict().get("piece")
            if piece is None:
                return periods.fiscal_year(year) if kind == PeriodType.FISCAL_YEAR else periods.calendar_year(year)
            return PIECES[kind](year, {"上": 1, "下": 2}.get(piece) or int(piece))
    return None


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    since = found["since"]
    return ERAS[found["era"]] + (1 if since == "元" else int(since))


def _decimal(written: str) -> Decimal:
    bare = written.replace(",", "") if GROUPED.fullmatch(written) else written
    if not DECIMAL.fullmatch(bare):
        detail = say(
            "'{written}' is no number: write digits only, such as 16.1, 38,000 or -5, with at most 10 after the point.",
            written=written[:40],
        )
        raise Unread("not-a-number", detail)
    return Decimal(bare)


def _example(kind: str) -> str:
    return {
        PeriodType.FISCAL_YEAR: "2019年度 (FY2019)",
        PeriodType.CALENDAR_YEAR: "2019年 (CY2019)",
        PeriodType.HALF_YEAR: "2019年度上半期 (FY2019H1)",
        PeriodType.QUARTER: "2019年度第4四半期 (FY2019Q4)",
        PeriodType.MONTH: "2019年10月 (2019-10)",
        PeriodType.POINT: "2019-10-01",
    }[PeriodType(kind)]
