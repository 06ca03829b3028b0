"""What the offline verifier says of a whole log, and of every fault that is planted in one."""

import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from measures.audit import verify_log
from tests.audit.logs import ORIGIN, START, Signer, Written, a_log, body, leaf, nodes, root, write_large
from tests.audit.verifying import verify

FILE = Path(verify_log.__file__)
MANY = int(os.environ.get("VERIFY_EVENTS", "50000"))
OTHER = "ab" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def edit(log: Written, position: int, *, with_leaf: bool) -> None:
    event = log.events[position - 1]
    event["body"] = body(9000 + position)
    if with_leaf:
        event["leaf"] = leaf(event["body"]).hex()


def insert(log: Written, position: int) -> None:
    one = body(8000 + position)
    log.events.insert(position - 1, {"event": 7, "leaf": leaf(one).hex(), "body": one})
    log.number_anew()


def move(log: Written, position: int, to: int) -> None:
    log.events.insert(to - 1, log.events.pop(position - 1))


def grow_up_to(log: Written, level: int) -> None:
    """Makes the nodes of the lowest levels fit the leaves, and leaves the others as they were."""
    lowest = {(one["level"], one["index"]): one["hash"] for one in nodes(log.leaves()) if one["level"] <= level}
    for one in log.nodes:
        one["hash"] = lowest.get((one["level"], one["index"]), one["hash"])


def invent_nodes_over_the_first(log: Written) -> None:
    """Nodes of levels 1 to 3 that fit one another, but not the leaves nor the node above."""
    leaf_before, log.events[0]["leaf"] = log.events[0]["leaf"], OTHER
    grow_up_to(log, 3)
    log.events[0]["leaf"] = leaf_before
    right = {(one["level"], one["index"]): one["hash"] for one in nodes(a_log(len(log.events)).leaves())}
    for one in log.nodes:
        if one["index"]:
            one["hash"] = right[one["level"], one["index"]]


def cut_short(log: Written, count: int) -> None:
    del log.events[count:]
    log.number_anew()
    log.grow_anew()


def kept(tmp_path: Path, note: str) -> list[str]:
    path = tmp_path / "kept"
    path.write_text(note)
    return ["--checkpoint", str(path)]


# What is verified.


def test_a_whole_log_is_verified_and_what_was_proven_is_said(path: Path) -> None:
    log = a_log(23, hidden=[4, 9])
    verdict = verify(log.write(path), "--key", log.signer.vkey)
    assert verdict.status == 0
    assert verdict.last == "verified: 23 events, each where and as it was sealed; 21 with a readable body"
    assert "confirmed: all 4 older checkpoints in the log" in verdict.lines
    newest = verdict.lines[0]
    assert newest.startswith("newest checkpoint: size 23, root ")
    assert newest.endswith("at 2026-11-01T00:00:00.000000Z, signed by measure-tracker")
    assert "came from the log itself" not in verdict.output
    assert "compare with a checkpoint you kept" in verdict.output


def test_without_a_key_the_one_in_the_log_is_used_and_its_fingerprint_is_printed(path: Path) -> None:
    log = a_log(3)
    verdict = verify(log.write(path))
    assert verdict.status == 0
    assert "The key came from the log itself" in verdict.output
    assert verify_log.sha256(log.signer.public[1:]).hexdigest() in verdict.output


def test_kept_checkpoints_are_confirmed_by_name(path: Path, tmp_path: Path) -> None:
    log = a_log(23)
    arguments = kept(tmp_path, log.checkpoints[1])
    verdict = verify(log.write(path), *arguments)
    assert verdict.status == 0
    assert f"confirmed: the checkpoint of size 10 that you kept ({arguments[1]})" in verdict.lines
    assert "compare with a checkpoint you kept" not in verdict.output


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33])
def test_logs_of_every_shape_are_verified(path: Path, count: int) -> None:
    assert verify(a_log(count, sizes=range(count + 1)).write(path)).status == 0


def test_fields_that_are_not_known_and_two_checkpoints_of_one_size_are_taken(path: Path) -> None:
    log = a_log(7)
    log.header["exported_by"] = {"name": ["Ada"]}
    log.events[2]["at"] = 1.5
    log.nodes[1]["note"] = None
    log.checkpoints.append(log.signer.checkpoint(7, root(log.leaves()), at=START + timedelta(days=1)))
    assert verify(log.write(path)).status == 0


def test_a_log_whose_key_was_changed_for_a_new_one_is_verified(path: Path) -> None:
    log = a_log(12)
    log.checkpoints = [log.signer.checkpoint(5, root(log.leaves()[:5])), Signer(2).checkpoint(12, root(log.leaves()))]
    log.header["keys"] = [log.signer.vkey, Signer(2).vkey]
    assert verify(log.write(path)).status == 0
    assert verify(path, "--key", Signer(2).vkey).findings == [
        f"checkpoint: line {len(path.read_text().splitlines()) - 2}, size 5: no known key signed it"
    ]
    assert verify(path, "--key", Signer(2).vkey, "--key", log.signer.vkey).status == 0


def test_the_list_shows_every_approval_and_every_return(path: Path) -> None:
    log = a_log(23, hidden=[7])
    approvals = [line.split("\t") for line in verify(log.write(path), "--list", "approve").lines if "\t" in line]
    assert [row[0] for row in approvals] == ["3", "11", "15", "19", "23"]
    assert approvals[0] == ["3", "2026-11-01T00:00:03.000000Z", "update.approve", "update", "0", "3"]
    assert len([line for line in verify(path, "--list", "return").lines if "\t" in line]) == 6
    assert len([line for line in verify(path, "--list").lines if "\t" in line]) == 22
    assert {line.split("\t")[4] for line in verify(path, "--list", "5").lines if "\t" in line} == {"5"}


def test_a_log_that_is_not_verified_lists_nothing(path: Path) -> None:
    log = a_log(8)
    edit(log, 3, with_leaf=False)
    assert "\t" not in verify(log.write(path), "--list").output


def test_what_changes_while_it_is_read_is_not_listed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = a_log(8)
    check = verify_log.check

    def check_and_change(*arguments: Any) -> Any:
        newest = check(*arguments)
        edit(log, 3, with_leaf=True)
        log.write(path)
        return newest

    monkeypatch.setattr(verify_log, "check", check_and_change)
    listed = [line.split("\t")[0] for line in verify(log.write(path), "--list").lines if "\t" in line]
    assert listed == ["1", "2", "4", "5", "6", "7", "8"]


def test_what_the_list_shows_cannot_steer_a_terminal(path: Path) -> None:
    log = a_log(3)
    deep = "[" * 900 + "1" + "]" * 900
    log.events[2]["body"] = f'{{"at":{deep},"verb":"","subject":{{"type":"","code":""}},"actor":1}}'
    log.events[0]["body"] = body(1, verb="\x1b[2J\u202e", subject=("a\tb", "c\nd"))
    log.events[1]["body"] = "[" * 100_000
    for event in log.events:
        event["leaf"] = leaf(event["body"]).hex()
    log.grow_anew()
    log.sign_anew([3])
    shown = [line for line in verify(log.write(path), "--list").lines if "\t" in line]
    assert shown == [
        "1\t2026-11-01T00:00:01.000000Z\t\\u001b[2J\\u202e\ta\\u0009b\tc\\u000ad\t1",
        "2\tsealed, but not in the form of an event",
        f"3\t{'[' * 400}\t\t\t\t1",
    ]


# What is found: by fault, what has to be among the findings.

Fault = Callable[[Written], object]
FAULTS: dict[str, tuple[Fault, list[str]]] = {
    "a body is changed": (
        lambda log: edit(log, 7, with_leaf=False),
        ["changed: position 7 (event 1021): its body does not hash to its leaf"],
    ),
    "a body and its leaf are changed": (
        lambda log: edit(log, 7, with_leaf=True),
        [
            "changed: position 7 (event 1021) or position 8 (event 1024): not what was sealed there",
            "rewritten: positions 6 to 10: the leaves agree with the checkpoint of size 5,"
            " not with that of size 10 (line 45), nor with 3 later",
        ],
    ),
    "a leaf is changed": (
        lambda log: log.events[6].update(leaf=OTHER),
        ["leaf: position 7 (event 1021): its leaf was changed, its body is as sealed"],
    ),
    "a leaf without a body is changed": (
        lambda log: log.events[8].update(leaf=OTHER),
        ["changed: position 9 (event 1027) or position 10 (event 1030): not what was sealed there"],
    ),
    "a node is changed": (
        lambda log: log.nodes[3].update(hash=OTHER),
        ["node: level 1 node 3, over positions 7 to 8, was changed, what is around it fits"],
    ),
    "a node high up is changed": (
        lambda log: next(one for one in log.nodes if one["level"] == 4).update(hash=OTHER),
        ["node: level 4 node 0, over positions 1 to 16, was changed, what is around it fits"],
    ),
    "a body and, elsewhere, a node are changed": (
        lambda log: (edit(log, 7, with_leaf=True), log.nodes[0].update(hash=OTHER), log.nodes[6].update(hash=OTHER)),
        [
            "changed: position 7 (event 1021) or position 8 (event 1024): not what was sealed there",
            "node: level 1 node 0, over positions 1 to 2, was changed, what is around it fits",
            "node: level 1 node 6, over positions 13 to 14, was changed, what is around it fits",
        ],
    ),
    "a body and its leaf are changed, and nodes where the leaves are proven": (
        lambda log: (edit(log, 20, with_leaf=True), invent_nodes_over_the_first(log)),
        [
            "changed: position 19 (event 1057) or position 20 (event 1060): not what was sealed there",
            "node: level 1 node 0, over positions 1 to 2, was changed, what is around it fits",
            "node: level 2 node 0, over positions 1 to 4, was changed, what is around it fits",
            "node: level 3 node 0, over positions 1 to 8, was changed, what is around it fits",
        ],
    ),
    "a body, its leaf and the nodes halfway up are changed": (
        lambda log: (edit(log, 7, with_leaf=True), grow_up_to(log, 2)),
        ["changed: positions 6 to 8: something there, or level 3 node 0, which does not follow"],
    ),
    "a body, its leaf and all nodes are changed": (
        lambda log: (edit(log, 7, with_leaf=True), log.grow_anew()),
        [
            "rewritten: positions 6 to 10: the leaves agree with the checkpoint of size 5,"
            " not with that of size 10 (line 45), nor with 3 later"
        ],
    ),
    "an event is missing": (lambda log: log.events.pop(6), ["missing: position 7"]),
    "events are missing": (lambda log: log.events.__delitem__(slice(6, 9)), ["missing: positions 7 to 9"]),
    "an event is missing and the others are numbered anew": (
        lambda log: (log.events.pop(6), log.number_anew()),
        ["missing: what was sealed at position 7 or 8", "moved: positions 8 to 22: sealed at positions 9 to 23"],
    ),
    "an event is added": (
        lambda log: insert(log, 7),
        [
            "added: position 7 (event 7): nothing of the kind was sealed",
            "moved: positions 8 to 24: sealed at positions 7 to 23",
        ],
    ),
    "an event is added before the last": (
        lambda log: insert(log, 23),
        [
            "added: position 23 (event 7): nothing of the kind was sealed",
            "moved: position 24 (event 1069): sealed at position 23",
        ],
    ),
    "an event is added at the end": (
        lambda log: insert(log, 24),
        ["unsigned: position 24: the first line says 24 events, the newest good checkpoint 23"],
    ),
    "an event is added past the size": (
        lambda log: (insert(log, 24), log.header.update(size=23), log.end.update(end=23)),
        ["added: position 24: the first line says 23 events"],
    ),
    "two events are exchanged": (
        lambda log: (move(log, 7, 18), move(log, 17, 7), log.number_anew()),
        [
            "moved: position 7 (event 1054): sealed at position 18",
            "moved: position 18 (event 1021): sealed at position 7",
        ],
    ),
    "neighbours are exchanged": (
        lambda log: (move(log, 7, 8), log.number_anew()),
        [
            "moved: position 7 (event 1024): sealed at position 8",
            "moved: position 8 (event 1021): sealed at position 7",
        ],
    ),
    "an event is moved": (
        lambda log: (move(log, 15, 7), log.number_anew()),
        [
            "moved: position 7 (event 1045): sealed at position 15",
            "moved: positions 8 to 15: sealed at positions 7 to 14",
        ],
    ),
    "the last event is moved": (
        lambda log: (move(log, 23, 7), log.number_anew()),
        ["moved: position 7 (event 1069): sealed at position 23"],
    ),
    "a line is moved": (
        lambda log: move(log, 15, 7),
        ["moved: position 7 (event 1021) stands after position 15 (event 1045)"],
    ),
    "a line is there twice": (
        lambda log: log.events.insert(7, dict(log.events[6])),
        ["duplicated: position 7 (event 1021) is there twice"],
    ),
    "an event is there twice": (
        lambda log: (log.events.insert(9, dict(log.events[6])), log.number_anew()),
        [
            "added: position 10 (event 1021): nothing of the kind was sealed",
            "duplicated: event 1021 is at positions 7, 10",
        ],
    ),
    "nodes are missing": (
        lambda log: log.nodes.__delitem__(slice(2, 5)),
        ["missing: level 1 nodes 2 to 4"],
    ),
    "all nodes are missing": (
        lambda log: log.nodes.clear(),
        [
            *("missing: level 1 nodes 0 to 10", "missing: level 2 nodes 0 to 4"),
            *("missing: level 3 nodes 0 to 1", "missing: level 4 node 0"),
        ],
    ),
    "a node is added": (
        lambda log: log.nodes.insert(11, {"level": 1, "index": 11, "hash": OTHER}),
        ["node: level 1 node 11, over positions 23 to 24, is not complete in this log"],
    ),
    "a level is added": (
        lambda log: log.nodes.append({"level": 5, "index": 0, "hash": OTHER}),
        ["node: level 5 node 0, over positions 1 to 32, is not complete in this log"],
    ),
    "nodes are exchanged": (
        lambda log: log.nodes.insert(0, log.nodes.pop(1)),
        ["moved: level 1 node 0 stands after level 1 node 1"],
    ),
    "a node is there twice": (
        lambda log: log.nodes.insert(0, log.nodes[0]),
        ["duplicated: level 1 node 0 is there twice"],
    ),
    "the newest checkpoint is missing": (
        lambda log: log.checkpoints.pop(),
        ["unsigned: positions 21 to 23: the first line says 23 events, the newest good checkpoint 20"],
    ),
    "all checkpoints are missing": (
        lambda log: log.checkpoints.clear(),
        ["unsigned: positions 1 to 23: the first line says 23 events, the newest good checkpoint 0"],
    ),
    "a checkpoint is there twice": (
        lambda log: log.checkpoints.append(log.checkpoints[-1]),
        ["duplicated: the checkpoint of size 23 is there twice"],
    ),
    "a copy of the newest checkpoint stands for an older one": (
        lambda log: log.checkpoints.__setitem__(-2, log.checkpoints[-1]),
        ["duplicated: the checkpoint of size 23 is there twice"],
    ),
    "checkpoints are exchanged": (
        lambda log: log.checkpoints.insert(0, log.checkpoints.pop(1)),
        ["moved: the checkpoint of size 5 stands after the checkpoint of size 10"],
    ),
    "a checkpoint's signature is wrong": (
        lambda log: log.checkpoints.__setitem__(1, log.checkpoints[0].replace("\n5\n", "\n10\n")),
        ["checkpoint: line 45, size 10: its signature is wrong"],
    ),
    "a checkpoint is signed by a key that is not known": (
        lambda log: log.checkpoints.__setitem__(1, Signer(2).checkpoint(10, root(log.leaves()[:10]))),
        ["checkpoint: line 45, size 10: no known key signed it"],
    ),
    "a checkpoint is of another log": (
        lambda log: log.checkpoints.__setitem__(1, log.signer.checkpoint(10, root(log.leaves()[:10]), origin="other")),
        ["checkpoint: line 45, size 10: it is of another log"],
    ),
    "a signed checkpoint does not follow from the leaves": (
        lambda log: log.checkpoints.__setitem__(1, log.signer.checkpoint(10, bytes(32))),
        [
            "rewritten: positions 6 to 10: the leaves agree with the checkpoint of size 5,"
            " not with that of size 10 (line 45)"
        ],
    ),
    "two roots are signed for one size": (
        lambda log: log.checkpoints.insert(2, log.signer.checkpoint(10, bytes(32))),
        ["rewritten: position 10: the leaves agree with the checkpoint of size 10, not with that of size 10 (line 46)"],
    ),
    "the key in the first line is broken": (
        lambda log: log.header.update(keys=[log.signer.vkey[:-2] + "AA", log.signer.vkey]),
        [f"header: the key {Signer().vkey[:-2]}AA has parts that do not belong together"],
    ),
    "the log is cut short and its numbers are made to fit": (
        lambda log: (cut_short(log, 18), log.checkpoints.pop()),
        [
            "rewritten: positions 16 to 20: the leaves agree with the checkpoint of size 15,"
            " not with that of size 20 (line 39); the log ends at position 18",
            "missing: positions 19 to 20",
        ],
    ),
    "the log is cut short": (
        lambda log: log.events.__delitem__(slice(18, None)),
        ["missing: positions 19 to 23"],
    ),
    "the size in the first line is wrong": (
        lambda log: log.header.update(size=24),
        ["missing: position 24", "unsigned: position 24: the first line says 24 events, the newest good checkpoint 23"],
    ),
    "the size in the last line is wrong": (
        lambda log: log.end.update(end=22),
        ["cut off: the file does not end with the size of its first line"],
    ),
}  # fmt: skip


def faulty(fault: str) -> Written:
    log = a_log(23, hidden=[9, 10])
    FAULTS[fault][0](log)
    return log


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(path: Path, fault: str) -> None:
    assert verify(a_log(23, hidden=[9, 10]).write(path)).status == 0
    verdict = verify(faulty(fault).write(path))
    assert verdict.status == 1
    assert set(FAULTS[fault][1]) <= set(verdict.findings), verdict.output
    assert verdict.last == f"not verified: {len(verdict.findings)} finding{'s' * (len(verdict.findings) > 1)}"
    assert "confirmed" not in verdict.output


@pytest.mark.parametrize(
    "fault",
    [fault for fault in FAULTS if fault.endswith("changed") and " and " not in fault and "halfway" not in fault],
)
def test_where_the_fault_is_told_exactly_nothing_else_is_blamed(path: Path, fault: str) -> None:
    findings = verify(faulty(fault).write(path)).findings
    assert {one for one in findings if not one.startswith("rewritten")} == set(FAULTS[fault][1])


def test_every_kind_of_finding_is_planted() -> None:
    planted = {finding.split(":")[0] for _, findings in FAULTS.values() for finding in findings}
    said = {
        node.args[0].value
        for node in ast.walk(ast.parse(FILE.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "find"
    }
    assert said - planted == {"broken"}  # test_a_hostile_line_is_refused plants those


# What only an older checkpoint, or a key that was given, finds.


def rewritten(signer: Signer | None = None) -> Written:
    log = a_log(23)
    edit(log, 7, with_leaf=True)
    log.grow_anew()
    log.sign_anew([5, 10, 15, 20, 23], signer)
    return log


def test_what_was_rewritten_and_signed_anew_is_found_by_a_kept_checkpoint_only(path: Path, tmp_path: Path) -> None:
    before = a_log(23)
    assert verify(rewritten().write(path)).status == 0
    early, late = kept(tmp_path, before.checkpoints[0]), tmp_path / "late"
    late.write_text(before.checkpoints[2])
    assert verify(path, *early).status == 0
    verdict = verify(path, *early, "--checkpoint", str(late))
    assert verdict.status == 1
    assert verdict.findings == [
        "rewritten: positions 6 to 15: the leaves agree with the checkpoint of size 5,"
        f" not with that of size 15 ({late})",
        f"missing: the checkpoint of size 15 ({late}) is not in the log",
    ]


def test_what_was_signed_anew_with_another_key_is_found_by_the_key_or_a_kept_checkpoint(
    path: Path, tmp_path: Path
) -> None:
    before = a_log(23)
    assert verify(rewritten(Signer(2)).write(path)).status == 0
    verdict = verify(path, "--key", before.signer.vkey)
    assert verdict.status == 1
    assert len([one for one in verdict.findings if one.endswith("no known key signed it")]) == 5
    verdict = verify(path, *kept(tmp_path, before.checkpoints[2]))
    assert verdict.status == 1
    assert verdict.findings[0].startswith("rewritten: positions 1 to 15: ")
    assert any(one.startswith("checkpoint: ") and "no known key signed it" in one for one in verdict.findings)


def test_where_it_was_rewritten_is_told_by_nodes_that_were_forgotten_once_a_kept_checkpoint_says_so(
    path: Path, tmp_path: Path
) -> None:
    before, log = a_log(23), rewritten()
    log.nodes = before.nodes
    assert verify(log.write(path)).findings[0].startswith("node: level 1 node 3, over positions 7 to 8, was changed")
    assert "changed: position 7 (event 1021) or position 8 (event 1024): not what was sealed there" in (
        verify(path, *kept(tmp_path, before.checkpoints[-1])).findings
    )


def test_a_log_cut_back_to_an_older_checkpoint_is_found_by_a_later_one(path: Path, tmp_path: Path) -> None:
    whole = a_log(23)
    assert verify(a_log(20).write(path)).status == 0
    verdict = verify(path, *kept(tmp_path, whole.checkpoints[-1]))
    assert verdict.status == 1
    assert verdict.findings[0].endswith("; the log ends at position 20")


def test_a_checkpoint_that_the_log_no_longer_lists_is_found_when_it_was_kept(path: Path, tmp_path: Path) -> None:
    log = a_log(23)
    arguments = kept(tmp_path, log.checkpoints.pop(1))
    assert verify(log.write(path)).status == 0
    assert verify(path, *arguments).findings == [
        f"missing: the checkpoint of size 10 ({arguments[1]}) is not in the log"
    ]


@pytest.mark.parametrize("note", ["", "{}", "\udcff", f"{ORIGIN}\n7\n"])
def test_a_kept_checkpoint_that_is_none_cannot_be_read(path: Path, tmp_path: Path, note: str) -> None:
    (tmp_path / "kept").write_bytes(note.encode(errors="surrogateescape"))
    verdict = verify(a_log(3).write(path), "--checkpoint", str(tmp_path / "kept"))
    assert verdict.status == 2
    assert verdict.last.startswith("cannot read: ")


@pytest.mark.parametrize("arguments", [["--key", "x"], ["--checkpoint", "/nowhere"], ["--key", Signer().vkey + "="]])
def test_an_argument_that_cannot_be_used_is_no_verdict(path: Path, arguments: list[str]) -> None:
    verdict = verify(a_log(3).write(path), *arguments)
    assert verdict.status == 2
    assert verdict.last.startswith("cannot read: ")


# What is hostile.


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"position": ' + "9" * 5000 + "}",
        '{"position": 1e400, "event": 1, "leaf": "' + OTHER + '"}',
        '{"position": NaN, "event": 1, "leaf": "' + OTHER + '"}',
        '{"position": true, "event": 1, "leaf": "' + OTHER + '"}',
        '{"position": 0, "event": 1, "leaf": "' + OTHER + '"}',
        '{"position": -1, "event": 1, "leaf": "' + OTHER + '"}',
        '{"position": 9223372036854775807, "event": 1, "leaf": "' + OTHER + '"}',
        '{"position": 5, "event": 9223372036854775808, "leaf": "' + OTHER + '"}',
        '{"position": 5, "event": 1, "leaf": "' + OTHER.upper() + '"}',
        '{"position": 5, "event": 1, "leaf": "' + " " * 64 + '"}',
        '{"position": 5, "event": 1, "leaf": null}',
        '{"position": 5, "event": 1, "leaf": "' + OTHER + '", "body": null}',
        '{"position": 5, "event": 1, "leaf": "' + OTHER + '", "leaf": "' + OTHER + '"}',
        '{"position": 5, "level": 1, "end": 3}',
        '{"level": 0, "index": 0, "hash": "' + OTHER + '"}',
        '{"level": 63, "index": 0, "hash": "' + OTHER + '"}',
        '{"level": 1, "index": 4611686018427387904, "hash": "' + OTHER + '"}',
        '{"checkpoint": "\\ud800\\n1\\nAAAA\\n\\n— a AAAA\\n"}',
        '{"checkpoint": 1}',
        '{"end": "3"}',
        "{}",
        "[]",
        "null",
        "",
        "\udcff\udcfe",
        "\ufeff{}",
        "\x00" * 100,
    ],
    ids=lambda line: line[:40].encode("unicode_escape").decode(),
)
def test_a_hostile_line_is_refused_by_its_number(path: Path, line: str) -> None:
    lines = a_log(4).text().splitlines(keepends=True)
    lines.insert(5, line + "\n")
    path.write_bytes("".join(lines).encode(errors="surrogateescape"))
    verdict = verify(path)
    assert verdict.status == 1
    assert any(one.startswith("broken: line 6 ") for one in verdict.findings), verdict.output
    assert verdict.last.startswith("not verified: ")


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\n",
        b"{}\n",
        b"\xff\xfe\n",
        b'{"log": "measure-tracker/2", "origin": "measure-tracker", "size": 0, "keys": []}\n',
        b'{"log": "measure-tracker/1", "origin": "measure-tracker", "size": -1, "keys": []}\n',
        b'{"log": "measure-tracker/1", "origin": null, "size": 1, "keys": []}\n',
        b"[" * 1_000_000,
        b"PK\x03\x04" + bytes(1000),
    ],
)
def test_what_is_no_log_cannot_be_read(path: Path, header: bytes) -> None:
    path.write_bytes(header + a_log(3).text().partition("\n")[2].encode())
    verdict = verify(path)
    assert verdict.status == 2
    assert verdict.last.startswith("cannot read: ")


@pytest.mark.parametrize(
    "changed",
    [
        {"size": 2**62},
        {"keys": None},
        {"keys": [None, 1, "", "a+b+c", {}]},
        {"keys": [Signer(number).vkey for number in range(2, 40)]},
        {"keys": [*(Signer(number).vkey for number in range(2, 40)), Signer().vkey]},
        {"keys": ["x" * 10_000] * 100},
        {"origin": ""},
    ],
)
def test_a_hostile_first_line_is_not_verified(path: Path, changed: dict[str, object]) -> None:
    log = a_log(3)
    log.header |= changed
    verdict = verify(log.write(path))
    assert verdict.status == 1
    assert max(map(len, verdict.lines)) < 500


def test_what_is_no_file_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "nothing", Path("/dev/zero")):
        assert verify(path).status == 2
        assert verify(path).last.startswith("cannot read: ")


def test_a_line_of_a_gigabyte_is_not_read(path: Path) -> None:
    a_log(3).write(path)
    with path.open("r+b") as file:
        file.truncate(2**30)
    limited = ["sh", "-c", f'ulimit -v 400000; exec "{sys.executable}" -I "{FILE}" "{path}"']
    verdict = subprocess.run(limited, capture_output=True, text=True)
    assert verdict.returncode == 1
    assert "is longer than 8388608 bytes; it was not read, nor what follows" in verdict.stdout
    assert verdict.stdout.splitlines()[-1].startswith("not verified: ")


def test_a_file_cut_off_in_a_line_says_where(path: Path) -> None:
    text = a_log(8).text()
    for length in (len(text) - 1, len(text) // 2):
        path.write_text(text[:length])
        verdict = verify(path)
        assert verdict.status == 1
        number = text[:length].count("\n") + 1
        assert f"cut off: line {number} breaks off; it was not read, nor what follows" in verdict.findings


def test_what_stands_after_the_end_is_found(path: Path) -> None:
    log = a_log(3)
    log.write(path).write_text(log.text() + json.dumps(log.events[0]) + "\n")
    assert "moved: position 1 (event 1003) stands after the end" in verify(path).findings


def test_findings_without_end_are_cut_off(path: Path) -> None:
    log = a_log(1)
    path.write_text(log.text().partition("\n")[0] + "\n" + "x\n" * 100_000)
    verdict = verify(path)
    assert verdict.status == 1
    assert "cut off: line 502 comes after too much that is wrong; it was not read, nor what follows" in verdict.output
    assert len(verdict.lines) < 510


def test_a_log_whose_every_body_is_changed_counts_what_it_does_not_print(path: Path) -> None:
    log = a_log(1500, sizes=[1500])
    for event in log.events:
        event["body"] += " "
    verdict = verify(log.write(path))
    assert verdict.last == "not verified: 1500 findings"
    assert "and 500 more" in verdict.lines


def test_places_far_apart_take_no_more_memory_than_the_file(path: Path) -> None:
    lines = [json.dumps(a_log(1).header), *(json.dumps({"padding": "x" * 1000}) for _ in range(100))]
    lines += [
        json.dumps({"level": level, "index": index, "hash": OTHER}) for level in range(1, 63) for index in (0, 3500)
    ]
    path.write_text("".join(f"{line}\n" for line in lines))
    with path.open("rb") as file:
        log = verify_log.read(file, [], progress=False)
    assert sum(map(len, log.levels)) < 2 * path.stat().st_size


def test_thousands_of_leaves_that_fit_nowhere_are_not_tried_against_one_another(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []
    node_hash = verify_log.node_hash
    monkeypatch.setattr(verify_log, "node_hash", lambda pair: hashed.append(1) or node_hash(pair))
    log = a_log(1001, sizes=[1001])
    for position in range(1, 1002):
        edit(log, position, with_leaf=True)
    assert len(verify(log.write(path)).findings) == 501
    assert len(hashed) < 100 * 1001


def test_a_body_that_is_no_text_at_all_is_a_changed_one(path: Path) -> None:
    log = a_log(4)
    log.events[1]["body"] = "\ud800"
    path.write_text("".join(json.dumps(line) + "\n" for line in _lines(log)))
    assert verify(path).findings == ["changed: position 2 (event 1006): its body does not hash to its leaf"]


def _lines(log: Written) -> list[dict[str, object]]:
    return [log.header, *log.events, *log.nodes, *({"checkpoint": one} for one in log.checkpoints), log.end]


# How it runs.


def alone(tmp_path: Path, *arguments: str, within: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
    """The one file, copied into an empty folder, with nothing in its environment."""
    folder = tmp_path / "empty"
    folder.mkdir(exist_ok=True)
    shutil.copy(FILE, folder)
    python = os.path.realpath(sys.executable)
    command = [*within, "env", "-i", python, "-I", "-S", "verify_log.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_it_runs_alone_without_environment_packages_or_network(path: Path, tmp_path: Path) -> None:
    log = a_log(23).write(path)
    without_network = ("unshare", "--map-root-user", "--net")
    has_unshare = subprocess.run([*without_network, "true"], capture_output=True).returncode == 0
    done = alone(tmp_path, str(log), "--list", "approve", within=without_network if has_unshare else ())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == verify(log, "--list", "approve").output


def test_it_imports_nothing_but_the_standard_library_and_nothing_that_could_speak_to_a_network() -> None:
    imports = [node for node in ast.walk(ast.parse(FILE.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    modules |= {f"{'.' * node.level}{node.module}" for node in imports if isinstance(node, ast.ImportFrom)}
    assert modules
    assert {name.partition(".")[0] for name in modules} <= sys.stdlib_module_names
    assert not modules & {"socket", "ssl", "subprocess", "urllib.request", "http.client", "ctypes", "importlib"}


def test_progress_is_shown_where_it_is_asked_for_only(path: Path, tmp_path: Path) -> None:
    write_large(path, 12_000, checkpoints=3)
    shown = alone(tmp_path, str(path), "--progress").stderr.split()
    assert (shown.count("read"), shown[-3:]) == (3, ["100", "%", "read"])
    assert alone(tmp_path, str(path)).stderr == ""


def test_a_reader_that_goes_away_is_no_crash(path: Path, tmp_path: Path) -> None:
    write_large(path, 5_000, checkpoints=3)
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -I "{FILE}" "{path}" --list | head -n 1'], capture_output=True
    )
    assert done.stdout.startswith(b"1\t")
    assert done.stderr == b""


def test_a_terminal_that_knows_no_japanese_is_no_crash(path: Path) -> None:
    log = a_log(1)
    log.events[0]["body"] = body(1, subject=("measure", "施策"))
    log.events[0]["leaf"] = leaf(log.events[0]["body"]).hex()
    log.sign_anew([1])
    command = [sys.executable, str(FILE), str(log.write(path)), "--list", "施"]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\t施策\t" in done.stdout.decode()


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_what_ends_it_early_ends_in_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def end(*_: Any) -> None:
        raise error

    monkeypatch.setattr(verify_log, "check", end)
    verdict = verify(a_log(3).write(path))
    assert (verdict.status, verdict.last) == (2, f"cannot read: {error.__name__}")


@pytest.mark.timeout(1200)
def test_many_events_are_verified(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """50,000 of them, or as many as VERIFY_EVENTS says; prints what was measured, asserts no time."""
    write_large(path, MANY, checkpoints=max(1, MANY // 1000))
    measured = (
        "import re, runpy, sys; sys.argv[:] = sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "finally: print(*re.findall('VmHWM.*?([0-9]+)', open('/proc/self/status').read()), file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-I", "-c", measured, str(FILE), str(path)], capture_output=True, text=True)
    seconds = time.perf_counter() - start
    assert done.stdout.splitlines()[-1].startswith(f"verified: {MANY} events")
    with capsys.disabled():
        print(f"\n{seconds:7.2f} s  to verify {MANY:,} events, at most {int(done.stderr.split()[-1]) >> 10} MiB")
