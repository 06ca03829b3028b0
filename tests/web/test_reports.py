"""The pages of reports say what the API says of them, and what became of their figures stands in three columns."""

import pytest

from measures.web import reports
from tests import builders
from tests.operations.test_reports import KPI, corrected, publish
from tests.web.reading import answer, links, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
FIRST, SECOND = "FY2020-1", "FY2020-2"


def two() -> None:
    """The report of a value, and the one after it was corrected."""
    builders.an_update("approved")
    publish()
    corrected()
    publish("集計の誤りの訂正")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_list_and_a_report_are_what_the_api_says(language: str) -> None:
    two()
    listed, said = answer("/reports", language)["items"], words(page("/reports", language))
    assert [one["code"] for one in listed] == [SECOND, FIRST]
    assert said.index(SECOND) < said.index(FIRST)
    one, text = answer(f"/reports/{SECOND}", language), page(f"/reports/{SECOND}", language)
    for part in (one["reason"], one["rule"], one["supersedes"], *(file["sha256"] for file in one["files"])):
        assert part in words(text)
    for file in one["files"]:
        assert f"/api/v1/reports/{SECOND}/files/{file['name']}" in links(text)
    changed = next(row for row in one["differences"] if (row["code"], row["field"]) == (KPI, "standing.value"))
    assert f"{changed['before']} {changed['after']}" == "16.1 15.8" in words(text)
    assert f"/reports/{SECOND}" in links(page(f"/reports/{FIRST}", language)), "the first names what took its place"


@pytest.mark.parametrize("later", ["", SECOND])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_figure_stands_as_published_as_restated_and_rated_anew(language: str, later: str) -> None:
    two()
    text = words(page(f"/reports/{FIRST}/comparison?with={later}", language))
    asked = {"with": later} if later else {}
    change = answer(f"/reports/{FIRST}/comparison", language, **asked)
    row = next(one for one in change["kpis"] if one["code"] == KPI)
    assert (row["published"]["figure"]["value"], row["restated_figure"]["value"], row["rerated"]["rating"]) == (
        *("16.1", "15.8"), "A",
    )  # fmt: skip
    year, stated, part = {"ja": ("令和元年（2019年）", "後の公表で異なる: 値", "再集計"),
                          "en": ("2019", "stated otherwise: value", "Restated")}[language]  # fmt: skip
    assert f"16.1 A {year} 15.8 {stated} 15.8 A {year} {part}" in text
    for one in change["parts"]:
        assert f"{one['measures']} {one['kpis']}" in text
    assert f"33 {len(change['kpis'])}" in text, "the parts add up"


def test_a_report_is_compared_with_those_of_its_document_and_none_other_400() -> None:
    two()
    assert f"<option>{SECOND}</option>" in page(f"/reports/{FIRST}")
    said = words(page(f"/reports/{FIRST}/comparison?with=FY1999-1", status=400))
    assert "There is no report 'FY1999-1'." in said
    assert "Did you mean 'with'?" in words(page(f"/reports/{FIRST}/comparison?wiht=x", status=400))


def test_a_filter_is_the_apis_and_a_report_to_come_is_not_there_yet() -> None:
    two()
    assert f"/reports/{FIRST}" not in links(page("/reports?superseded=false"))
    assert "There is no parameter 'cylce'" in words(page("/reports?cylce=FY2020", status=400))
    before = "2026-11-02"
    assert "No report was published yet." in words(page(f"/reports?known_at={before}"))
    page(f"/reports/{FIRST}?known_at={before}", status=404)


def test_what_is_left_out_of_a_long_report_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    two()
    monkeypatch.setattr(reports, "MOST", 1)
    assert "more are in report.json." in words(page(f"/reports/{SECOND}"))
    left = len(answer(f"/reports/{FIRST}/comparison")["kpis"]) - 1
    assert f"{left} more are in the API's answer." in words(page(f"/reports/{FIRST}/comparison"))
