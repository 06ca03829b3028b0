"""The list of measures is the API's list: the same filters, the same rows, the same refusals."""

import re

import pytest
from django.utils.html import escape

from measures.api import orders
from measures.api.measure_filters import MeasureFilter
from measures.api.measures import MeasureList
from measures.web import measures
from tests import builders
from tests.web.reading import addresses, answer, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
CODE = re.compile(r"<code>(MEXT2019-[^<]*)</code>")


def codes(query: str, language: str = "en") -> list[str]:
    return CODE.findall(page(f"/measures?{query}", language))


@pytest.mark.parametrize(
    "query",
    [
        *("", "q=ESG", "q=%EF%BE%8D%EF%BE%9E%EF%BE%9D%EF%BE%81%EF%BD%AC%EF%BD%B0", "q=mext2019-r1-5-3A"),
        *("ministry=jpo", "ministry=mext&role=support", "section=P1", "status=not_started&health=not_assessed"),
        *("standing=A", "standing=A&standing=B", "kind=study", "has_kpi=true&section=P3", "divergent=true"),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_filter_finds_what_the_api_finds(query: str, language: str) -> None:
    given = [pair.split("=") for pair in query.split("&") if pair]
    if any("%" in value for _, value in given):
        given = [["q", "ﾍﾞﾝﾁｬｰ"]]
    asked: dict[str, list[str]] = {}
    for name, value in given:
        asked.setdefault(name, []).append(value)
    found = answer("/measures", language, **asked, limit=500, count="true")
    assert codes(query, language) == [one["code"] for one in found["items"]]
    said = words(page(f"/measures?{query}", language))
    assert (f"{found['total']} measures" if language == "en" else f"{found['total']}件の施策") in said


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_row_says_what_the_api_says_of_the_measure(language: str) -> None:
    builders.an_update("approved")
    one = next(row for row in answer("/measures", language, q=builders.SME)["items"])
    said = words(page(f"/measures?q={builders.SME}", language))
    title, lead = (one["title"], one["lead"]["name"]) if language == "ja" else (one["title_en"], one["lead"]["name_en"])
    parts = [one["code"], title, lead, one["status_label"], one["health_label"], one["standing"]["rating"]]
    assert " ".join(parts) in said
    assert one["status"] == "in_progress"


def test_every_choice_of_the_form_is_a_filter_of_the_api() -> None:
    names = set(re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"', page("/measures")))
    offered = names - {"next", "language", "theme", "known_at", "order"}
    assert offered <= set(MeasureFilter.base_filters)
    assert {name for name, _, _ in measures.WORDS} | {name for name, _ in measures.FLAGS} <= offered


@pytest.mark.parametrize("order", ["status", "health", "-standing", "due_on", "-updated_at"])
def test_the_list_is_in_the_order_that_is_asked_for_and_its_file_has_the_filters_alone(order: str) -> None:
    builders.an_update("approved")
    text = page(f"/measures?section=R1-5-3&order={order}")
    assert CODE.findall(text) == [one["code"] for one in answer("/measures", section="R1-5-3", order=order)["items"]]
    assert f'<option value="{order}" selected>' in text
    assert [one for one in addresses(text) if one.endswith("csv?section=R1-5-3")] != []


def test_every_order_of_the_form_is_one_of_the_api() -> None:
    assert {code for code, _ in measures.ORDERS} - {""} <= set(orders.names(MeasureList.orders))


def test_what_was_chosen_stands_in_the_form_and_an_empty_field_asks_nothing() -> None:
    text = page("/measures?q=%22%3E%3Cscript%3E&ministry=jpo&status=&has_kpi=true")
    assert f'value="{escape(chr(34) + "><script>")}"' in text and "<script>" not in text
    assert '<option value="jpo" selected>' in text
    assert re.search(r'name="has_kpi" value="true" checked', text)
    assert "No measure is like that." in words(text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=strated", "Did you mean"),
        ("statsu=completed", "Did you mean 'status'?"),
        ("cursor=x", "The cursor is not one of this list"),
        ("q=%00", "The value holds a NUL"),
    ],
)
def test_what_the_api_refuses_is_a_page_that_says_why_400(query: str, said: str) -> None:
    assert said in words(page(f"/measures?{query}", status=400))


def test_the_pages_of_the_list_hold_every_measure_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "A_PAGE", 10)
    seen: list[str] = []
    address = "/measures?section=P1&section=P2"
    while address:
        text = page(address)
        seen += CODE.findall(text)
        following = [one for one in addresses(text) if "cursor=" in one]
        assert all("section=P1&section=P2" in one for one in following)
        address = following[0] if following else ""
    assert seen == [one["code"] for one in answer("/measures", section=["P1", "P2"])["items"]]
    assert len(seen) == 17


def test_the_file_has_the_filters_of_the_page() -> None:
    found = [one for one in addresses(page("/measures?section=P1&q=a&status=")) if one.endswith("csv?section=P1&q=a")]
    assert len(found) == 1
