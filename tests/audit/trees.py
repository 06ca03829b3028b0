"""RFC 9162 once more, as its text has it: slow, recursive, and sharing nothing with the service."""

from collections.abc import Sequence
from hashlib import sha256


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(number: int) -> int:
    half = 1
    while half * 2 < number:
        half *= 2
    return half


def head(leaves: Sequence[bytes]) -> bytes:
    """MTH of section 2.1.1, of leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    middle = split(len(leaves))
    return pair(head(leaves[:middle]), head(leaves[middle:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(leaves) < 2:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*path(index, leaves[:middle]), head(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), head(leaves[:middle])]


def proof(first: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of section 2.1.4.1."""
    if first == len(leaves):
        return [] if whole else [head(leaves)]
    middle = split(len(leaves))
    if first <= middle:
        return [*proof(first, leaves[:middle], whole=whole), head(leaves[middle:])]
    return [*proof(first - middle, leaves[middle:], whole=False), head(leaves[:middle])]


def is_included(leaf_hash: bytes, index: int, size: int, hashes: Sequence[bytes], root: bytes) -> bool:
    """The steps of section 2.1.3.2."""
    if index >= size:
        return False
    place, last, value = index, size - 1, leaf_hash
    for one in hashes:
        if last == 0:
            return False
        if place % 2 or place == last:
            value = pair(one, value)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            value = pair(value, one)
        place, last = place >> 1, last >> 1
    return last == 0 and value == root


def is_continued(first: int, second: int, hashes: Sequence[bytes], before: bytes, after: bytes) -> bool:
    """The steps of section 2.1.4.2."""
    if first == second:
        return not hashes and before == after
    given = [before, *hashes] if first & (first - 1) == 0 else list(hashes)
    if not given:
        return False
    place, last = first - 1, second - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = given[0]
    for one in given[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = pair(one, old), pair(one, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = pair(new, one)
        place, last = place >> 1, last >> 1
    return old == before and new == after and last == 0
