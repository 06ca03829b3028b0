"""What the database writes of its rows is, byte by byte, what we write of the same values ourselves."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db.models import Value
from django.db.models.functions import Cast
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.exports import delimited, kpis, measures, observations, records, sheets, spans, updates
from measures.exports.about import About
from measures.exports.selected import select
from measures.exports.tables import Column, Table, Type
from measures.models import Kpi, Measure, Observation, ProgressUpdate
from measures.models.fields import NumericField
from measures.rules import kpi as engine
from measures.rules import periods
from measures.rules.days import wire
from measures.rules.periods import Period
from tests import builders
from tests.exports.made import a_column, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

ABOUT = About(datetime(2026, 11, 1, tzinfo=UTC), 7, "measure-tracker\n7\nroot\n")
COLUMNS = [a_column(type.value, type) for type in Type]
# All that a database of UTF-8 holds; what begins, ends, quotes and escapes things in the formats comes often.
TELLING = st.sampled_from(
    ["", "=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "a\nb", "a\r\nb", "\\", "\\n", "\\N", "a\tb", '"', "'", ",", ";",
     "<b>", "&amp;", "]]>", "_x0041_", "_x005F_", " a ", "\x01", "\x01=1", "a\x0bb", "\x1f", "\ufffe", "\uffff", "𠮷"]
)  # fmt: skip
TEXTS = st.one_of(TELLING, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12))
VALUES: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: TEXTS,
    Type.CODE: TEXTS,
    Type.INTEGER: st.integers(-(2**53), 2**53),
    Type.DECIMAL: st.decimals(-(10**20), 10**20, allow_nan=False, places=6).map(lambda one: one + 0),
    Type.BOOLEAN: st.booleans(),
    Type.DATE: st.dates(date(1868, 1, 1), date(2200, 12, 31)),
    Type.INSTANT: st.integers(-3_218_000_000_000_000, 7_258_000_000_000_000).map(
        lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    ),
}
ROWS = st.lists(st.tuples(*(st.none() | VALUES[type] for type in Type)), min_size=1, max_size=5)
Writer = Callable[[Table], bytes]


def as_csv(table: Table) -> bytes:
    return b"".join(delimited.stream(table))


def as_json(table: Table) -> bytes:
    return b"".join(records.stream(table, ABOUT))


def as_xlsx(table: Table) -> bytes:
    file = io.BytesIO()
    sheets.write(file, [table])
    return file.getvalue()


def read_in_python(table: Table) -> Table:
    """The same table, of values that went through Python."""
    return Table(table.name, table.title, table.title_en, table.columns, list(table.rows))


@settings(max_examples=60)
@given(ROWS)
def test_any_values_are_written_alike(rows: list[tuple[Any, ...]]) -> None:
    table = stored(rows, COLUMNS)
    for write in (as_csv, as_json, as_xlsx):
        assert write(table) == write(read_in_python(table))


@settings(max_examples=60)
@given(ROWS)
def test_any_values_come_back_from_csv_and_json_as_they_were(rows: list[tuple[Any, ...]]) -> None:
    table = stored(rows, COLUMNS)
    lines = list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))
    assert lines[1:] == [[delimited.cell(value) for value in row] for row in rows]
    objects = [[one[column.name] for column in COLUMNS] for one in json.loads(as_json(table))["rows"]]
    assert objects == [[_in_json(value) for value in row] for row in rows]


def _in_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return wire(value)
    return str(value) if isinstance(value, date) else format(value, "f") if isinstance(value, Decimal) else value


@settings(max_examples=60)
@given(ROWS)
def test_any_values_come_back_from_a_workbook_and_none_is_a_formula(rows: list[tuple[Any, ...]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(stored(rows, COLUMNS)))).active
    for row, cells in zip(rows, sheet.iter_rows(min_row=2, max_col=len(COLUMNS)), strict=True):
        for value, column, cell in zip(row, COLUMNS, cells, strict=True):
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            if value is None or value == "":
                assert cell.value is None
            elif column.type in (Type.INTEGER, Type.DECIMAL):
                # A number of more digits than a spreadsheet keeps is there as text.
                assert Decimal(str(cell.value)) == value
            elif column.type == Type.DATE:
                assert (cell.value.date().isoformat() if cell.is_date else cell.value) == str(value)
            elif column.type == Type.BOOLEAN:
                assert cell.value is value
            elif column.type == Type.INSTANT:
                assert cell.value == wire(value)
            elif not set(value) & set(map(chr, [*range(32), 0xFFFE, 0xFFFF])) and "_x" not in value:
                assert cell.value == value


@pytest.mark.parametrize("write", [as_csv, as_json, as_xlsx])
def test_the_tables_are_written_alike(write: Writer) -> None:
    builders.an_update(at_status="approved", narrative="=1+1\n<a>\t\\")
    tables = [
        measures.table(Measure.objects.all()),
        kpis.table(Kpi.objects.all()),
        observations.table(Observation.objects.all()),
        updates.table(ProgressUpdate.objects.all()),
    ]
    for table in tables:
        assert write(table) == write(read_in_python(table)), table.name


def every_kind_of_period() -> list[Period]:
    years = (1868, 1999, 2000, 2019, 2024, 2200)
    found = [make(year) for year in years for make in (periods.fiscal_year, periods.calendar_year)]
    found += [periods.half_year(year, half) for year in years for half in (1, 2)]
    found += [periods.quarter(year, quarter) for year in years for quarter in (1, 2, 3, 4)]
    found += [periods.month(year, month) for year in years for month in range(1, 13)]
    return found + [periods.point(date(year, month, 28)) for year in years for month in (1, 2, 3, 4, 12)]


def test_every_kind_of_period_has_the_label_and_fiscal_year_of_the_rules() -> None:
    given = every_kind_of_period()
    assert {period.type for period in given} == set(periods.PeriodType)
    one = Measure.objects.filter(code=builders.SME)
    for period in given:
        columns = {"period_type": period.type.value, "period_start": period.start, "period_end": period.end}
        rows = select(one.annotate(**{name: Value(value) for name, value in columns.items()}), spans.columns())
        label = periods.label(period)
        fiscal = int(label[2:6]) if label.startswith("FY") else None
        assert list(rows) == [(period.type, label, fiscal, period.start, period.last_day)]


@given(st.lists(st.decimals(-1000, 1000, places=8).map(lambda one: one + 0), min_size=1, max_size=200))
@settings(max_examples=20)
def test_figures_are_rounded_as_the_engine_rounds_them(figures: list[Decimal]) -> None:
    halves = [Decimal(number) / 2 / 1_000_000 for number in range(-9, 10)]
    one = Measure.objects.filter(code=builders.SME)
    column = Column("x", Type.DECIMAL, "", "", spans.shown("figure"))
    for figure in [*figures[:5], *halves]:
        shown = select(one.annotate(figure=Cast(Value(figure), NumericField())), [column])
        assert [format(value, "f") for (value,) in shown] == [format(engine.shown(figure), "f")]
