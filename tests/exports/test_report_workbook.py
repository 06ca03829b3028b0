"""The workbook of a report, read by others' programs: each figure is there, and nothing in it is alive."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pandas
import pytest

from measures.exports.reports import workbook
from tests.exports.report_pages import FIGURES, HOSTILE, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def sheet(name: str) -> Any:
    return pandas.read_excel(BytesIO(workbook.write(said())), sheet_name=name, keep_default_na=False, engine="openpyxl")


def test_the_figures_are_those_of_the_database() -> None:
    told = {row["code"]: row for row in sheet("kpis").to_dict("records")}
    for code, row in told.items():
        assert (None if row["value"] == "" else Decimal(str(row["value"]))) == FIGURES[code], code
    assert len(told) == len(said()["kpis"]) > 20
    observed = sheet("observations")
    assert len(observed) == sum(len(one["observations"]) for one in said()["kpis"])
    assert list(observed.columns[:3]) == ["kpi", "period_type", "period"]


def test_the_three_columns_and_the_parts_are_in_it() -> None:
    changes = {row["kpi"]: row for row in sheet("changes").to_dict("records")}
    share = changes["sme-patent-share"]
    assert [share[name] for name in ("published_value", "restated_value", "rerated_rating")] == [16.1, 15.8, "A"]
    assert sheet("parts")["kpis"].sum() == len(said()["kpis"])


def test_nothing_in_it_is_a_formula_or_a_link() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook.write(said())))
    cells = [cell for one in book for row in one.iter_rows() for cell in row]
    assert all(cell.data_type in ("n", "s", "b") and cell.hyperlink is None for cell in cells)
    narrative = next(cell.value for cell in cells if isinstance(cell.value, str) and HOSTILE[0] in cell.value)
    assert all(line in narrative for line in HOSTILE)


def test_the_same_report_is_the_same_bytes() -> None:
    assert workbook.write(said()) == workbook.write(said())
