"""Imports over HTTP: a dry run that lists every problem by cell, drafts all or none, and nothing twice."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from rest_framework.test import APIClient

from measures.models import Event, Import, Ministry, ProgressUpdate, ReportedValue
from measures.operations import people, progress
from measures.operations.files import path_of
from measures.rules.imports.columns import OBSERVATIONS, REPORTS, Mark
from tests import builders, workbooks
from tests.api import wire
from tests.api.test_evidence import a_form
from tests.workbooks import REPORT, VALUE, filled, opened, row_of, saved, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

OTHER = "MEXT2019-P1-01"
COLUMNS = {one.key: number for number, one in enumerate(OBSERVATIONS.columns, start=1)}


def left(*but: str) -> int:
    """How many events there are, without those of the tokens that the tests ask with."""
    return Event.objects.exclude(subject_type__in=["token", *but]).count()


def sent(data: bytes, name: str = "報告.xlsx", client: APIClient | None = None, **fields: str) -> HttpResponse:
    client = client or builders.client("officer.jpo")
    return wire.raw(client, "/imports", *a_form(file=(name, data), **fields))


def checked(data: bytes, name: str = "報告.xlsx", *, state: str = "dry_run", **fields: str) -> dict[str, Any]:
    response = sent(data, name, **fields)
    assert response.status_code == 201, response.content
    made = response.json()
    assert made["state"] == state, made["problems"]
    return made


def problems(data: bytes, name: str = "報告.xlsx", **fields: str) -> list[tuple[str, str]]:
    """(sheet!cell, code) of each, after making sure that nothing was changed."""
    builders.an_open_cycle()
    before = left("import")
    made = checked(data, name, state="refused", **fields)
    assert ProgressUpdate.objects.count() == 0
    assert left("import") == before
    return [(f"{one['sheet']}!{one['cell']}", one["code"]) for one in made["problems"]]


def committed(pk: int, client: APIClient | None = None) -> HttpResponse:
    return wire.send(client or builders.client("officer.jpo"), "post", f"/imports/{pk}/commit", {})


def a_value_cell(book: Workbook, key: str) -> Any:
    page = book[OBSERVATIONS.ja]
    return page.cell(row_of(page, code="sme-patent-share"), COLUMNS[key])


def test_a_filled_template_is_checked_and_committed_as_a_draft() -> None:
    made = checked(filled())
    assert made["changes"] == [
        {"measure": builders.SME, "verb": "draft", "verb_label": "Draft", "values": 1, "update": None}
    ]
    assert not ProgressUpdate.objects.exists()
    assert path_of(made["sha256"]).exists()
    done = committed(made["id"])
    assert done.status_code == 200, done.content
    assert done.json()["state"] == "committed"
    update = ProgressUpdate.objects.get(pk=done.json()["changes"][0]["update"])
    shown = wire.get(f"/updates/{update.pk}", "officer.jpo")
    assert {name: shown[name] for name in ("state", "author", "narrative", "declared_status", "declared_health")} == {
        "state": "draft",
        "author": "officer.jpo",
        "narrative": REPORT["narrative"],
        "declared_status": "in_progress",
        "declared_health": "on_track",
    }
    (value,) = shown["observations"]
    assert (value["value"], value["period"], value["source"]["published_on"]) == (
        "16.1",
        {"type": "calendar_year", "year": 2019},
        "2020-07-27",
    )


def test_the_same_file_twice_changes_nothing_and_leaves_no_event() -> None:
    data = filled()
    first = checked(data)
    events = left()
    again = sent(data)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert left() == events
    done = committed(first["id"]).json()
    events = left()
    for answer in (sent(data), committed(first["id"])):
        assert (answer.status_code, answer.json()) == (200, done)
    assert left() == events
    assert (Import.objects.count(), ProgressUpdate.objects.count()) == (1, 1)


def test_a_file_after_a_change_is_another_import_and_equal_rows_change_nothing() -> None:
    data = filled()
    committed(checked(data)["id"])
    update = ProgressUpdate.objects.get()
    later = update.updated_at + timedelta(seconds=1)
    progress.edit(update_id=update.pk, content={"narrative": "直した。"}, actor=builders.actor("officer.jpo"), at=later)
    second = checked(data)
    assert [one["verb"] for one in second["changes"]] == ["edit"]
    kept = checked(filled({"declared_status": "in_progress"}, {"value": "１６．１", **without("value")}))
    assert [one["verb"] for one in kept["changes"]] == ["keep"]
    version = ProgressUpdate.objects.get().version
    assert committed(kept["id"]).status_code == 200
    assert ProgressUpdate.objects.get().version == version


def without(*names: str) -> dict[str, str]:
    return {name: one for name, one in VALUE.items() if name not in names}


def test_what_is_left_blank_stays_as_the_draft_has_it() -> None:
    builders.an_update(observations=[builders.a_value(), builders.a_value(year=2020, value="17")])
    made = checked(filled({"declared_health": "懸念あり"}, {**VALUE, "value": "16.2"}))
    assert committed(made["id"]).json()["changes"][0]["verb"] == "edit"
    update = ProgressUpdate.objects.get()
    assert (update.narrative, update.declared_health) == (builders.content()["narrative"], "at_risk")
    assert [format(one.value, "f") for one in update.observations.order_by("position")] == ["16.2", "17"]


def test_blank_is_not_zero_and_zero_is_a_value() -> None:
    made = checked(filled(REPORT, {"value": None}))
    assert committed(made["id"]).json()["changes"][0]["values"] == 0
    assert not ReportedValue.objects.exists()
    again = checked(filled({}, {"value": 0}))
    committed(again["id"])
    assert format(ReportedValue.objects.get().value, "f") == "0"


def test_a_number_of_excel_is_the_decimal_that_was_typed() -> None:
    committed(checked(filled(REPORT, {**VALUE, "value": 16.1}))["id"])
    assert format(ReportedValue.objects.get().value, "f") == "16.1"


def test_every_problem_is_listed_by_cell_in_the_language_that_is_asked_for() -> None:
    report = {"declared_status": "よい", "explanation_cause": "遅れ"}
    data = filled(report, {"value": "約16", "source_url": "www.jpo.go.jp", "source_published_on": "去年"})
    assert problems(data) == [
        ("報告!F2", "invalid-choice"),
        ("報告!I2", "missing"),
        ("報告!J2", "missing"),
        ("報告!K2", "missing"),
        ("実績値!H2", "not-a-number"),
        ("実績値!M2", "address"),
        ("実績値!N2", "not-a-day"),
    ]
    pk = Import.objects.get().pk
    officer = builders.client("officer.jpo")
    said = [
        officer.get(f"{wire.BASE}/imports/{pk}", headers={"Accept-Language": language}).json()["problems"][4]
        for language in ("ja", "en")
    ]
    assert said[0]["detail"].startswith("「約16」は数字ではありません")
    assert said[1]["detail"].startswith("'約16' is no number")
    assert (said[1]["row"], said[1]["column"], said[1]["value"]) == (2, "value", "約16")
    wire.problem(committed(pk), 409, "has-problems")


def test_what_the_operations_refuse_stands_at_its_cell() -> None:
    builders.an_open_cycle()
    value = {**VALUE, "value": "16.123"}
    assert problems(filled(REPORT, value)) == [("実績値!H2", "too-precise")]
    assert problems(filled(REPORT, {**VALUE, "period": "2018年"})) == [("実績値!H2", "use-correction")]
    assert problems(filled(REPORT, {**VALUE, "period": "2019年度"})) == [("実績値!G2", "wrong-period-type")]
    table = builders.a_table(kpi="ura-headcount", period="2019年度", value="1459")
    assert problems(table, "a.csv") == [("!B2", "kpi-not-linked")]
    assert problems(builders.a_table(measure=OTHER), "a.csv")[0] == ("!B2", "kpi-not-linked")
    assert ("!A2", "wrong-role") in problems(builders.a_table(measure=OTHER, value="16.2"), "a.csv")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"value": "=1+1"}, "formula"),
        ({"value": "#N/A"}, "error-value"),
        ({"value": "16.1%"}, "percent"),
        ({"period": "2019"}, "invalid-period"),
        ({"unit": "件"}, "unit-changed"),
        ({"value": None}, "missing"),
        ({"source_title": "a\u202eb"}, "forbidden-character"),
        ({"status": "たぶん"}, "invalid-choice"),
        ({"approximate": "？"}, "invalid-choice"),
        ({"kpi": "sme-patent-shares"}, "unknown"),
        ({"measure": "MEXT2019-R1-5-3"}, "unknown"),
    ],
)
def test_a_cell_that_is_not_what_it_should_be(value: dict[str, Any], code: str) -> None:
    assert [one for _, one in problems(filled(REPORT, {**VALUE, **value}))] == [code]


def spoilt(key: str, **how: Any) -> Any:
    def change(book: Workbook) -> None:
        for name, one in how.items():
            setattr(a_value_cell(book, key), name, one)

    return change


def test_a_percentage_and_a_date_that_excel_made_are_refused() -> None:
    percent = filled(also=spoilt("value", value=0.161, number_format="0.0%"))
    assert problems(percent) == [("実績値!H2", "percent")]
    dated = filled(also=spoilt("period", value=date(2019, 10, 1), number_format="yyyy-mm"))
    assert problems(dated) == [("実績値!G2", "date-for-period")]


def test_a_table_that_was_changed_is_refused_and_says_what() -> None:
    def hidden(book: Workbook) -> None:
        book[OBSERVATIONS.ja].row_dimensions[2].hidden = True

    def merged(book: Workbook) -> None:
        book[REPORTS.ja].merge_cells("E2:F2")

    def renamed(book: Workbook) -> None:
        book[OBSERVATIONS.ja].title = "値"

    def other_header(book: Workbook) -> None:
        book[OBSERVATIONS.ja].cell(1, COLUMNS["value"]).value = "あたい"

    def twice(book: Workbook) -> None:
        book[OBSERVATIONS.ja].cell(1, COLUMNS["note"]).value = "実績値"

    assert problems(filled(also=hidden)) == [("実績値!", "hidden-row")]
    assert ("報告!E2", "merged-cells") in problems(filled(also=merged))
    assert problems(filled(also=renamed)) == [("実績値!", "missing-sheet")]
    assert problems(filled(also=other_header))[:2] == [("実績値!H1", "unknown-column"), ("実績値!", "missing-column")]
    assert problems(filled(also=twice)) == [("実績値!O1", "repeated-column")]


def test_another_template_is_refused() -> None:
    builders.an_open_cycle()
    assert problems(workbooks.a_template("mext")) == [("!", "other-ministry")]
    unmarked = opened(workbooks.a_template())
    unmarked["_tracker"]["B2"].value = "FY2021"
    assert problems(saved(unmarked)) == [("!", "not-the-template")]
    del unmarked["_tracker"]
    assert problems(saved(unmarked)) == [("!", "not-the-template")]
    assert problems(saved(Workbook())) == [("!", "not-the-template")]
    assert problems(workbooks.a_template()) == [("!", "nothing-to-import")]


def test_a_template_of_an_earlier_version_is_refused_by_name_and_nothing_else_of_it_is_read() -> None:
    """Filled in rightly and made by us, for the right cycle and ministry: only its columns may be others by now."""
    earlier = opened(filled())
    for row, (name, value) in enumerate(Mark("0", "FY2020", "jpo").rows(), start=1):
        earlier["_tracker"].cell(row, 1, name)
        earlier["_tracker"].cell(row, 2, value)
    assert problems(saved(earlier)) == [("!", "other-version")]
    (told,) = Import.objects.latest("pk").problems
    assert (told["detail"]["en"], told["value"]) == ("The template is an old one: download a new one and fill it.", "0")


def test_of_several_reasons_to_refuse_a_file_the_first_is_given_with_all_later_ones_still_in() -> None:
    """401 credentials, 403 duty, 403 scope, 400 shape, and last a missing Idempotency-Key, as of every other write."""
    builders.an_open_cycle()
    wrong, right = a_form(file=("a.xlsx", filled()), cykle="x"), a_form(file=("a.xlsx", filled()))
    for client, form, status, code in (
        (APIClient(headers={"Authorization": "Bearer nobody.nothing"}), wrong, 401, "unauthenticated"),
        (builders.client("approver.jpo"), wrong, 403, "wrong-role"),
        (builders.client("officer.jpo", "read"), wrong, 403, "insufficient-scope"),
        (builders.client("officer.jpo"), wrong, 400, "invalid"),
        (builders.client("officer.jpo"), right, 400, "invalid"),
    ):
        body = wire.problem(wire.raw(client, "/imports", *form, keyed=False), status, code)
        if status == 400:
            (error,) = body["errors"]
            assert error.get("pointer") == "/cykle" if form is wrong else "Idempotency-Key" in error["detail"], error
    assert Import.objects.count() == 0
    assert wire.raw(builders.client("officer.jpo"), "/imports", *right).status_code == 201


def test_a_row_twice_is_refused_at_the_second() -> None:
    def again(book: Workbook) -> None:
        page = book[OBSERVATIONS.ja]
        written(
            page, OBSERVATIONS, 3, {"measure": builders.SME, "kpi": "sme-patent-share", "period": "CY2019", **VALUE}
        )

    assert problems(filled(also=again)) == [("実績値!G3", "repeated")]


def test_values_come_as_csv_too_in_each_encoding() -> None:
    builders.an_open_cycle()
    made = checked(builders.a_table().decode().encode("cp932"), "values.csv")
    target = io.StringIO()
    headers = [OBSERVATIONS.column(key).ja for key in ("measure", "kpi", "period", "value", "source_title")]
    csv.writer(target).writerows([headers, [builders.SME, "sme-patent-share", "令和元年", "16.1", "年次報告"]])
    checked(target.getvalue().encode("utf-8-sig"), "values.csv")
    committed(made["id"])
    assert ReportedValue.objects.get().source_title == "年次報告"


def a_second_officer() -> str:
    administrator: dict[str, Any] = {"actor": builders.actor("administrator"), "at": timezone.now()}
    person = people.add(username="second.jpo", display_name="第二", email="", **administrator)
    jpo = Ministry.objects.get(code="jpo")
    people.grant(person=person, role="officer", ministry=jpo, valid_from=date(2019, 4, 1), **administrator)
    return "second.jpo"


def test_another_ones_draft_is_not_written_over() -> None:
    builders.an_update(officer="officer.jpo")
    second = a_second_officer()
    response = sent(filled(), client=builders.client(second))
    assert [one["code"] for one in response.json()["problems"]] == ["someone-elses"]


def test_all_or_nothing_when_something_changed_since_the_dry_run() -> None:
    made = checked(filled())
    builders.an_update("submitted")
    events = left()
    refused = wire.problem(committed(made["id"]), 409, "import-stale")
    assert [one["code"] for one in refused["errors"]] == ["wrong-turn"]
    assert refused["errors"][0]["detail"].startswith("報告!A2: ")
    assert (left(), Import.objects.get().state) == (events, "dry_run")


def test_an_import_is_its_owners_alone_404_and_officers_alone_import_403() -> None:
    pk = checked(filled())["id"]
    for username in ("officer.mext", "approver.jpo", "coordinator", "auditor"):
        other = builders.client(username)
        wire.problem(other.get(f"{wire.BASE}/imports/{pk}"), 404, "not-found")
        wire.problem(committed(pk, other), 404, "not-found")
        assert wire.items("/imports", username) == []
    wire.problem(sent(filled(), client=builders.client("approver.jpo")), 403, "wrong-role")
    wire.problem(sent(filled(), client=builders.client("officer.jpo", "read")), 403, "insufficient-scope")
    wire.problem(committed(pk, builders.client("officer.jpo", "read")), 403, "insufficient-scope")
    assert [one["id"] for one in wire.items("/imports?state=dry_run&cycle=FY2020", "officer.jpo")] == [pk]


def test_a_form_without_a_file_or_with_more_is_refused_400() -> None:
    builders.an_open_cycle()
    officer = builders.client("officer.jpo")
    empty = wire.problem(wire.raw(officer, "/imports", *a_form(file=("a.xlsx", b""))), 400, "invalid")
    assert wire.places(empty) == [("/file", "invalid")]
    assert wire.places(wire.problem(sent(filled(), cykle="x"), 400, "invalid")) == [("/cykle", "unknown-field")]
    assert wire.places(wire.problem(sent(builders.a_table(), cycle="FY1"), 400, "invalid")) == [
        ("cycle", "unknown-value")
    ]
    wire.problem(wire.send(officer, "post", "/imports", {"file": "x"}), 415)


def test_a_file_that_cannot_be_read_is_told_as_a_problem() -> None:
    assert problems(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old.xls") == [("!", "old-format")]
    far = workbooks.bare(workbooks.sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert problems(far) == [("one!", "too-far")]
    assert Import.objects.latest("pk").problems[0]["column"] == "XFD1048576"


def test_a_copy_has_the_problems_in_their_places_and_can_be_mended_and_sent_again() -> None:
    made = checked(filled({**REPORT, "declared_status": "よい"}), state="refused")
    officer = builders.client("officer.jpo")
    answer = officer.get(f"{wire.BASE}/imports/{made['id']}/marked.xlsx", headers={"Accept-Language": "ja"})
    assert answer.status_code == 200, answer.content
    book = opened(answer.content)
    listed = [cell.value for cell in book.worksheets[0][2]]
    assert listed[:5] == ["報告", "2", "declared_status", "F2", "よい"]
    cell = book[REPORTS.ja]["F2"]
    assert cell.fill.fgColor.rgb == "FFF8C9C4"
    assert cell.comment.text == listed[5]
    assert listed[5].startswith("一覧から")
    cell.value = "実施中"
    assert checked(saved(book))["problems"] == []


def test_the_sum_of_what_is_imported_is_that_of_the_file() -> None:
    builders.an_open_cycle()
    rows = [
        [builders.SME, "sme-patent-share", f"{year}年", f"{value}", "年報"]
        for year, value in ((2019, "16.1"), (2020, "0.7"))
    ]
    target = io.StringIO()
    csv.writer(target).writerows([["measure", "kpi", "period", "value", "source_title"], *rows])
    committed(checked(target.getvalue().encode(), "values.csv")["id"])
    assert format(sum(one.value for one in ReportedValue.objects.all()), "f") == "16.8"
