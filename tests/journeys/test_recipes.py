"""The recipes of docs/recipes.md, as they are printed: run, or followed by what they name where nothing runs them."""

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas
import pytest

from tests import builders
from tests.journeys.http import Caller

ROOT = Path(__file__).resolve().parents[2]
RECIPES = (ROOT / "docs" / "recipes.md").read_text()
PRINTED = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KPI = "sme-patent-share"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loaded")]


def blocks(language: str) -> list[str]:
    return [text for named, text in BLOCK.findall(RECIPES) if named == language]


def environment() -> dict[str, str]:
    """The token of someone who may read everything."""
    public, secret = builders.token("auditor").split(".")
    return {**os.environ, "TOKEN_ID": public, "TOKEN_SECRET": secret}


def asked(base: str, text: str) -> list[str]:
    """The addresses that M text asks, with the parameters that it always gives."""
    called = re.findall(r'Web\.Contents\("([^"]*)", \[\s*RelativePath = "([^"]*)",\s*Query = \[([^]]*)\]', text)
    assert len(called) == text.count("Web.Contents") == 1
    root, path, query = called[0]
    assert root == PRINTED and not path.startswith("/")
    pairs = re.findall(r'(\w+) = "([^"]*)"', query)
    return [f"{base}/{path}?{urlencode(pairs)}"]


def test_every_block_is_of_a_language_that_is_tried_here() -> None:
    assert [named for named, _ in BLOCK.findall(RECIPES)] == ["sh", "python", "m", "m", "json"]
    assert RECIPES.count("```") == 10


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_takes_the_files_and_is_answered_304(served: str, tmp_path: Path) -> None:
    builders.an_open_cycle()
    (text,) = blocks("sh")
    command = ["bash", "-euo", "pipefail", "-c", text.replace(PRINTED, served)]
    run = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, "304\n"), run.stderr
    values = pandas.read_csv(tmp_path / "observations.csv", dtype=str)
    assert set(values["kpi"]) == {KPI} and len(values) > 2
    assert len(pandas.read_csv(tmp_path / "obligations.csv")) == 33
    assert json.loads((tmp_path / "summary.json").read_text())["measures"]["total"] == 33


def test_pandas_reads_what_the_api_answers(served: str, tmp_path: Path) -> None:
    builders.an_open_cycle()
    (text,) = blocks("python")
    script = tmp_path / "recipe.py"
    script.write_text(text.replace(PRINTED, served))
    run = subprocess.run([sys.executable, str(script)], env=environment(), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    latest = Caller(served).get(f"/api/v1/kpis/{KPI}/observations?limit=500").json["items"][-1]["value"]
    assert f"{Decimal(latest).normalize()}" in run.stdout
    assert re.search(r"\d+ of 33 are late", run.stdout)


def test_power_query_names_an_address_and_columns_that_there_are(served: str) -> None:
    text = blocks("m")[0]
    (address,) = asked(served, text)
    table = pandas.read_csv(address, dtype=str)
    typed = dict(re.findall(r'\{"(\w+)", ([\w. ]+?)\}', text))
    assert len(typed) == 7 and set(typed) <= set(table.columns)
    assert 'Delimiter = ","' in text and "Encoding = 65001" in text
    kinds = {"type number": float, "type text": str, "type date": pandas.Timestamp}
    for name, kind in typed.items():
        filled = table[name].dropna()
        assert len(filled) and [kinds[kind](one) for one in filled]


def test_power_bi_follows_the_pages_and_expands_records_that_there_are(served: str) -> None:
    text = blocks("m")[1]
    (address,) = asked(served, text)
    # The cursor is what is given on the pages after the first.
    assert "[cursor = cursor]" in text and "each [items]" in text and "Page([next])" in text
    caller, rows, cursor = Caller(served), [], ""
    path = address.removeprefix(served).replace("limit=500", "limit=20")
    while cursor is not None:
        page = caller.get(path + (f"&cursor={cursor}" if cursor else "")).json
        rows, cursor = rows + page["items"], page["next"]
    assert len({row["code"] for row in rows}) == 33
    picked = columns(re.search(r"Table\.FromRecords\([^{]*(\{[^}]*\})", text))
    assert len(picked) == 7 and set(picked) <= set(rows[0])
    expanded = re.findall(r'ExpandRecordColumn\(\w+, "(\w+)", (\{[^}]*\})', text)
    assert {name for name, _ in expanded} == {"lead", "standing"}
    for name, inner in expanded:
        assert set(re.findall(r'"(\w+)"', inner)) <= set(rows[0][name])


def columns(found: re.Match[str] | None) -> list[str]:
    assert found
    return re.findall(r'"(\w+)"', found[1])


def test_grafana_selects_what_there_is(served: str) -> None:
    (text,) = blocks("json")
    query = json.loads(text)
    assert query["url"].startswith(PRINTED)
    answer = Caller(served).get(query["url"].removeprefix(PRINTED)).json
    rows = selected(answer, query["root_selector"])
    assert len(rows) > 2
    for column in query["columns"]:
        for row in rows:
            value = selected(row, column["selector"])
            assert {"timestamp": pandas.Timestamp, "number": float, "string": str}[column["type"]](value)
    assert "measures.by_status" in RECIPES
    assert selected(Caller(served).get("/api/v1/summary").json, "measures.by_status")["not_started"] == 33


def selected(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[name]
    return value
