"""An officer reports by Excel: takes the template, fills it in, reads what is wrong, mends it, commits, submits."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from measures.rules.imports.columns import OBSERVATIONS, REPORTS
from tests import builders, workbooks
from tests.api import wire
from tests.api.test_evidence import a_form
from tests.workbooks import REPORT, VALUE, filled, opened, row_of, saved, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

SOFFICE = shutil.which("soffice")


def fill(book: Workbook, value: dict[str, Any]) -> bytes:
    reports, values = book[REPORTS.ja], book[OBSERVATIONS.ja]
    written(reports, REPORTS, row_of(reports, code=builders.SME), REPORT)
    written(values, OBSERVATIONS, row_of(values, code="sme-patent-share"), value)
    return saved(book)


def test_a_year_is_reported_and_approved_by_spreadsheet() -> None:
    builders.an_open_cycle()
    officer, approver = builders.client("officer.jpo"), builders.client("approver.jpo")
    template = officer.get(f"{wire.BASE}/imports/template.xlsx")
    book = opened(template.content)

    wrong = wire.raw(officer, "/imports", *a_form(file=("報告.xlsx", fill(book, {**VALUE, "value": "16.1％"}))))
    assert [(one["cell"], one["code"]) for one in wrong.json()["problems"]] == [("H2", "percent")]
    wire.problem(wire.send(officer, "post", f"/imports/{wrong.json()['id']}/commit", {}), 409, "has-problems")

    right = wire.raw(officer, "/imports", *a_form(file=("報告.xlsx", fill(book, VALUE)))).json()
    assert right["problems"] == []
    done = wire.send(officer, "post", f"/imports/{right['id']}/commit", {}).json()
    path = f"/updates/{done['changes'][0]['update']}"
    assert wire.send(officer, "post", f"{path}/submit", {}).status_code == 200
    wire.problem(wire.send(officer, "post", f"{path}/approve", {}), 403)
    assert wire.send(approver, "post", f"{path}/approve", {}).status_code == 200

    kpi = wire.get("/kpis/sme-patent-share")
    assert (kpi["standing"]["state"], kpi["standing"]["value"]) == ("met", "16.1")
    again = opened(officer.get(f"{wire.BASE}/imports/template.xlsx").content)
    with pytest.raises(LookupError):
        row_of(again[REPORTS.ja], code=builders.SME)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_saves_the_template_so_that_it_is_still_taken(tmp_path: Path) -> None:
    given, out = tmp_path / "given.xlsx", tmp_path / "out"
    given.write_bytes(filled())
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = [str(SOFFICE), home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out)]
    subprocess.run([*convert, str(given)], check=True, capture_output=True, timeout=120)
    resaved = (out / "given.xlsx").read_bytes()
    assert resaved != given.read_bytes()
    made = wire.raw(builders.client("officer.jpo"), "/imports", *a_form(file=("given.xlsx", resaved))).json()
    assert made["problems"] == []
    assert [(one["measure"], one["values"]) for one in made["changes"]] == [(builders.SME, 1)]
    assert workbooks.opened(resaved)[OBSERVATIONS.ja].protection.sheet
