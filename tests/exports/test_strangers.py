"""Files opened by programs that are not ours: the numbers are the database's to the last digit, and nothing runs."""

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pandas
import pytest
from django.db.models import Sum

from measures.exports import sheets
from measures.models import Observation
from tests import builders
from tests.api import wire
from tests.exports.made import a_table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://a.example","x")',
    "=cmd|'/C calc'!A0",
]


def file(name: str) -> bytes:
    return bytes(builders.client().get(f"{wire.BASE}/exports/{name}").getvalue())


def total() -> Decimal:
    found = Observation.objects.aggregate(Sum("value"))["value__sum"]
    assert found
    return Decimal(found)


def test_pandas_reads_csv_xlsx_and_json_and_adds_up_to_the_same() -> None:
    by_csv = pandas.read_csv(io.BytesIO(file("observations.csv")), dtype=str)
    by_xlsx = pandas.read_excel(io.BytesIO(file("observations.xlsx")))
    by_json = pandas.DataFrame(json.loads(file("observations.json"))["rows"])
    assert list(by_csv.columns) == list(by_xlsx.columns) == list(by_json.columns)
    for column in (by_csv["value"], by_xlsx["value"], by_json["value"]):
        assert sum(Decimal(str(one)) for one in column.dropna()) == total()


def test_jq_reads_the_json_and_counts_its_rows() -> None:
    if not shutil.which("jq"):
        pytest.skip("jq is not installed")
    asked = ["jq", "-r", '[.table, (.rows | length | tostring), .columns[0].name] | join(" ")']
    said = subprocess.run(asked, input=file("observations.json"), capture_output=True, check=True).stdout.decode()
    assert said == f"observations {Observation.objects.count()} id\n"


def test_libreoffice_finds_no_live_formula_and_the_same_numbers(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    with (tmp_path / "formulas.xlsx").open("w+b") as workbook:
        sheets.write(workbook, [a_table([(one, "text") for one in FORMULAS])])
    (tmp_path / "observations.xlsx").write_bytes(file("observations.xlsx"))
    opened = [str(tmp_path / name) for name in ("formulas.xlsx", "observations.xlsx")]
    asked = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*asked, *opened], capture_output=True, check=True, timeout=100)
    lines = list(csv.reader(io.StringIO((tmp_path / "formulas.csv").read_text("utf-8"), newline="")))
    assert [line[0].strip() for line in lines[1:]] == [one.strip() for one in FORMULAS]
    rows = csv.DictReader(io.StringIO((tmp_path / "observations.csv").read_text("utf-8"), newline=""))
    assert sum(Decimal(row["value"]) for row in rows if row["value"]) == total()
