"""The pages of KPIs: the API's figures and the API's filters, each with its chart, and the past as it was."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from measures.api.kpis.filters import KpiFilter
from measures.web import kpis
from tests import builders
from tests.exports.charts import pictures
from tests.web.reading import answer, links, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
CODE = re.compile(r'href="/kpis/([a-z0-9-]+)')
PICTURE = re.compile(r"<svg xmlns.*?</svg>", re.DOTALL)


def charts(text: str) -> list[Any]:
    return [pictures.read(one) for one in PICTURE.findall(text)]


@pytest.mark.parametrize(
    "query", ["", "q=patent", "state=met&state=on_pace", "rating=A", "has_target=true", "direction="]
)
def test_the_list_is_the_apis_with_a_chart_each(query: str) -> None:
    asked: dict[str, list[str]] = {}
    for name, _, value in (pair.partition("=") for pair in query.split("&") if not pair.endswith("=") and pair):
        asked.setdefault(name, []).append(value)
    found = answer("/kpis", **asked, limit=500)["items"]
    text = page(f"/kpis?{query}")
    assert CODE.findall(text) == [one["code"] for one in found]
    assert [pictures.named(one, "title") for one in charts(text)] == [
        f"{one['name_en']} ({one['unit']})" for one in found
    ]
    assert f"{len(found)} KPIs" in words(text)


def test_every_choice_of_the_form_is_a_filter_of_the_api() -> None:
    names = set(re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"', page("/kpis")))
    offered = names - {"next", "language", "theme", "known_at"}
    assert {name for name, _, _ in kpis.WORDS} < offered <= set(KpiFilter.base_filters)


def test_what_the_api_refuses_is_a_page_that_says_why_400_404() -> None:
    assert "Did you mean" in words(page("/kpis?state=mett", status=400))
    page("/kpis/nothing", status=404)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_one_kpi_is_what_the_api_says_of_it(language: str) -> None:
    builders.an_update("approved")
    text = page("/kpis/sme-patent-share", language)
    said = words(text)
    assert ("met since 2019" if language == "en" else "2019年）から達成") in said
    for row in answer("/kpis/sme-patent-share/observations", language)["items"]:
        assert row["value"] is None or row["value"] in said
        assert row["source"]["title"] in said
    for row in answer("/kpis/sme-patent-share/targets", language)["items"]:
        assert row["state_label"] in said and row["reason"] in said
    for row in answer("/kpis/sme-patent-share/baselines", language)["items"]:
        assert row["state_label"] in said and row["reason"] in said and row["value"] in said
    for row in answer("/kpis/sme-patent-share/measures", language)["items"]:
        assert row["code"] in said and row["reason"] in said
    wide, narrow = charts(text)
    assert pictures.texts(wide)[-1] == pictures.texts(narrow)[-1]
    assert len({one.get("aria-labelledby") for one in (wide, narrow)}) == 2


def test_the_page_of_a_moment_knows_nothing_of_what_came_later() -> None:
    before = timezone.now() - timedelta(seconds=1)
    builders.an_update("approved")
    past = page(f"/kpis/sme-patent-share?{urlencode({'known_at': before.isoformat()})}")
    assert "16.1" not in words(past) and "met since" not in words(past)
    assert "16.1" in words(page("/kpis/sme-patent-share"))


def test_what_an_officer_wrote_stays_text() -> None:
    builders.an_update("approved", observations=[builders.a_value(source_title="<script>alert(1)</script>")])
    text = page("/kpis/sme-patent-share")
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text


def test_what_was_required_is_rounded_for_readers_and_a_kpi_without_a_target_requires_nothing() -> None:
    assert answer("/kpis/univ-patent-licences")["standing"]["required"] == "11968.275323"
    assert "Required by then 11,968.28 件" in words(page("/kpis/univ-patent-licences"))
    assert "Required by then – 人" in words(page("/kpis/ura-headcount"))


def test_the_pages_of_the_list_hold_every_kpi_once_with_its_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kpis, "A_PAGE", 2)
    seen: list[str] = []
    address = "/kpis?has_target=true"
    while address:
        text = page(address)
        seen += CODE.findall(text)
        following = [one for one in links(text) if "cursor=" in one]
        assert all("has_target=true" in one for one in following)
        address = following[0] if following else ""
    assert seen == [one["code"] for one in answer("/kpis", has_target="true")["items"]]
    assert len(seen) > 4
