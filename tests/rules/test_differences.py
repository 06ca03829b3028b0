"""What becomes of each thing between two versions, and that both sides are told."""

from hypothesis import given
from hypothesis import strategies as st

from measures.rules.differences import between

SIDES = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 2))


def told(value: int) -> dict[str, object]:
    return {"parity": value % 2, "size": value > 1}


def test_each_kind_of_change_with_both_sides() -> None:
    before = {"same": "1", "other": "1", "gone": "1", "never": None, "new": None}
    after = {"same": "1", "other": "2", "gone": None, "never": None, "new": "2"}
    assert [(one.key, one.kind, one.before, one.after) for one in between(before, after)] == [
        ("same", "kept", "1", "1"),
        ("other", "changed", "1", "2"),
        ("gone", "removed", "1", None),
        ("never", "kept", None, None),
        ("new", "added", None, "2"),
    ]


def test_the_parts_that_changed_are_named_and_none_of_what_is_kept() -> None:
    found = between({"a": 0, "b": 1, "c": 0}, {"c": 2, "a": 1, "b": 1}, told=told)
    assert [(one.key, one.kind, one.parts) for one in found] == [
        ("c", "changed", ("size",)),
        ("a", "changed", ("parity",)),
        ("b", "kept", ()),
    ]


@given(before=SIDES, after=SIDES)
def test_there_is_one_change_a_key_and_the_other_way_round_is_the_mirror_image(
    before: dict[str, int | None], after: dict[str, int | None]
) -> None:
    mirrored = {"kept": "kept", "changed": "changed", "added": "removed", "removed": "added"}
    there, back = between(before, after, told=told), between(after, before, told=told)
    assert sorted(one.key for one in there) == sorted({*before, *after})
    by_key = {one.key: one for one in back}
    for one in there:
        other = by_key[one.key]
        assert (mirrored[one.kind], one.before, one.after) == (other.kind, other.after, other.before)
