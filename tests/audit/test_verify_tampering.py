"""Two hundred tampered logs and single changed bytes: the offline verifier finds each, and says where."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.logs import Signer, a_log, body, leaf, root
from tests.audit.verifying import Verdict, verify

MUTATIONS = 200


class Tampered:
    """A log of a random length with checkpoints at random sizes, and one random place in it to tamper with.

    `place` is a position, `before` and `after` the checkpoint sizes around it, `arguments` what the verifier is given.
    """

    def __init__(self, number: int, folder: Path) -> None:
        self.chance = Random(f"tampered {number}")
        count = self.chance.randint(2, 70)
        self.sizes = sorted({*self.chance.sample(range(1, count), min(count - 1, self.chance.randint(1, 6))), count})
        self.log = a_log(count, sizes=self.sizes)
        self.count, self.place = count, self.chance.randint(1, count)
        self.before = max((size for size in self.sizes if size < self.place), default=0)
        self.after = min(size for size in self.sizes if size >= self.place)
        self.arguments: list[str] = []
        self.folder = folder

    @property
    def event(self) -> dict[str, object]:
        return self.log.events[self.place - 1]

    def edit(self) -> None:
        self.event["body"] = body(9000 + self.place)
        self.event["leaf"] = leaf(str(self.event["body"])).hex()

    def keep(self, checkpoint: str) -> None:
        path = self.folder / "kept"
        path.write_text(checkpoint)
        self.arguments += ["--checkpoint", str(path)]

    def verify(self) -> Verdict:
        return verify(self.log.write(self.folder / "log.jsonl"), *self.arguments)


def positions(verdict: Verdict, *kinds: str) -> set[int]:
    """The positions that findings of these kinds name before they say anything else."""
    named: set[int] = set()
    for finding in verdict.findings:
        kind, _, what = finding.partition(": ")
        if kind in kinds:
            where = re.split(": | sealed at | stands after ", what.removeprefix("what was sealed at "))[0]
            for first, last in re.findall(r"(\d+) to (\d+)", where):
                named |= set(range(int(first), int(last) + 1))
            named |= {int(one) for one in re.findall(r"position (\d+)", where)}
            named |= {int(one) for one in re.findall(r"position \d+ or (\d+)", where)}
    return named


def pair_of(place: int, count: int) -> set[int]:
    """The leaves under one node of level 1 with that at `place`; none when it is an odd last one."""
    first = place - (place + 1) % 2
    return {first, first + 1} if first < count else set()


def body_is_edited(t: Tampered) -> Callable[[Verdict], bool]:
    t.event["body"] = body(9000 + t.place)
    return lambda verdict: positions(verdict, "changed") == {t.place} and len(verdict.findings) == 1


def body_and_leaf_are_edited(t: Tampered) -> Callable[[Verdict], bool]:
    t.edit()
    pair, proven = pair_of(t.place, t.count), set(range(1, t.before + 1))
    return lambda verdict: (
        positions(verdict, "changed") == pair
        and t.place in positions(verdict, "rewritten")
        and not positions(verdict, "rewritten") & proven
    )


def leaf_is_edited(t: Tampered) -> Callable[[Verdict], bool]:
    t.event["leaf"] = "cd" * 32
    return lambda verdict: positions(verdict, "leaf", "changed") == {t.place}


def all_is_edited_but_what_is_signed(t: Tampered) -> Callable[[Verdict], bool]:
    t.edit()
    t.log.grow_anew()
    return lambda verdict: positions(verdict, "rewritten") == set(range(t.before + 1, t.after + 1))


def event_is_deleted(t: Tampered) -> Callable[[Verdict], bool]:
    t.log.events.pop(t.place - 1)
    return lambda verdict: positions(verdict, "missing") == {t.place}


def event_is_deleted_and_the_rest_numbered_anew(t: Tampered) -> Callable[[Verdict], bool]:
    t.log.events.pop(t.place - 1)
    t.log.number_anew()
    pair = pair_of(t.place, t.count)
    # At the end of the log nothing stands after it that was shifted: that there is one less is all there is to see.
    return lambda verdict: positions(verdict, "missing") == (pair if pair and t.count not in pair else {t.count})


def event_is_inserted(t: Tampered) -> Callable[[Verdict], bool]:
    one = body(8000)
    t.log.events.insert(t.place - 1, {"event": 7, "leaf": leaf(one).hex(), "body": one})
    t.log.number_anew()
    rest = set(range(t.place + 1, t.count + 2))
    return lambda verdict: positions(verdict, "added") == {t.place} and positions(verdict, "moved") == rest


def event_is_moved(t: Tampered) -> Callable[[Verdict], bool]:
    to = t.chance.choice([position for position in range(1, t.count + 1) if position != t.place])
    t.log.events.insert(to - 1, t.log.events.pop(t.place - 1))
    t.log.number_anew()
    first, last = sorted((t.place, to))
    return lambda verdict: positions(verdict, "moved") == set(range(first, last + 1))


def lines_are_moved(t: Tampered) -> Callable[[Verdict], bool]:
    to = t.chance.choice([position for position in range(1, t.count + 1) if position != t.place])
    t.log.events.insert(to - 1, t.log.events.pop(t.place - 1))
    late = t.place if to > t.place else to
    return lambda verdict: positions(verdict, "moved") == {late} and len(verdict.findings) == 1


def log_is_cut_short(t: Tampered) -> Callable[[Verdict], bool]:
    del t.log.events[t.place - 1 :]
    return lambda verdict: positions(verdict, "missing") == set(range(t.place, t.count + 1))


def log_is_cut_short_and_its_sizes_made_to_fit(t: Tampered) -> Callable[[Verdict], bool]:
    del t.log.events[t.place - 1 :]
    t.log.number_anew()
    t.log.grow_anew()
    t.keep(t.log.checkpoints[-1])
    t.log.checkpoints = [one for one, size in zip(t.log.checkpoints, t.sizes, strict=True) if size < t.place]
    return lambda verdict: (
        set(range(t.place, t.count + 1)) <= positions(verdict, "rewritten")
        and any(finding.endswith(f"the log ends at position {t.place - 1}") for finding in verdict.findings)
    )


def nodes_are_dropped(t: Tampered) -> Callable[[Verdict], bool]:
    first = t.chance.randrange(len(t.log.nodes))
    dropped = t.log.nodes[first : first + t.chance.randint(1, 5)]
    del t.log.nodes[first : first + len(dropped)]
    levels = {f"missing: level {one['level']} node" for one in dropped}
    return lambda verdict: {finding[: len("missing: level 1 node")] for finding in verdict.findings} == levels


def node_is_edited(t: Tampered) -> Callable[[Verdict], bool]:
    one = t.chance.choice(t.log.nodes)
    one["hash"] = "cd" * 32
    where = f"node: level {one['level']} node {one['index']}, over "
    return lambda verdict: len(verdict.findings) == 1 and verdict.findings[0].startswith(where)


def newest_checkpoint_is_dropped(t: Tampered) -> Callable[[Verdict], bool]:
    t.log.checkpoints.pop()
    return lambda verdict: positions(verdict, "unsigned") == set(range(t.sizes[-2] + 1, t.count + 1))


def older_checkpoint_is_dropped(t: Tampered) -> Callable[[Verdict], bool]:
    dropped = t.chance.randrange(len(t.sizes) - 1)
    t.keep(t.log.checkpoints.pop(dropped))
    return lambda verdict: any(
        f"the checkpoint of size {t.sizes[dropped]} (" in finding for finding in verdict.findings
    )


def checkpoints_are_exchanged(t: Tampered) -> Callable[[Verdict], bool]:
    one = t.chance.randrange(len(t.sizes) - 1)
    t.log.checkpoints.insert(one, t.log.checkpoints.pop(one + 1))
    return lambda verdict: (
        verdict.findings[0]
        == (f"moved: the checkpoint of size {t.sizes[one]} stands after the checkpoint of size {t.sizes[one + 1]}")
    )


def checkpoint_is_exchanged_for_that_of_another_log(t: Tampered) -> Callable[[Verdict], bool]:
    which = t.chance.randrange(len(t.sizes))
    t.log.checkpoints[which] = t.log.signer.checkpoint(t.sizes[which], root([leaf(body(5))] * t.sizes[which]))
    low = t.sizes[which - 1] if which else 0
    return lambda verdict: positions(verdict, "rewritten") == set(range(low + 1, t.sizes[which] + 1))


def all_is_rewritten_and_signed_with_another_key(t: Tampered) -> Callable[[Verdict], bool]:
    t.edit()
    t.log.grow_anew()
    t.log.sign_anew(t.sizes, Signer(2))
    t.arguments = ["--key", Signer().vkey]
    return lambda verdict: len([one for one in verdict.findings if "no known key signed it" in one]) == len(t.sizes)


def all_is_rewritten_and_signed_with_the_same_key(t: Tampered) -> Callable[[Verdict], bool]:
    t.keep(t.log.checkpoints[t.sizes.index(t.after)])
    t.edit()
    t.log.grow_anew()
    t.log.sign_anew(t.sizes)
    return lambda verdict: positions(verdict, "rewritten") == set(range(1, t.after + 1))


TAMPERINGS = [
    body_is_edited,
    body_and_leaf_are_edited,
    leaf_is_edited,
    all_is_edited_but_what_is_signed,
    event_is_deleted,
    event_is_deleted_and_the_rest_numbered_anew,
    event_is_inserted,
    event_is_moved,
    lines_are_moved,
    log_is_cut_short,
    log_is_cut_short_and_its_sizes_made_to_fit,
    nodes_are_dropped,
    node_is_edited,
    newest_checkpoint_is_dropped,
    older_checkpoint_is_dropped,
    checkpoints_are_exchanged,
    checkpoint_is_exchanged_for_that_of_another_log,
    all_is_rewritten_and_signed_with_another_key,
    all_is_rewritten_and_signed_with_the_same_key,
]


@pytest.mark.parametrize("number", range(MUTATIONS))
def test_a_tampered_log_is_found_and_located(tmp_path: Path, number: int) -> None:
    tampered = Tampered(number, tmp_path)
    assert tampered.verify().status == 0
    is_located = TAMPERINGS[number % len(TAMPERINGS)](tampered)
    verdict = tampered.verify()
    assert verdict.status == 1
    assert is_located(verdict), f"{tampered.place} of {tampered.count}, {tampered.sizes}\n{verdict.output}"


# Single bytes. What no hash covers may change unseen, and is all that may: an event's id, which only names a row, as
# long as no other has it; a field's name, which makes the field one that is not known and a body one that is withheld.

SMALL = a_log(9, sizes=[3, 9], hidden=[4])
BYTES = SMALL.text().encode()


def records(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def says_the_same(changed: bytes) -> bool:
    """Whether all that is sealed, and all that proves it, still says what it said, but for a body that is withheld."""
    for before, after in zip(records(BYTES), records(changed), strict=True):
        proven = {name: value for name, value in before.items() if name not in ("event", "body")}
        if proven != {name: after.get(name) for name in proven} or after.get("body", before.get("body")) != before.get(
            "body"
        ):
            return False
    return True


@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255))
@settings(max_examples=600)
def test_a_single_changed_byte_is_found_or_changes_nothing_that_is_sealed(
    tmp_path_factory: pytest.TempPathFactory, place: int, flipped: int
) -> None:
    changed = bytearray(BYTES)
    changed[place] ^= flipped
    path = tmp_path_factory.getbasetemp() / "flipped.jsonl"
    path.write_bytes(changed)
    verdict = verify(path)
    assert verdict.last.split(":")[0] in {"verified", "not verified", "cannot read"}
    assert verdict.status or says_the_same(bytes(changed)), changed[max(0, place - 40) : place + 40]


@given(st.data())
@settings(max_examples=200)
def test_whatever_is_cut_out_of_a_log_or_pasted_into_it_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = BYTES.splitlines(keepends=True)
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first + 1, len(lines)))
    pasted = data.draw(st.lists(st.sampled_from(lines) | st.binary(max_size=30), max_size=3))
    changed = b"".join([*lines[:first], *pasted, *lines[last:]])
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    path.write_bytes(changed)
    verdict = verify(path)
    assert verdict.last.split(":")[0] in {"verified", "not verified", "cannot read"}
    # Without an older checkpoint nothing but the newest one says that it was there.
    older = [line for line in lines if b'"checkpoint"' in line][:-1]
    without_older = [line for line in lines if line not in older]
    assert verdict.status or [line for line in changed.splitlines(keepends=True) if line not in older] == without_older
