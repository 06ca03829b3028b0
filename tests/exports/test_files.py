"""The files of the lists over HTTP: the rows that the lists show, with the lists' filters, cell by cell."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from rest_framework.test import APIClient

from measures.api import exports
from measures.exports.delimited import BOM, INCOMPLETE
from measures.exports.selected import select
from measures.exports.tables import Column, Type
from measures.models import ProgressUpdate
from tests import builders
from tests.api import second, wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

Row = dict[str, Any]
NAMES = ["measures", "kpis", "observations", "updates"]


def download(name: str, query: str = "", username: str | None = None) -> str:
    response = builders.client(username).get(f"{wire.BASE}/exports/{name}.csv{query}")
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    text = b"".join(response.streaming_content).decode()
    assert text.startswith(BOM)
    return text.removeprefix(BOM)


def rows(name: str, query: str = "", username: str | None = None) -> list[Row]:
    return list(csv.DictReader(io.StringIO(download(name, query, username), newline="")))


def shown(value: Any) -> str:
    """A value of the API as a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_one_header_of_unique_names_and_crlf_lines(name: str) -> None:
    builders.an_update(at_status="approved")
    text = download(name)
    header = text.partition("\r\n")[0].split(",")
    assert len(set(header)) == len(header)
    assert all(header)
    assert text.endswith("\r\n")
    assert {len(line) for line in csv.reader(io.StringIO(text, newline=""))} == {len(header)}


def test_measures_csv_is_the_list_row_by_row() -> None:
    second.a_second_document()
    builders.an_update(at_status="approved")
    for line, row in zip(rows("measures"), wire.items("/measures"), strict=True):
        expected = {name: shown(row[name]) for name in line if name in row and name not in ("lead", "supporting")}
        expected |= {
            "first_line": str(row["lines"][0]),
            "last_line": str(row["lines"][1]),
            "lead": row["lead"]["code"],
            "lead_basis": row["lead"]["basis"],
            "supporting": " ".join(one["code"] for one in row["supporting"]),
            "rating": shown(row["standing"]["rating"]),
            "explained_by": "",
            **{f"kpis_{name}": str(row["standing"][name]) for name in ("total", "ratable", "rated", "met")},
        }
        assert line == expected


def test_kpis_csv_is_the_list_row_by_row() -> None:
    for line, row in zip(rows("kpis"), wire.items("/kpis"), strict=True):
        standing = row["standing"]
        for name in ("code", "name", "name_en", "unit", "direction", "statistic", "updated_at"):
            assert line[name] == shown(row[name])
        for name in ("state", "rating", "rule", "data_state", "met", "lost", "provisional", "approximate"):
            assert line[name] == shown(standing[name]), (row["code"], name)
        for name in ("value", "low", "high", "baseline", "target", "progress", "elapsed", "required"):
            assert number(line[name]) == number(standing[name]), (row["code"], name)
        assert line["value_period_type"] == (standing["period"] or {}).get("type", "")


def test_observations_csv_is_the_list_row_by_row() -> None:
    builders.an_update(at_status="approved", observations=[builders.a_value(status="provisional")])
    same = ("id", "kpi", "value", "low", "high", "unit", "status", "approximate", "derived", "derivation", "note",
            "recorded_at", "corrects", "reason", "update")  # fmt: skip
    for line, row in zip(rows("observations"), wire.items("/observations"), strict=True):
        assert {name: line[name] for name in same} == {name: shown(row[name]) for name in same}
        for name in ("title", "publisher", "url", "published_on"):
            assert line[f"source_{name}"] == shown(row["source"][name])
        assert line["period_type"] == row["period"]["type"]
        year = row["period"].get("year")
        assert line["fiscal_year"] == (str(year) if row["period"]["type"] == "fiscal_year" else "")
        assert line["period"] == {
            "fiscal_year": f"FY{year}", "calendar_year": f"CY{year}", "point": row["period"].get("on"),
        }[row["period"]["type"]]  # fmt: skip


def test_updates_csv_is_what_the_caller_may_see_row_by_row() -> None:
    builders.an_update(at_status="approved")
    cast = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}
    builders.an_update(at_status="draft", measure="MEXT2019-P1-01", **cast)
    builders.an_update(at_status="withdrawn", measure="MEXT2019-P1-02", **cast)
    for username, count in (("auditor", 3), ("officer.mext", 3), ("officer.meti", 1), (None, 1)):
        lines, listed = rows("updates", username=username), wire.items("/updates", username)
        assert len(lines) == len(listed) == count
        for line, row in zip(lines, reversed(listed), strict=True):
            explained = {f"explanation_{name}": "" for name in ("cause", "corrective_step", "owner", "due_on")}
            expected = {name: shown(row[name]) for name in line if name not in ("observations", *explained)}
            assert line == {**expected, **explained, "observations": str(len(row["observations"]))}


FILTERS: dict[str, list[tuple[str, Callable[[Row], bool]]]] = {
    "measures": [
        ("section=P1&section=P2", lambda row: row["section"] in ("P1", "P2")),
        ("ministry=meti&role=lead", lambda row: row["lead"] == "meti"),
        ("standing=A", lambda row: row["rating"] == "A"),
    ],
    "kpis": [
        ("rating=A", lambda row: row["rating"] == "A"),
        ("state=met&state=behind", lambda row: row["state"] in ("met", "behind")),
    ],
    "observations": [
        ("kpi=sme-patent-share", lambda row: row["kpi"] == "sme-patent-share"),
        ("year_from=2018&period_type=fiscal_year", lambda row: (row["fiscal_year"] or "0") >= "2018"),
    ],
    "updates": [
        ("ministry=jpo", lambda row: row["ministry"] == "jpo"),
        ("state=draft", lambda row: row["state"] == "draft"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_takes_the_filters_of_its_list(name: str) -> None:
    builders.an_update(at_status="approved")
    builders.an_update(at_status="draft", measure="MEXT2019-P1-01", officer="officer.mext", observations=[])
    everything = rows(name, username="auditor")
    for query, matches in FILTERS[name]:
        some = rows(name, f"?{query}", "auditor")
        assert some == [row for row in everything if matches(row)], query
        assert 0 < len(some) < len(everything), query


@pytest.mark.parametrize("name", NAMES)
def test_an_export_and_its_list_share_one_filter_set(name: str) -> None:
    wire.problem(builders.client().get(f"{wire.BASE}/exports/{name}.csv?nothing=1"), 400, "invalid")
    views = {view.filterset_class for view in exports.EXPORTS.values()}
    assert len(views) == len(exports.EXPORTS)


def test_a_narrative_that_looks_like_a_formula_is_escaped_in_the_file_and_not_in_the_api() -> None:
    formula = '=HYPERLINK("http://a.example","x")'
    builders.an_update(at_status="approved", narrative=formula)
    (line,) = rows("updates")
    assert line["narrative"] == f"'{formula}"
    assert wire.items("/updates")[0]["narrative"] == formula


def test_a_missing_number_is_blank_and_zero_is_zero() -> None:
    by_code = {row["code"]: row for row in rows("kpis")}
    assert (by_code["sbir-support"]["value"], by_code["sbir-support"]["data_state"]) == ("", "not_reported")
    counts = {row["code"]: row["kpis_total"] for row in rows("measures")}
    assert (counts["MEXT2019-P1-02"], counts[builders.SME]) == ("0", "2")


def test_a_reading_that_fails_midway_ends_with_the_line_that_says_so() -> None:
    """The answer has begun with 200, so only its last line can tell."""
    response = APIClient().get(f"{wire.BASE}/exports/kpis.csv")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE measures_kpi RENAME TO measures_kpi_gone")
    text = b"".join(response.streaming_content).decode()
    assert response.status_code == 200
    assert text.endswith(INCOMPLETE)
    assert text.startswith(f"{BOM}code,name,")


@pytest.mark.parametrize("form", ["csv", "json"])
def test_of_what_can_have_no_rows_there_is_a_file_without_any_200(form: str) -> None:
    builders.an_update(at_status="approved")
    response = builders.client().get(f"{wire.BASE}/exports/updates.{form}?mine=true")
    assert response.status_code == 200
    assert "MEXT2019" not in b"".join(response.streaming_content).decode()
    assert list(select(ProgressUpdate.objects.none(), [Column("id", Type.INTEGER, "", "", "id")])) == []


def test_an_export_takes_the_same_statements_for_few_rows_and_for_many(django_assert_num_queries: Any) -> None:
    client = APIClient()
    # The first request of a caller also sweeps away counts that ended. Each one is counted, by one statement, three
    # note who takes the file, two say what it is of, and five read it as one state of the database.
    client.get(f"{wire.BASE}/summary")
    for query in ("?section=P5", ""):
        with django_assert_num_queries(10 if not query else 11):
            assert b"".join(client.get(f"{wire.BASE}/exports/measures.csv{query}").streaming_content)
