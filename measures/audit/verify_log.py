"""Verifies an exported audit log offline: this one file, Python 3.11 or newer, no package, database or network.

    python3 -I verify_log.py LOG [--checkpoint FILE]... [--key VKEY]... [--list [TEXT]] [--progress]

Recomputes every leaf from its event's body and the tree from the leaves (RFC 9162, section 2.1.1), checks that each
checkpoint is signed (C2SP signed notes, Ed25519 of RFC 8032) and follows from the leaves, and says `verified` or what
is wrong and where: the stored inner nodes tell an edited event from an edited node, and where a moved event was sealed.
`--checkpoint` compares with a checkpoint kept elsewhere, the one way to see that all was rewritten and signed anew;
`--key` trusts those keys only; `--list` shows the verified events whose verb or subject's code contains TEXT.

Exit status 0 verified, 1 not verified, 2 not readable. An auditor copies this one file and trusts nothing else, so it
holds what libraries do elsewhere (signatures, notes, the tree) and is longer than our others.
"""

import argparse
import io
import json
import os
import re
import stat
import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256, sha512
from itertools import groupby, islice, pairwise, permutations, product, zip_longest
from typing import BinaryIO, NamedTuple

LONGEST_LINE = 8 * 2**20  # an event holds the largest request at most twice, escaped
MOST_FINDINGS, MOST_BROKEN, MOST_KEYS, MOST_SIGNATURES, MOST_LEVELS, MOST_TRIED = 1000, 500, 32, 16, 62, 200
KINDS = ("position", "level", "checkpoint", "end")
HASH = "[0-9a-f]{64}"
ABSENT = bytes(32)
Point = tuple[int, int, int, int]

# Ed25519 (RFC 8032, section 5.1) in extended coordinates. Nothing here is secret, so nothing takes constant time.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = bytes([0x58]) + bytes([0x66]) * 31


def added(one: Point, other: Point) -> Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def decoded(data: bytes) -> Point:
    """The point that 32 bytes stand for; ValueError when they are no point's one encoding."""
    number = int.from_bytes(data, "little")
    y, odd = number & (2**255 - 1), number >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(data) != 32 or y >= P or v * x * x % P != u or (x == 0 and odd):
        raise ValueError("is no point of the curve")
    x = P - x if x & 1 != odd else x
    return x, y, 1, x * y % P


@lru_cache(MOST_KEYS + 1)
def multiples(data: bytes) -> list[list[Point]]:
    """Row i holds 0 to 255 times 256**i times the point, so that 32 additions multiply it by anything."""
    point, rows = decoded(data), []
    for _ in range(32):
        row = [(0, 1, 1, 0)]
        for _ in range(255):
            row.append(added(row[-1], point))
        rows.append(row)
        point = added(row[-1], point)
    return rows


def is_signed(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether S * B - h * A is R, with S below the order and R in its one encoding."""
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + public + text).digest(), "little") % ORDER
    total: Point = (0, 1, 1, 0)
    for i in range(32):
        x, y, z, t = multiples(public)[i][h >> 8 * i & 255]
        total = added(added(total, multiples(BASE)[i][s >> 8 * i & 255]), (-x, y, z, -t))
    x, y = (value * pow(total[2], -1, P) % P for value in total[:2])
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


class Key(NamedTuple):
    name: str
    id: bytes
    public: bytes


class Checkpoint(NamedTuple):
    """What a signed note says of the log; `fault` says what is wrong with its signature, empty when nothing is."""

    size: int
    root: bytes
    at: str
    signer: Key | None
    fault: str


def from_base64(text: str) -> bytes:
    """The bytes that the text is the one base64 of; ValueError when it is not."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or b64encode(data).decode() != text:
        raise ValueError("has base64 that is not exact")
    return data


def read_key(vkey: str) -> Key:
    """The key of `<name>+<hex id>+<base64(0x01 || public key)>`; ValueError when it is not one to trust."""
    name, written, encoded = [*vkey.split("+", 2), "", ""][:3]
    data = from_base64(encoded)
    key = Key(name, sha256(f"{name}\n".encode() + data).digest()[:4], data[1:])
    if data[:1] != b"\1" or written != key.id.hex() or name.split() != [name]:
        raise ValueError("has parts that do not belong together")
    if multiples(key.public)[0][8][0] == 0:
        raise ValueError("is a point of small order, under which anybody signs")
    return key


def read_checkpoint(note: str, origin: str, keys: Sequence[Key]) -> Checkpoint:
    """Reads a C2SP checkpoint; ValueError when it is not one. Signatures by other keys than `keys` are passed over."""
    text, _, signatures = note.rpartition("\n\n")
    lines, signed = text.split("\n"), signatures.split("\n")
    if re.search(r"[\x00-\x09\x0b-\x1f]", note) or len(lines) < 3 or not all(lines) or signed.pop():
        raise ValueError("holds no signed note of three lines or more")
    if not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]) or len(root := from_base64(lines[2])) != 32:
        raise ValueError("holds a checkpoint without a size or a root")
    if len(signed) > MOST_SIGNATURES:
        raise ValueError(f"holds a checkpoint with more than {MOST_SIGNATURES} signatures")
    signer, fault = None, "no known key signed it"
    for line in signed:
        if not (parts := re.fullmatch(r"— ([^\s+]+) (\S+)", line)):
            raise ValueError("holds a checkpoint with a broken signature line")
        data = from_base64(parts[2])
        for key in keys:
            if (key.name, key.id) == (parts[1], data[:4]):
                good = is_signed(key.public, f"{text}\n".encode(), data[4:]) and fault != "its signature is wrong"
                signer, fault = key, "" if good else "its signature is wrong"
    at = next((line[3:] for line in lines[3:] if line.startswith("at ")), "no time given")
    return Checkpoint(int(lines[1]), root, at, signer, fault if lines[0] == origin else "it is of another log")


class Digests(bytearray):
    """One level of the tree (RFC 9162, section 2.1.1), 32 bytes a node, ABSENT where there is none."""

    def at(self, index: int) -> bytes:
        return bytes(self[32 * index : 32 * index + 32]) or ABSENT

    def put(self, index: int, digest: bytes) -> None:
        self.extend(bytes(max(0, 32 * index - len(self))))
        self[32 * index : 32 * index + 32] = digest

    def over(self) -> "Digests":
        """The level above, of complete nodes only."""
        return Digests(b"".join(node_hash(self[i : i + 64]) for i in range(0, len(self) - 63, 64)))

    def differing(self, other: "Digests") -> list[int]:
        longest = 0 if self == other else max(len(self), len(other)) // 32
        return [i for i in range(longest) if self.at(i) != other.at(i)]


def leaf_hash(body: str) -> bytes:
    return sha256(b"\0" + body.encode(errors="surrogatepass")).digest()


def node_hash(children: bytes | bytearray) -> bytes:
    return sha256(b"\1" + children).digest()


def grown(leaves: Digests) -> list[Digests]:
    """All levels over the leaves."""
    levels = [leaves]
    while len(levels[-1]) >= 64:
        levels.append(levels[-1].over())
    return levels


def root_of(levels: list[Digests], size: int) -> bytes:
    """The root over the first `size` leaves: the complete nodes that cover them, folded from the right."""
    peaks = [levels[level].at((size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1]
    folded = peaks[0] if peaks else sha256().digest()
    for peak in peaks[1:]:
        folded = node_hash(peak + folded)
    return folded


def plain(text: object) -> str:
    """Text from the log, fit for a terminal."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in str(text)[:400])


def span(first: int, last: int, word: str = "position") -> str:
    return f"{word} {first}" if first == last else f"{word}s {first} to {last}"


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of numbers that follow one another."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(record := dict(pairs)) != len(pairs):
        raise ValueError("says a thing twice")
    return record


DECODER = json.JSONDecoder(object_pairs_hook=unique)


def parsed(line: bytes) -> dict[str, object]:
    try:
        record = DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise ValueError("is not one JSON object in UTF-8")
    return record


def string(record: dict[str, object], name: str, form: str = "(?s:.*)") -> str:
    if not isinstance(value := record.get(name), str) or not re.fullmatch(form, value):
        raise ValueError(f"has no {name} as it should be")
    return value


def whole(record: dict[str, object], name: str, least: int = 0) -> int:
    if type(value := record.get(name)) is not int or not least <= value < 2**63:
        raise ValueError(f"has no {name} as it should be")
    return value


class Log:
    """What the file says, by level and index, and what was found wrong with it.

    `bodies` holds, by index, the hashes of bodies that are not their line's leaf. No leaf's index reaches `most`, so
    that memory stays in proportion to the file.
    """

    def __init__(self, header: dict[str, object], most: int, given: Sequence[Key]) -> None:
        self.most, self.findings, self.found = most, list[str](), 0
        self.origin, self.size, self.keys = string(header, "origin"), whole(header, "size"), list(given)
        self.levels, self.events, self.bodies, self.readable = [Digests()], array("q"), dict[int, bytes](), 0
        self.checkpoints, self.ended = list[tuple[str, Checkpoint]](), False
        self.latest, self.latest_name = (0, 0, -1), "the first line"
        vkeys = header.get("keys")
        for vkey in vkeys[:MOST_KEYS] if isinstance(vkeys, list) else []:
            try:
                self.keys += [read_key(str(vkey))] if not given else []
            except ValueError as error:
                self.find("header", f"the key {vkey} {error}")

    def find(self, kind: str, what: str) -> None:
        self.found += 1
        if self.found <= MOST_FINDINGS:
            self.findings.append(plain(f"{kind}: {what}"))

    def name(self, index: int) -> str:
        event = self.events[index] if index < len(self.events) else 0
        return f"position {index + 1}" + (f" (event {event})" if event else "")

    def take(self, number: int, record: dict[str, object]) -> None:
        """Takes in line `number`; ValueError when it is none of the four kinds."""
        match [kind for kind in KINDS if kind in record]:
            case ["position"]:
                self._event(record)
            case ["level"]:
                level, index = whole(record, "level", 1), whole(record, "index")
                self._put(f"level {level} node {index}", (1, level, index), string(record, "hash", HASH))
            case ["checkpoint"]:
                one = read_checkpoint(string(record, "checkpoint"), self.origin, self.keys)
                what = f"the checkpoint of size {one.size}"
                # A copy anywhere else stands out of order.
                if self.checkpoints and self.checkpoints[-1][1] == one:
                    self.find("duplicated", f"{what} is there twice")
                self._in_order(what, (2, one.size, number))
                self.checkpoints.append((f"line {number}", one))
            case ["end"]:
                self._in_order("the end", (3, 0, 0))
                self.ended = whole(record, "end") == self.size
            case _:
                raise ValueError("is neither an event nor a node, a checkpoint or the end")

    def _event(self, record: dict[str, object]) -> None:
        index, event = whole(record, "position", 1) - 1, whole(record, "event", 1)
        leaf = string(record, "leaf", HASH)
        hashed = leaf_hash(string(record, "body")) if "body" in record else bytes.fromhex(leaf)
        if self._put(f"position {index + 1} (event {event})", (0, 0, index), leaf):
            self.events.extend([0] * (index + 1 - len(self.events)))
            self.events[index] = event
            self.readable += "body" in record
            if hashed.hex() != leaf:
                self.bodies[index] = hashed

    def _put(self, what: str, place: tuple[int, int, int], digest: str) -> bool:
        _, level, index = place
        if level > MOST_LEVELS or index >= self.most >> level:
            raise ValueError(f"names {what}, which a log of this length does not reach")
        self.levels += [Digests() for _ in range(level + 1 - len(self.levels))]
        self._in_order(what, place)
        if self.levels[level].at(index) != ABSENT:
            self.find("duplicated", f"{what} is there twice")
            return False
        self.levels[level].put(index, bytes.fromhex(digest))
        return True

    def _in_order(self, what: str, place: tuple[int, int, int]) -> None:
        if place <= self.latest:
            self.find("moved", f"{what} stands after {self.latest_name}")
        self.latest, self.latest_name = place, what


def read(file: BinaryIO, given: Sequence[Key], progress: bool) -> Log:
    """The log in `file`, line by line; ValueError when its first line is not a log's."""
    length, done = os.fstat(file.fileno()).st_size, 0
    header = parsed(file.readline(LONGEST_LINE))
    string(header, "log", "measure-tracker/1")
    log = Log(header, length // 32, given)
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), 2):
        if log.found >= MOST_BROKEN or not line.endswith(b"\n"):
            what = "breaks off" if len(line) <= LONGEST_LINE else f"is longer than {LONGEST_LINE} bytes"
            what = "comes after too much that is wrong" if log.found >= MOST_BROKEN else what
            log.find("cut off", f"line {number} {what}; it was not read, nor what follows")
            break
        try:
            log.take(number, parsed(line))
        except ValueError as error:
            log.find("broken", f"line {number} {error}")
        done += len(line)
        if progress and number % 10000 == 0:
            print(f"\r{100 * done // length} % read", end="", file=sys.stderr, flush=True)
    if progress:
        print("\r100 % read", file=sys.stderr)
    if not log.ended:
        log.find("cut off", "the file does not end with the size of its first line")
    return log


def agreement(log: Log, fresh: list[Digests], checkpoints: list[tuple[str, Checkpoint]]) -> tuple[int, bool]:
    """The size up to which the leaves agree with the checkpoints, and whether they part from a later one."""
    agreed, parted, held = 0, list[tuple[str, Checkpoint]](), len(log.events)
    for source, one in sorted(checkpoints, key=lambda pair: pair[1].size):
        if one.size > held or root_of(fresh, one.size) != one.root:
            parted.append((source, one))
        elif not parted:
            agreed = one.size
    for source, one in parted[:1]:
        where = span(min(agreed + 1, one.size), one.size)
        more = f", nor with {len(parted) - 1} later" if parted[1:] else ""
        ends = f"; the log ends at position {held}" if one.size > held else ""
        what = f"the leaves agree with the checkpoint of size {agreed}, not with that of size {one.size} ({source})"
        log.find("rewritten", f"{where}: {what}{more}{ends}")
    return agreed, bool(parted)


def sealed(log: Log, fresh: list[Digests], proven: int, signed: int) -> tuple[list[Digests], list[int]]:
    """The tree as it was sealed, as far as the file tells, and the nodes of level 1 whose two leaves it does not tell.

    Where the leaves are proven the tree is the one over them. Elsewhere the stored nodes are believed from the top
    down, and a child that does not fit its parent may be what its own children, or its event's body, say instead.
    """
    tree, lost = [Digests(level) for level in fresh], list[int]()
    for level, (stored, nodes) in enumerate(zip(log.levels, tree, strict=False)):
        for i in stored.differing(nodes):
            is_told = stored.at(i) != ABSENT or i >= signed >> level
            if proven >> level <= i < len(nodes) // 32 and is_told:
                nodes.put(i, stored.at(i))
    for level in reversed(range(1, len(tree))):
        below, above = tree[level - 1], tree[level]
        for index in (i for i in above.differing(below.over()) if above.at(i) != ABSENT):
            options = []
            for i in (2 * index, 2 * index + 1):
                other = node_hash(tree[level - 2][64 * i : 64 * i + 64]) if level > 1 else log.bodies.get(i, ABSENT)
                options.append((below.at(i), other))
            fitting = (pair for pair in product(*options) if node_hash(b"".join(pair)) == above.at(index))
            if pair := next(fitting, None):
                below[64 * index : 64 * index + 64] = b"".join(pair)
            elif level == 1:
                lost.append(index)
            else:
                where = span(max(index << level, proven) + 1, (index + 1) << level)
                log.find("changed", f"{where}: something there, or level {level} node {index}, which does not follow")
    return tree, sorted(lost)


def trace(log: Log, tree: list[Digests], pairs: list[int], tail: range, newest: Checkpoint | None) -> set[int]:
    """Looks for leaves that are elsewhere than they were sealed; the indexes whose leaves were found.

    `pairs` are the nodes of level 1 whose leaves do not fit, `tail` the indexes under no stored node. What was shifted
    still stands side by side, and what is left after that is tried two by two; an odd last leaf has only the root.
    """
    leaves, homes = log.levels[0], dict[int, int]()
    wanted = {tree[1].at(pair): pair for pair in pairs}
    near = sorted({2 * pair + side for pair in pairs for side in (0, 1)}.union(tail))
    near = rest = [i for i in near if leaves.at(i) != ABSENT]
    for tries in (pairwise, lambda some: permutations(some, 2) if len(some) <= MOST_TRIED else ()):
        for one, other in tries(rest) if wanted else ():
            pair = wanted.pop(node_hash(leaves.at(one) + leaves.at(other)), None)
            homes |= {} if pair is None else {one: 2 * pair, other: 2 * pair + 1}
        rest = [i for i in near if i not in homes]
    if newest and newest.size & 1:
        for i in rest[:MOST_TRIED]:
            tree[0].put(newest.size - 1, leaves.at(i))
            homes |= {i: newest.size - 1} if root_of(tree, newest.size) == newest.root else {}
    for shift, moved in groupby(sorted(homes.items()), lambda pair: pair[1] - pair[0]):
        for first, last in runs(i for i, _ in moved) if shift else ():
            where = log.name(first) if first == last else span(first + 1, last + 1)
            log.find("moved", f"{where}: sealed at {span(first + 1 + shift, last + 1 + shift)}")
    unknown = set(wanted.values())
    for pair in sorted(unknown):
        here = [i for i in (2 * pair, 2 * pair + 1) if leaves.at(i) != ABSENT]
        own = [log.name(i) for i in here if i not in homes]
        if len(own) == 2:
            log.find("changed", f"{' or '.join(own)}: not what was sealed there")
        elif len(here) == 2:
            log.find("missing", f"what was sealed at position {2 * pair + 1} or {2 * pair + 2}")
    is_last_found = newest is not None and newest.size - 1 in homes.values()
    for i in rest:
        if i not in homes and i // 2 not in unknown and (i not in tail or is_last_found):
            log.find("added", f"{log.name(i)}: nothing of the kind was sealed")
    return set(homes.values())


def compare(log: Log, tree: list[Digests]) -> None:
    """Says which nodes, leaves and bodies are not as they were sealed."""
    for level, (stored, nodes) in enumerate(zip_longest(log.levels, tree, fillvalue=Digests())):
        wrong = stored.differing(nodes) if level else []
        for first, last in runs(i for i in wrong if stored.at(i) == ABSENT):
            log.find("missing", f"level {level} {span(first, last, 'node')}")
        for i in (i for i in wrong if stored.at(i) != ABSENT):
            over = span((i << level) + 1, (i + 1) << level)
            verdict = "was changed, what is around it fits" if nodes.at(i) != ABSENT else "is not complete in this log"
            log.find("node", f"level {level} node {i}, over {over}, {verdict}")
    for i in log.levels[0].differing(tree[0]):
        log.find("leaf", f"{log.name(i)}: its leaf was changed, its body is as sealed")
    for i, hashed in log.bodies.items():
        if tree[0].at(i) != hashed:
            log.find("changed", f"{log.name(i)}: its body does not hash to its leaf")


def check(log: Log, kept: list[tuple[str, Checkpoint]]) -> Checkpoint | None:
    """Finds everything that is wrong with what was read; the newest checkpoint that is rightly signed."""
    held, good = len(log.events), [(source, one) for source, one in log.checkpoints if not one.fault]
    newest = max((one for _, one in good), key=lambda one: one.size, default=None)
    signed = newest.size if newest else 0
    size = max(claim for claim in (held, log.size, signed) if claim <= log.most)
    log.levels[0].extend(bytes(32 * (size - held)))
    fresh = grown(log.levels[0])
    log.levels += [Digests() for _ in fresh[len(log.levels) :]]
    (agreed, _), (agreed_with_kept, parted) = agreement(log, fresh, good), agreement(log, fresh, kept)
    proven = agreed_with_kept if parted else max(agreed, agreed_with_kept)
    tree, lost = sealed(log, fresh, proven, signed) if proven < size else (fresh, [])
    compare(log, tree)
    stored = len(log.levels[1]) // 32 if size > 1 else 0
    tail = range(max(proven, 2 * min(stored, signed // 2)), held)
    moved = trace(log, tree, lost, tail, newest if proven < signed <= size else None)
    absent = (i for i in range(size) if fresh[0].at(i) == ABSENT and i not in moved)
    for first, last in [*runs(absent), *([(size, log.size - 1)] if size < log.size else [])]:
        log.find("missing", span(first + 1, last + 1))
    agree_in_number(log, kept, signed)
    return newest


def agree_in_number(log: Log, kept: list[tuple[str, Checkpoint]], signed: int) -> None:
    """Says where sizes differ, event ids are there twice, and checkpoints are not signed or not listed."""
    held, listed = len(log.events), {(one.size, one.root) for _, one in log.checkpoints}
    if signed != log.size or not log.checkpoints:
        where = span(min(signed, log.size) + 1, max(signed, log.size))
        log.find("unsigned", f"{where}: the first line says {log.size} events, the newest good checkpoint {signed}")
    if held > log.size:
        log.find("added", f"{span(log.size + 1, held)}: the first line says {log.size} events")
    twice = {one for one, other in pairwise(sorted(log.events)) if one == other and one}
    for event in sorted(twice)[:10]:
        positions = [str(i + 1) for i, other in enumerate(log.events) if other == event][:10]
        log.find("duplicated", f"event {event} is at positions {', '.join(positions)}")
    for source, one in log.checkpoints + kept:
        if one.fault:
            log.find("checkpoint", f"{source}, size {one.size}: {one.fault}")
    for source, one in kept:
        if one.size <= log.size and (one.size, one.root) not in listed:
            log.find("missing", f"the checkpoint of size {one.size} ({source}) is not in the log")


def show(file: BinaryIO, log: Log, text: str) -> None:
    """Prints the events whose verb or subject's code holds `text`, each read again and held against its leaf."""
    file.seek(0)
    for line in islice(file, 1, 1 + len(log.events)):
        record = parsed(line)
        body, index = record.get("body"), whole(record, "position", 1) - 1
        if isinstance(body, str) and leaf_hash(body) == log.levels[0].at(index):
            try:
                event = json.loads(body)
                verb, code = str(event["verb"]), str(event["subject"]["code"])
                cells = [event["at"], verb, event["subject"]["type"], code, event["actor"]]
                row = ["-" if cell is None else plain(cell) for cell in cells]
            except (ValueError, LookupError, TypeError, RecursionError):
                verb, code, row = "", "", ["sealed, but not in the form of an event"]
            if text in verb or text in code:
                print(index + 1, *row, sep="\t")


def report(log: Log, kept: list[tuple[str, Checkpoint]], newest: Checkpoint | None, is_key_given: bool) -> int:
    """Prints what was found or confirmed, and last the verdict; the exit status."""
    print(*log.findings, sep="\n", end="\n" if log.findings else "")
    if log.found > len(log.findings):
        print(f"and {log.found - len(log.findings)} more")
    if newest and newest.signer:
        root, key = b64encode(newest.root).decode(), newest.signer
        print(f"newest checkpoint: size {newest.size}, root {root}, at {plain(newest.at)}, signed by {plain(key.name)}")
        print(f"its key: id {key.id.hex()}, SHA-256 of the public key {sha256(key.public).hexdigest()}")
    if not is_key_given:
        print("The key came from the log itself: compare it with the one that was published, or give that with --key.")
    if not kept:
        print("Whether all was rewritten and signed anew: compare with a checkpoint you kept (--checkpoint).")
    if log.found or not newest:
        print(f"not verified: {log.found} finding{'s' if log.found != 1 else ''}")
        return 1
    for source, one in kept:
        print(f"confirmed: the checkpoint of size {one.size} that you kept ({source})")
    print(f"confirmed: all {len(log.checkpoints) - 1} older checkpoints in the log")
    print(f"verified: {log.size} events, each where and as it was sealed; {log.readable} with a readable body")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Reads, checks and reports; OSError or ValueError when something that was given cannot be read."""
    if not stat.S_ISREG(os.stat(options.log).st_mode):
        raise ValueError(f"{options.log} is not a file")
    with open(options.log, "rb") as file:
        log = read(file, [read_key(vkey) for vkey in options.key], options.progress or sys.stderr.isatty())
        kept = []
        for path in options.checkpoint:
            with open(path, "rb") as note:
                kept.append((path, read_checkpoint(note.read(2**16).decode(), log.origin, log.keys)))
        newest = check(log, kept)
        if options.list is not None and not log.found:
            show(file, log, options.list)
    return report(log, kept, newest, bool(options.key))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verifies an exported audit log offline.")
    parser.add_argument("log", metavar="LOG")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="one that was kept elsewhere")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="trust this, not the log's own")
    parser.add_argument("--list", nargs="?", const="", metavar="TEXT", help="show the events with TEXT in verb or code")
    parser.add_argument("--progress", action="store_true", help="show it even where no terminal is")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return verify(options)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, MemoryError, KeyboardInterrupt) as error:
        print(f"cannot read: {plain(error) or type(error).__name__}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
