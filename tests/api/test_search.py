"""Searching by `q`: the same words are found however they are written."""

import pytest
from rest_framework.test import APIClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def found(resource: str, sought: str) -> list[str]:
    answer = APIClient().get(f"/api/v1/{resource}", {"q": sought, "fields": "code"})
    assert answer.status_code == 200
    return [item["code"].removeprefix("MEXT2019-") for item in answer.json()["items"]]


@pytest.mark.parametrize("sought", ["ESG 投資", "ESG投資", "ＥＳＧ投資", "esg投資", "ＥＳＧ　投資"])
def test_width_case_and_blanks_do_not_matter(sought: str) -> None:
    assert found("measures", sought) == ["P1-09", "P2-07", "P3-04"]


@pytest.mark.parametrize("sought", ["ベンチャー", "べんちゃー", "ﾍﾞﾝﾁｬｰ"])
def test_the_kind_of_kana_does_not_matter(sought: str) -> None:
    assert found("measures", sought) == ["P2-06", "P3-02", "R1-5-2a"]
    assert found("kpis", sought) == ["plan5-rd-venture-ipo", "univ-ventures-count", "univ-ventures-founded-mext"]


def test_kangxi_radicals_are_read_as_the_characters_they_look_like() -> None:
    """The annex spells 中⼩企業 with U+2F29 and ⾃律的 with U+2F83."""
    assert found("measures", "中小企業割合") == ["R1-5-3a"]
    assert found("measures", "自律的・持続的") == ["R1-5-5a"]


@pytest.mark.parametrize(("sought", "there"), [("15％", True), ("15%", True), ("５割増", True), ("16%", False)])
def test_full_width_signs_and_digits_are_read_as_plain_ones(sought: str, there: bool) -> None:
    assert ("R1-5-3a" in found("measures", sought)) is there


def test_latin_words_stay_apart() -> None:
    """'licences granted' holds no ESG."""
    assert found("measures", "licences granted") == ["R1-5-3a"]
    assert "R1-5-3a" not in found("measures", "esg")


@pytest.mark.parametrize("sought", ["_", "\\", "100%", "%a%"])
def test_signs_of_like_are_sought_as_themselves(sought: str) -> None:
    assert found("measures", sought) == []


def test_a_code_is_found_in_any_case() -> None:
    assert found("measures", "mext2019-r1-5-3A") == ["R1-5-3a"]
