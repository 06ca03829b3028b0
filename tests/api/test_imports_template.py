"""The template: what an officer is asked for, the last values, lists to choose from, and nothing else to change."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from measures.api.imports.files import XLSX
from measures.rules.imports.columns import MARK, OBSERVATIONS, REPORTS, mark_of
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

PATH = f"{wire.BASE}/imports/template.xlsx"


def fetched(username: str = "officer.jpo", **query: str) -> Workbook:
    response = builders.client(username).get(PATH, query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == XLSX
    return openpyxl.load_workbook(BytesIO(response.content))


def rows(book: Workbook, sheet: Any) -> list[dict[str, Any]]:
    """Rows by the keys of their columns, without the spare ones."""
    page = book[sheet.ja]
    keys = [sheet.named(cell.value).key for cell in page[1]]
    found = [dict(zip(keys, [cell.value for cell in row], strict=True)) for row in page.iter_rows(min_row=2)]
    return [row for row in found if any(row.values())]


def test_it_asks_for_what_the_ministry_owes_with_the_last_values_and_units() -> None:
    builders.an_open_cycle()
    book = fetched()
    assert book.sheetnames == ["報告", "実績値", "コード表", "記入方法", MARK]
    (report,) = [row for row in rows(book, REPORTS) if row["measure"] == builders.SME]
    assert report["status_now"] == "未着手"
    assert not any(report[one.key] for one in REPORTS.columns if not one.given)
    shares = [row for row in rows(book, OBSERVATIONS) if row["kpi"] == "sme-patent-share"]
    assert {(row["measure"], row["unit"], row["last_period"], row["last_value"]) for row in shares} == {
        (builders.SME, "%", "2018年", "14.9")
    }
    assert [row["period"] for row in shares] == ["2019年", "2020年"]
    assert all(row["value"] is None for row in shares)


def test_it_is_for_the_open_cycle_and_the_callers_ministry_and_says_so_where_nobody_looks() -> None:
    builders.an_open_cycle()
    book = fetched("officer.mext")
    page = book[MARK]
    assert page.sheet_state == "veryHidden"
    mark = mark_of({row[0].value: row[1].value for row in page.iter_rows()})
    assert (mark.cycle, mark.ministry) == ("FY2020", "mext")
    assert mark_of({"measure-tracker": "1", "cycle": "FY2021", "ministry": "mext", "check": mark.check}) is None
    owed = {row["measure"] for row in wire.items("/obligations?ministry=mext&cycle=FY2020")}
    assert {row["measure"] for row in rows(book, REPORTS)} == owed


def test_nothing_but_inputs_can_be_changed_and_codes_are_chosen_from_lists() -> None:
    builders.an_open_cycle()
    book = fetched()
    for sheet in (REPORTS, OBSERVATIONS):
        page = book[sheet.ja]
        assert page.protection.sheet
        assert page.freeze_panes == "C2"
        for cell, column in zip(page[2], sheet.columns, strict=True):
            given = column.given or column.key in ("measure", "kpi")
            assert cell.protection.locked == given, column.key
            assert cell.number_format == "@"
    lists = {str(rule.sqref): rule.formula1 for rule in book["報告"].data_validations.dataValidation}
    chosen = {area[0]: formula for area, formula in lists.items() if formula}
    words = [cell.value for (cell,) in book["コード表"]["A2":"A6"]]
    assert words == ["未着手", "実施中", "完了", "中断", "中止"]
    assert set(chosen) == {"F", "G"}
    assert chosen["F"] == "'コード表'!$A$2:$A$6"


def test_what_was_approved_or_waived_is_not_asked_for_again() -> None:
    builders.an_update("approved")
    assert builders.SME not in {row["measure"] for row in rows(fetched(), REPORTS)}


def test_the_last_value_is_the_newest_approved_one() -> None:
    builders.an_update("submitted")
    assert {row["last_value"] for row in rows(fetched(), OBSERVATIONS) if row["kpi"] == "sme-patent-share"} == {"14.9"}


def test_the_same_day_it_is_the_same_file() -> None:
    builders.an_open_cycle()
    officer = builders.client("officer.jpo")
    first = officer.get(PATH)
    assert first["Content-Disposition"] == 'attachment; filename="FY2020-jpo.xlsx"'
    assert officer.get(PATH, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_only_officers_have_one_and_only_of_their_ministry_403() -> None:
    builders.an_open_cycle()
    for username in ("approver.jpo", "coordinator", "auditor", "administrator"):
        wire.problem(builders.client(username).get(PATH), 403, "wrong-role")
    wire.problem(builders.client("officer.jpo").get(PATH, {"ministry": "mext"}), 403, "wrong-role")
    wire.problem(builders.client("officer.jpo", "report").get(PATH), 403, "insufficient-scope")
    wire.problem(builders.client().get(PATH), 401, "unauthenticated")


def test_without_an_open_cycle_one_is_named_400() -> None:
    officer = builders.client("officer.jpo")
    refused = wire.problem(officer.get(PATH), 400, "invalid")
    assert refused["errors"][0]["parameter"] == "cycle"
    assert rows(fetched(cycle="FY2020"), REPORTS) == []
    wire.problem(officer.get(PATH, {"cycle": "FY2O20"}), 400, "invalid")
    wire.problem(officer.get(PATH, {"cykle": "FY2020"}), 400, "invalid")
