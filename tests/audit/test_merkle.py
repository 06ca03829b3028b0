"""The tree against the published vectors of Certificate Transparency, and against RFC 9162 written down naively."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.audit import merkle
from tests.audit import trees

# The inputs and the heads of the reference implementation's own tests, with the proofs that it gives for them.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
LEAVES = [trees.leaf(bytes.fromhex(text)) for text in INPUTS]
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
ONE = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
TWO_THREE = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
FOUR = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
SIX_SEVEN = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FOUR_TO_SEVEN = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FOUR_FIVE = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def tree(leaves: list[bytes], step: int = 1) -> dict[merkle.Node, bytes]:
    """Every complete node, made by appending `step` leaves at a time."""
    nodes: dict[merkle.Node, bytes] = {}
    for size in range(0, len(leaves), step):
        known = {node: nodes[node] for node in merkle.peaks(size)}
        nodes |= merkle.append(leaves[size : size + step], size=size, known=known)
    return nodes


def root(size: int, nodes: dict[merkle.Node, bytes]) -> bytes:
    return merkle.root(size, {node: nodes[node] for node in merkle.peaks(size)})


def hashes(path: list[merkle.Range], nodes: dict[merkle.Node, bytes]) -> list[bytes]:
    return merkle.hashes_of(path, {node: nodes[node] for node in merkle.nodes_of(path)})


def hexes(path: list[merkle.Range]) -> list[str]:
    return [one.hex() for one in hashes(path, tree(LEAVES))]


@pytest.mark.parametrize("step", [1, 2, 3, 8])
def test_the_heads_are_those_of_the_reference(step: int) -> None:
    nodes = tree(LEAVES, step)
    assert [root(size, nodes).hex() for size in range(9)] == HEADS


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, []),
        (0, 8, [ONE, TWO_THREE, FOUR_TO_SEVEN]),
        (5, 8, [FOUR, SIX_SEVEN, HEADS[4]]),
        (2, 3, [HEADS[2]]),
        (1, 5, [HEADS[1], TWO_THREE, FOUR]),
    ],
)
def test_inclusion_is_proved_as_the_reference_does(index: int, size: int, expected: list[str]) -> None:
    assert hexes(merkle.inclusion_path(index, size)) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1, 1, []),
        (1, 8, [ONE, TWO_THREE, FOUR_TO_SEVEN]),
        (6, 8, [FOUR_FIVE, SIX_SEVEN, HEADS[4]]),
        (2, 5, [TWO_THREE, FOUR]),
    ],
)
def test_consistency_is_proved_as_the_reference_does(first: int, second: int, expected: list[str]) -> None:
    assert hexes(merkle.consistency_path(first, second)) == expected


@given(size=st.integers(1, 200), step=st.integers(1, 50), data=st.data())
def test_any_tree_has_the_heads_and_proofs_of_the_naive_one(size: int, step: int, data: st.DataObject) -> None:
    leaves = [trees.leaf(str(number).encode()) for number in range(size)]
    nodes = tree(leaves, step)
    smaller, index = data.draw(st.integers(1, size)), data.draw(st.integers(0, size - 1))
    before, after = root(smaller, nodes), root(size, nodes)
    assert (before, after) == (trees.head(leaves[:smaller]), trees.head(leaves))
    inclusion = hashes(merkle.inclusion_path(index, size), nodes)
    assert inclusion == trees.path(index, leaves)
    assert trees.is_included(leaves[index], index, size, inclusion, after)
    consistency = hashes(merkle.consistency_path(smaller, size), nodes)
    assert consistency == trees.proof(smaller, leaves)
    assert trees.is_continued(smaller, size, consistency, before, after)


@given(size=st.integers(2, 60), data=st.data())
def test_a_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    leaves = [trees.leaf(str(number).encode()) for number in range(size)]
    nodes = tree(leaves)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
    proof = hashes(merkle.inclusion_path(index, size), nodes)
    after = root(size, nodes)
    assert not trees.is_included(leaves[other], index, size, proof, after)
    assert not trees.is_included(leaves[index], other, size, proof, after)
    assert not trees.is_included(leaves[index], index, size, proof, root(size - 1, nodes))
    broken = proof.copy()
    place = data.draw(st.integers(0, len(proof) - 1))
    broken[place] = bytes(32)
    assert not trees.is_included(leaves[index], index, size, broken, after)
    smaller = data.draw(st.integers(1, size - 1))
    rewritten = tree([leaves[0][::-1], *leaves[1:]])
    proof = hashes(merkle.consistency_path(smaller, size), rewritten)
    assert trees.is_continued(smaller, size, proof, root(smaller, rewritten), root(size, rewritten))
    assert not trees.is_continued(smaller, size, proof, root(smaller, nodes), root(size, rewritten))


@given(st.integers(1, 2**40), st.data())
def test_a_proof_takes_few_nodes_however_large_the_tree(size: int, data: st.DataObject) -> None:
    most = 2 * size.bit_length()
    assert len(merkle.peaks(size)) <= size.bit_length()
    assert len(merkle.nodes_of(merkle.inclusion_path(data.draw(st.integers(0, size - 1)), size))) <= most
    assert len(merkle.nodes_of(merkle.consistency_path(data.draw(st.integers(1, size)), size))) <= most


@given(st.integers(0, 300), st.integers(0, 300))
def test_every_node_is_made_once_and_never_again(before: int, more: int) -> None:
    leaves = [trees.leaf(bytes([number % 256])) for number in range(before + more)]
    nodes = tree(leaves[:before], 7)
    added = merkle.append(leaves[before:], size=before, known={node: nodes[node] for node in merkle.peaks(before)})
    assert not set(added) & set(nodes)
    complete = {(level, index) for level in range(10) for index in range((before + more) >> level)}
    assert set(added) | set(nodes) == complete


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_what_is_not_in_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_path(index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 1), (2, 1)])
def test_there_is_no_consistency_of_nothing_or_backwards(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="nothing to prove"):
        merkle.consistency_path(first, second)
