"""Linked measures count once: the groups that links make, and what a rollup of them says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules.rollups import Member, groups, rollup
from measures.vocabulary import Rating

CODES = st.sampled_from("abcdefgh")
LINKS = st.lists(st.tuples(CODES, CODES).filter(lambda pair: pair[0] != pair[1]), max_size=10)
MEMBERS = st.dictionaries(CODES, st.builds(Member, st.sampled_from(["A", "B", "N", None]), st.booleans()))


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ([], []),
        ([("a", "b")], [["a", "b"]]),
        ([("a", "b"), ("c", "b")], [["a", "b", "c"]]),
        ([("a", "b"), ("c", "d")], [["a", "b"], ["c", "d"]]),
        ([("c", "d"), ("a", "b"), ("b", "c"), ("d", "a")], [["a", "b", "c", "d"]]),
    ],
)
def test_what_is_linked_in_any_number_of_steps_is_one_group(
    links: list[tuple[str, str]], found: list[list[str]]
) -> None:
    assert groups(links) == found


def test_a_group_has_the_worst_rating_and_is_ratable_where_one_of_it_is() -> None:
    members = {"a": Member("A", True), "b": Member("B", True), "c": Member(None, False), "d": Member("A", True)}
    said = rollup(members, [["a", "b"], ["c", "z"]])
    assert (said.total, said.ratable, said.rated) == (3, 2, 2)
    assert {rating: count for rating, count in said.by_rating.items() if count} == {"A": 1, "B": 1}
    assert (said.members, said.counted_once) == (["a", "b", "c", "d"], [["a", "b"]])


@given(MEMBERS, LINKS)
def test_every_member_is_counted_in_exactly_one_unit(members: dict[str, Member], links: list[tuple[str, str]]) -> None:
    said = rollup(members, groups(links))
    extra = sum(len(group) - 1 for group in said.counted_once)
    assert said.total == len(members) - extra
    assert sum(said.by_rating.values()) <= said.total
    assert said.rated == said.by_rating[Rating.A] + said.by_rating[Rating.B]
    together = [code for group in said.counted_once for code in group]
    assert len(together) == len(set(together)) and set(together) <= set(members)


@given(MEMBERS, LINKS)
def test_neither_the_order_nor_the_direction_nor_saying_it_twice_changes_it(
    members: dict[str, Member], links: list[tuple[str, str]]
) -> None:
    turned = [(other, one) for one, other in reversed(links)] + links
    assert rollup(members, groups(turned)) == rollup(members, groups(links))


@given(MEMBERS)
def test_without_links_a_rollup_is_a_plain_count(members: dict[str, Member]) -> None:
    said = rollup(members, [])
    assert (said.total, said.counted_once) == (len(members), [])
    assert said.ratable == sum(one.ratable for one in members.values())
