"""The page of one measure, of cycles and about the data say what the API says, in both languages and at any moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from measures.rules.days import wire
from tests import builders
from tests.web.reading import answer, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
SME = builders.SME


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_measure_is_what_the_api_says_of_it(language: str) -> None:
    builders.an_update("approved")
    one, said = answer(f"/measures/{SME}", language), words(page(f"/measures/{SME}", language))
    name, title = ("name", "title") if language == "ja" else ("name_en", "title_en")
    for part in (one["code"], one[title], one["text"], one["status_label"], one["health_label"], "327–329"):
        assert part in said, part
    for owner in (one["lead"], *one["supporting"]):
        assert owner[name] in said and owner["basis_label"] in said and owner["reason"] in said
    for kpi in one["kpis"]:
        assert kpi["code"] in said and kpi["standing"]["state_label"] in said
    assert "16.1" in said and "特許行政年次報告書2020年版" in said
    report = answer("/updates", language, measure=SME, state="approved")["items"][0]
    assert report["narrative"] in said and report["declared_status_label"] in said
    for event in answer(f"/measures/{SME}/timeline", language)["items"]:
        assert event["verb_label"] in said


def test_a_draft_is_nobodys_to_see_on_the_page_of_its_measure() -> None:
    builders.an_update("submitted")
    said = words(page(f"/measures/{SME}"))
    assert "No report was approved yet." in said and "中小企業の出願支援を続けた。" not in said


def test_a_measure_of_a_moment_is_as_it_was() -> None:
    before = wire(timezone.now() - timedelta(milliseconds=1)).replace("+", "%2B")
    builders.an_update("approved")
    assert "No report was approved yet." in words(page(f"/measures/{SME}?known_at={before}"))
    assert "Last approved report FY2020" in words(page(f"/measures/{SME}"))


@pytest.mark.parametrize("address", ["/measures/nothing", "/cycles/nothing", "/measures/%00", "/measures/a%2Fb"])
def test_what_is_not_there_is_a_page_404(address: str) -> None:
    assert "<h1>" in page(address, status=404)


@pytest.mark.parametrize("address", [f"/measures/{SME}", "/cycles/FY2020", "/cycles", "/kpis/sme-patent-share", "/",
                                     "/documents/MEXT2019", "/about"])  # fmt: skip
def test_a_parameter_that_nobody_there_has_a_use_for_is_refused_400(address: str) -> None:
    assert "There is no parameter 'stat'." in words(page(f"{address}?stat=overdue", status=400))


@pytest.mark.parametrize(("query", "said"), [("state=late", "'late' is not a known value"),
                                             ("cursor=x", "The cursor is not one of this list")])  # fmt: skip
def test_what_is_owed_in_a_cycle_is_asked_for_as_in_the_api_400(query: str, said: str) -> None:
    assert said in words(page(f"/cycles/FY2020?{query}", status=400))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_cycle_has_the_figures_of_the_api(language: str) -> None:
    builders.an_update("submitted")
    one, said = answer("/cycles/FY2020", language), words(page("/cycles/FY2020", language))
    owed, summary = one["obligations"], answer("/summary", language)["obligations"]
    assert one["state_label"] in said and str(owed["owed"]) in said
    for ministry in summary["by_ministry"].values():
        assert f"{ministry['owed']} {ministry['by_state']['overdue']}" in said
    rows = answer("/obligations", language, cycle="FY2020", limit=500)["items"]
    assert [row["measure"] for row in rows if row["measure"] not in said] == []
    assert one["code"] in words(page("/cycles", language))


def test_the_worked_example_is_the_engines() -> None:
    said = words(page("/about"))
    assert "2018 14.9 0.964286 0.6898" in said
    assert "2019 16.1 1.392857" in said and "A (target met)" in said
