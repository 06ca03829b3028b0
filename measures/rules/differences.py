"""What changed between two versions of a report, field by field and value by value; both sides are always said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from measures.vocabulary import ChangeKind

Key = TypeVar("Key")
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Change(Generic[Key, Said]):
    """What became of what stands at `key`; None on the side where it is not said. `parts` are what changed within."""

    key: Key
    kind: ChangeKind
    before: Said | None
    after: Said | None
    parts: tuple[str, ...] = ()


def between(
    before: Mapping[Key, Said | None],
    after: Mapping[Key, Said | None],
    *,
    told: Callable[[Said], Mapping[str, object]] | None = None,
) -> list[Change[Key, Said]]:
    """One change for each key on either side, in the order of `after`, then what only `before` has.

    None is not said. What is said on both sides is kept when it is equal or, with `told`, when all that it tells is.
    """
    keys = [*after, *(key for key in before if key not in after)]
    return [_change(key, before.get(key), after.get(key), told) for key in keys]


def _change(
    key: Key, before: Said | None, after: Said | None, told: Callable[[Said], Mapping[str, object]] | None
) -> Change[Key, Said]:
    if before is None or after is None:
        if before is not None:
            return Change(key, ChangeKind.REMOVED, before, None)
        return Change(key, ChangeKind.KEPT if after is None else ChangeKind.ADDED, None, after)
    if told is None:
        return Change(key, ChangeKind.KEPT if before == after else ChangeKind.CHANGED, before, after)
    was, now = told(before), told(after)
    parts = tuple(name for name in now if was.get(name) != now[name])
    return Change(key, ChangeKind.CHANGED if parts else ChangeKind.KEPT, before, after, parts)
