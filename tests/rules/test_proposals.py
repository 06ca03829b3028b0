"""The difference of two versions of a document, and the day that one is issued on."""

from datetime import date

import pytest

from measures.rules.outlines import dates
from measures.rules.proposals.versions import Said, differences
from tests.figures import Figure


def said(*texts: str, above: str = "見出し") -> list[Said]:
    return [Said(f"{place}", text, above) for place, text in enumerate(texts)]


def told(old: list[Said], new: list[Said]) -> list[tuple[str, str | None, str | None]]:
    return [(str(one.change), one.old, one.new) for one in differences(old, new)]


def test_the_same_words_are_the_same_wherever_they_stand() -> None:
    assert told(said("苗木の配布", "堰の点検"), said("堰の点検", "苗木の配布")) == [
        ("same", "1", "0"),
        ("same", "0", "1"),
    ]


def test_under_another_heading_they_have_moved() -> None:
    assert told(said("苗木の配布"), said("苗木の配布", above="別の見出し")) == [("moved", "0", "0")]


def test_words_that_stand_twice_are_paired_once_each_and_under_their_own_heading_first() -> None:
    old = [Said("a", "活用の検討", "甲"), Said("b", "活用の検討", "乙")]
    new = [Said("x", "活用の検討", "乙"), Said("y", "活用の検討", "甲"), Said("z", "活用の検討", "丙")]
    assert told(old, new) == [("same", "b", "x"), ("same", "a", "y"), ("added", None, "z")]


def test_much_the_same_words_were_changed_and_others_dropped_and_added() -> None:
    old, new = said("堰の点検", "山道の補修と案内板の更新"), said("堰の点検と清掃", "避難小屋の新設")
    (changed, added, dropped) = differences(old, new)
    assert (changed.change, changed.old, changed.new) == ("changed", "0", "0")
    assert 0.6 <= changed.similarity < 1
    assert (added.change, dropped.change, dropped.old) == ("added", "dropped", "1")


def test_two_texts_that_are_nothing_but_alike_are_compared_no_further_than_is_quick() -> None:
    old = said(*("あ" * (200 + number % 50) for number in range(1_000)))
    new = said(*("あ" * (300 + number % 50) + "い" for number in range(1_000)))
    found = differences(old, new)
    assert len({one.new for one in found if one.new}) == len({one.old for one in found if one.old}) == 1_000


def test_every_element_of_either_version_is_told_once(figure: Figure) -> None:
    old = said(*(f"第{number}の取組を進めるための検討" for number in range(1_500)))
    new = said(*(f"第{number}の取組を強く進めるための検討" for number in range(0, 3_000, 2)))
    found = differences(old, new)
    assert sorted(one.old for one in found if one.old) == sorted(one.code for one in old)
    assert sorted(one.new for one in found if one.new) == sorted(one.code for one in new)
    figure(f"difference of two versions of 1,500 elements each: {len(found)} changes, every element once")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年９月１９日", date(2019, 9, 19)),
        ("平成 31 年 4 月 1 日（月）", date(2019, 4, 1)),
        ("2030年4月1日", date(2030, 4, 1)),
        ("令和２年２月３０日", None),
        ("令和２年度", None),
    ],
)
def test_the_day_of_a_document_is_read_in_either_calendar(text: str, day: date | None) -> None:
    assert dates.read(text) == day
