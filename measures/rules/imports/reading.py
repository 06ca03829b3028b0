"""A spreadsheet as what it asks to be reported, and everything in it that cannot be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from measures.messages import say
from measures.rules.imports import cells
from measures.rules.imports.columns import DECLARED, OBSERVATIONS, REPORTS
from measures.rules.imports.sheets import Cell, CellProblem, Page, Place
from measures.rules.imports.tables import Line, same, table
from measures.rules.periods import Period
from measures.vocabulary import Health, MeasureStatus, ObservationStatus

EXPLANATION = ("cause", "corrective_step", "owner", "due_on")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class KnownKpi:
    unit: str
    period_type: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may speak of: codes of measures, and KPIs by code."""

    measures: frozenset[str]
    kpis: Mapping[str, KnownKpi]


@dataclass(frozen=True, slots=True)
class ValueWanted:
    """A value of a KPI as a row has it; `line` says where."""

    kpi: str
    period: Period
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    status: str
    approximate: bool
    note: str
    source_title: str
    source_publisher: str
    source_url: str
    source_published_on: date | None
    line: Line


@dataclass
class ReportWanted:
    """What a file says of one measure; `content` has only what was written."""

    measure: str
    content: dict[str, Any] = field(default_factory=dict)
    values: list[ValueWanted] = field(default_factory=list)
    line: Line | None = None

    def place(self, pointer: str) -> Place:
        """The cell that a pointer into the report means; the row where it means no single one."""
        first, *rest = [step for step in pointer.split("/") if step] or [""]
        if first == "observations" and rest:
            column = {"kpi": "kpi", "period": "period", "source": "source_title"}.get((*rest, "")[1], "value")
            return self.values[int(rest[0])].line.place(column)
        line = self.line or self.values[0].line
        key = f"explanation_{rest[0] if rest else EXPLANATION[0]}" if first == "explanation" else first
        return line.place(key if key in line.columns else "measure")


@dataclass
class Reading:
    reports: dict[str, ReportWanted] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)

    def of(self, measure: str) -> ReportWanted:
        return self.reports.setdefault(measure, ReportWanted(measure))


def read(reports: Page | None, observations: Page | None, known: Known) -> Reading:
    """What the two pages ask for, whichever of them there are; every problem at once."""
    reading = Reading()
    if reports:
        read_reports(reports, known, reading)
    if observations:
        read_values(observations, known, reading)
    return reading


def read_reports(page: Page, known: Known, reading: Reading) -> None:
    found = table(page, REPORTS)
    reading.problems += found.problems
    for line in found.lines:
        row = _Row(line, reading.problems)
        measure = _measure(row, known)
        content = _content(row)
        if measure is None:
            continue
        wanted = reading.of(measure)
        if wanted.line:
            detail = say("The measure stands in row {row} already: keep one of them.", row=wanted.line.number)
            reading.problems.append(CellProblem(line.place("measure"), "repeated", detail, measure))
            continue
        wanted.content, wanted.line = content, line


def read_values(page: Page, known: Known, reading: Reading) -> None:
    found = table(page, OBSERVATIONS)
    reading.problems += found.problems
    seen: dict[tuple[str, str, Period], int] = {}
    for line in found.lines:
        wanted = _value(_Row(line, reading.problems), known)
        if wanted is None:
            continue
        measure, value = wanted
        first = seen.setdefault((measure, value.kpi, value.period), line.number)
        if first != line.number:
            detail = say("The same KPI and period stand in row {row} already: keep one of them.", row=first)
            reading.problems.append(CellProblem(line.place("period"), "repeated", detail))
            continue
        reading.of(measure).values.append(value)


class _Row:
    """A line that is being read; what cannot be read is noted and comes out as None."""

    def __init__(self, line: Line, problems: list[CellProblem]) -> None:
        self.line, self.problems = line, problems

    def get(self, key: str, reads: Callable[..., Read], *more: Any) -> Read | None:
        cell = self.line.cells.get(key)
        if cell is None:
            return None
        try:
            cells.refuse_computed(cell)
            return reads(cell, *more)
        except cells.Unread as unread:
            self.note(key, unread.code, unread.detail, cell)
            return None

    def note(self, key: str, code: str, detail: str, cell: Cell | None = None) -> None:
        self.problems.append(CellProblem(self.line.place(key), code, detail, cell.text[:200] if cell else ""))


def _measure(row: _Row, known: Known) -> str | None:
    code = row.get("measure", cells.plain)
    if code is None:
        if "measure" not in row.line.cells:
            row.note("measure", "missing", say("The code of the measure is missing."))
        return None
    if code not in known.measures:
        detail = say("There is no measure '{code}' in this document.", code=code[:64])
        row.note("measure", "unknown", detail, row.line.cells["measure"])
        return None
    return code


def _content(row: _Row) -> dict[str, Any]:
    read = {
        "narrative": row.get("narrative", cells.text, "narrative"),
        "declared_status": row.get("declared_status", cells.word, MeasureStatus, DECLARED),
        "declared_health": row.get("declared_health", cells.word, Health, tuple(Health)),
        "explanation": _explanation(row),
    }
    return {name: one for name, one in read.items() if one is not None}


def _explanation(row: _Row) -> dict[str, Any] | None:
    """All four parts or none."""
    keys = {name: f"explanation_{name}" for name in EXPLANATION}
    if not any(key in row.line.cells for key in keys.values()):
        return None
    read: dict[str, Any] = {
        name: row.get(key, cells.day) if name == "due_on" else row.get(key, cells.text, name)
        for name, key in keys.items()
    }
    for key in keys.values():
        if key not in row.line.cells:
            detail = say("An explanation has all four parts or none: fill this one in, too.")
            row.note(key, "missing", detail)
    return read if all(read.values()) else None


def _value(row: _Row, known: Known) -> tuple[str, ValueWanted] | None:
    measure, code = _measure(row, known), _kpi(row, known)
    kpi = known.kpis.get(code or "")
    unit = row.line.cells.get("unit")
    if kpi and unit and not same(unit.text, kpi.unit):
        detail = say("The unit is '{unit}' and is not changed here: enter the value in it.", unit=kpi.unit)
        row.note("unit", "unit-changed", detail, unit)
    number = row.get("value", cells.number)
    if "value" not in row.line.cells:
        detail = say("The row has words but no value: enter it, or clear the row.")
        row.note("value", "missing", detail)
    if "period" not in row.line.cells:
        row.note("period", "missing", say("The period of the value is missing."))
    period = row.get("period", cells.period, kpi.period_type) if kpi else None
    columns = _columns(row)
    if measure is None or code is None or number is None or period is None:
        return None
    value, low, high = number
    return measure, ValueWanted(code, period, value, low, high, line=row.line, **columns)


def _kpi(row: _Row, known: Known) -> str | None:
    code = row.get("kpi", cells.plain)
    if code is None:
        if "kpi" not in row.line.cells:
            row.note("kpi", "missing", say("The code of the KPI is missing."))
        return None
    if code not in known.kpis:
        row.note("kpi", "unknown", say("There is no KPI '{code}'.", code=code[:64]), row.line.cells["kpi"])
        return None
    return code


def _columns(row: _Row) -> dict[str, Any]:
    """What stands beside the value; blank where nothing does."""
    status = row.get("status", cells.word, ObservationStatus, tuple(ObservationStatus))
    words = ("note", "source_title", "source_publisher")
    return {
        "status": status or str(ObservationStatus.FINAL),
        "approximate": row.get("approximate", cells.flag) or False,
        **{name: row.get(name, cells.text, name) or "" for name in words},
        "source_url": row.get("source_url", cells.address, "source_url") or "",
        "source_published_on": row.get("source_published_on", cells.day),
    }
