"""The Merkle tree of RFC 9162, section 2.1, over stored nodes: appending, roots and proofs; pure.

A node is (level, index): (0, i) is the hash of leaf i, (l, i) is H(0x01 || (l-1, 2i) || (l-1, 2i+1)). Only complete
nodes are stored, and they never change. What is not complete, the ragged right edge of a tree of some size, is
computed from the complete nodes along it.

Whoever asks first lists the nodes that an answer takes (`peaks`, `nodes_of`), reads them at once, and hands them in as
`known`; every list has at most about 2 log2(size) nodes. Leaves are counted from 0, so the leaf of position p is p - 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

NODE_PREFIX = b"\x01"
EMPTY_ROOT = sha256(b"").digest()

Node = tuple[int, int]
Known = Mapping[Node, bytes]
# Leaves `start` to `end`, half-open; `start` is a multiple of the least power of two that is not less than the length.
Range = tuple[int, int]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an interior node."""
    return sha256(NODE_PREFIX + left + right).digest()


def peaks(size: int) -> list[Node]:
    """The complete subtrees, largest first, that make up a tree of `size` leaves; what appending and `root` need."""
    return _cover((0, size))


def append(leaves: Sequence[bytes], *, size: int, known: Known) -> dict[Node, bytes]:
    """The nodes that become complete, `leaves` among them, when the leaf hashes are added to a tree of `size` leaves.

    `known` holds the nodes of `peaks(size)`. KeyError when one is missing.
    """
    added: dict[Node, bytes] = {}
    for index, leaf in enumerate(leaves, size):
        node, value = (0, index), leaf
        added[node] = value
        while node[1] % 2:
            level, right = node
            left = (level, right - 1)
            value = node_hash(added[left] if left in added else known[left], value)
            node = (level + 1, right // 2)
            added[node] = value
    return added


def root(size: int, known: Known) -> bytes:
    """The root hash of the first `size` leaves; `known` holds the nodes of `peaks(size)`."""
    return _hash_of((0, size), known) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes prove leaf `index` to be in the tree of `size` leaves, from the leaf up.

    ValueError when the leaf is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int) -> list[Range]:
    """The subtrees whose hashes prove the tree of `first` leaves to be the beginning of that of `second`.

    Empty when the two are the same. ValueError unless 1 <= first <= second.
    """
    if not 1 <= first <= second:
        raise ValueError(f"there is nothing to prove between {first} and {second}")
    start, end, path = 0, second, []
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    # Whoever asks has the root of the first tree, so it need not be said when it is itself one of the subtrees.
    if start:
        path.append((start, end))
    return path[::-1]


def nodes_of(path: Iterable[Range]) -> list[Node]:
    """The stored nodes that the hashes of `path` are computed from."""
    return [node for part in path for node in _cover(part)]


def hashes_of(path: Iterable[Range], known: Known) -> list[bytes]:
    """The hashes of `path`; `known` holds the nodes of `nodes_of(path)`."""
    return [_hash_of(part, known) for part in path]


def _split(length: int) -> int:
    """The largest power of two smaller than `length`, where RFC 9162 divides a tree."""
    return 1 << (length - 1).bit_length() - 1


def _cover(part: Range) -> list[Node]:
    """The complete nodes that lie side by side under `part`, largest first."""
    start, end = part
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _hash_of(part: Range, known: Known) -> bytes:
    *others, last = _cover(part)
    value = known[last]
    for node in reversed(others):
        value = node_hash(known[node], value)
    return value
