"""Verifies an audit bundle offline: this file and verify_log.py beside it, Python 3.11 or newer, nothing else.

    python3 -I verify_bundle.py BUNDLE [--checkpoint FILE]... [--key VKEY]... [--list [TEXT]] [--progress]
    python3 -I verify_bundle.py BUNDLE --prove EVENT

BUNDLE is the ZIP as it was downloaded, or the folder it was unpacked into. Checks that no byte differs from what the
digests say, that every table row which an approval, a publication or an event stands for says what the log says, that
the proofs prove, and the log itself as verify_log does. `--prove` prints the proof that an event is in the log.

Exit status 0 verified, 1 not verified, 2 not readable. Everything is read where it lies: nothing is unpacked under a
name that the bundle gives, and no program of the bundle is run.
"""

import argparse
import csv
import hashlib
import importlib.util
import io
import json
import re
import shutil
import sys
import tempfile
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

COMMENT = re.compile(rb"sha256:([0-9a-f]{64})")
LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SUMS, PACKAGE, LOG, PROOFS = "SHA256SUMS", "datapackage.json", "log/log.jsonl", "log/proofs.jsonl"
LARGEST_CELL = 2**28
MOST_FINDINGS = 100
BLOCK = 2**20
# What reading a file of a ZIP raises where its bytes were changed.
NOT_UNPACKED = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def beside(name: str) -> ModuleType:
    """The module in the file of that name beside this one; never one of the bundle's."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise OSError(f"{name}.py is not beside {Path(__file__).name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify_log: Any = beside("verify_log")


class Bundle:
    """The files of a ZIP or a folder, and what was found wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path, self.findings = path, list[str]()
        self.zip = None if path.is_dir() else ZipFile(path)
        found = (
            self.zip.namelist()
            if self.zip
            else [one.relative_to(path).as_posix() for one in sorted(path.rglob("*")) if one.is_file()]
        )
        self.names = set(found)
        for name, times in Counter(found).items():
            if times > 1:
                self.find("duplicated", f"{name} is in the ZIP {times} times")

    def find(self, kind: str, what: str) -> None:
        self.findings.append(verify_log.plain(f"{kind}: {what}"))

    def open(self, name: str) -> BinaryIO:
        if name not in self.names:
            raise ValueError(f"{name} is not in the bundle")
        return self.zip.open(name) if self.zip else (self.path / name).open("rb")  # type: ignore[return-value]

    def digest(self, name: str) -> tuple[str, int]:
        """The file's sha256 and how long it is."""
        digest, size = hashlib.sha256(), 0
        with self.open(name) as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
        return digest.hexdigest(), size

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """The rows of a table; none when there is no such table."""
        if f"tables/{name}.csv" in self.names:
            with io.TextIOWrapper(self.open(f"tables/{name}.csv"), "utf-8-sig", newline="") as text:
                yield from csv.DictReader(text)

    def records(self, name: str) -> Iterator[dict[str, Any]]:
        with self.open(name) as file:
            yield from map(json.loads, file)


def check_container(bundle: Bundle) -> None:
    """The ZIP's own bytes, between and around the files, too: its comment has the digest of all before it."""
    if not bundle.zip:
        return
    comment = bundle.zip.comment
    if not (said := COMMENT.fullmatch(comment)):
        bundle.find("container", "the ZIP does not end with its digest: something packed it anew, or changed it")
        return
    digest, left = hashlib.sha256(), bundle.path.stat().st_size - len(comment)
    with bundle.path.open("rb") as file:
        while left and (block := file.read(min(BLOCK, left))):
            digest.update(block)
            left -= len(block)
    if digest.hexdigest().encode() != said[1]:
        bundle.find("container", "the ZIP is not the one it was made as")


def check_digests(bundle: Bundle, progress: bool) -> None:
    """Every file is listed once, and has the bytes that the two lists say."""
    sums, found = read_sums(bundle), dict[str, tuple[str, int]]()
    for name in sorted(bundle.names - sums.keys() - {SUMS}):
        bundle.find("added", f"{name} is not listed in {SUMS}")
    for number, name in enumerate(sums, 1):
        if progress:
            print(f"\r{number}/{len(sums)} files", end="", file=sys.stderr, flush=True)
        if name not in bundle.names:
            bundle.find("missing", name)
        elif digest := readable(bundle, name):
            found[name] = digest
            if digest[0] != sums[name]:
                bundle.find("changed", f"{name} does not have the digest that {SUMS} says")
    if progress:
        print(file=sys.stderr)
    if PACKAGE in found and found[PACKAGE][0] == sums[PACKAGE]:
        with bundle.open(PACKAGE) as file:
            described = {one["path"]: (one["hash"], one["bytes"]) for one in json.load(file)["resources"]}
        for name, said in described.items():
            sha256, size = found.get(name, ("", 0))
            if name not in bundle.names:
                bundle.find("missing", f"{name}, which {PACKAGE} describes")
            elif said != (f"sha256:{sha256}", size):
                bundle.find("changed", f"{name} is not as {PACKAGE} describes it")


def read_sums(bundle: Bundle) -> dict[str, str]:
    """The digests by the names of their files; none where the list cannot be read."""
    try:
        with bundle.open(SUMS) as file:
            lines = [LINE.fullmatch(line) for line in file.read().decode().splitlines()]
    except (*NOT_UNPACKED, UnicodeDecodeError) as error:
        bundle.find("changed", f"{SUMS} cannot be read: {error}")
        return {}
    if not all(lines):
        bundle.find("changed", f"{SUMS} has a line that is not a digest and a name")
    return {line[2]: line[1] for line in lines if line}


def readable(bundle: Bundle, name: str) -> tuple[str, int] | None:
    """The digest and the length of a file; None where it cannot be unpacked."""
    try:
        return bundle.digest(name)
    except NOT_UNPACKED as error:
        bundle.find("changed", f"{name} cannot be unpacked: {error}")
        return None


# What an approval's event and the rows of its report both say.
OF_UPDATE = ("measure", "cycle", "kind", "state", "round", "ministry", "on_behalf_of", "narrative", "reason",
             "declared_status", "declared_health", "version")  # fmt: skip
OF_VALUE = ("kpi", "status", "approximate", "derived", "derivation", "note")
OF_SOURCE = ("title", "publisher", "url", "published_on")
NUMBERS = ("value", "low", "high")


class Told:
    """What the log tells of the rest: by its number, each approved report, and by code each published one."""

    def __init__(self) -> None:
        self.approved, self.published, self.checkpoints = dict[str, bytes](), dict[str, str](), set[bytes]()
        self.last_checkpoint, self.keys = "", list[str]()

    def take(self, event: dict[str, Any]) -> None:
        subject, verb, after = event["subject"], event["verb"], event["after"] or {}
        if (subject["type"], verb) == ("update", "approve"):
            values = [value_cells(one, one["source"], label(one["period"])) for one in after["observations"]]
            self.approved[subject["code"]] = of_report(after, map(fingerprint, values))
        if (subject["type"], verb) == ("report", "publish"):
            self.published[subject["code"]] = after["sha256"]


def fingerprint(cells: Iterable[str]) -> bytes:
    return hashlib.sha256(json.dumps(list(cells)).encode(errors="surrogatepass")).digest()[:16]


def of_report(said: Mapping[str, Any], values: Iterable[bytes]) -> bytes:
    """A report's fingerprint, from its event or its row, and from the fingerprints of its values."""
    cells = [*(cell(said[name]) for name in OF_UPDATE), moment(said["decided_at"])]
    return fingerprint([*cells, *(one.hex() for one in sorted(values))])


def value_cells(said: Mapping[str, Any], source: Mapping[str, Any], period: str) -> list[str]:
    cells = [*(cell(said[name]) for name in OF_VALUE), *(cell(source[name]) for name in OF_SOURCE)]
    return [period, *cells, *(number(said[name]) for name in NUMBERS)]


def label(period: Mapping[str, Any]) -> str:
    """A period as the tables name it: FY2019, FY2019H1, FY2019Q1, CY2019, 2019-10 or 2019-10-01."""
    match period["type"]:
        case "point":
            return str(period["on"])
        case "month":
            return f"{period['year']:04}-{period['month']:02}"
        case "calendar_year":
            return f"CY{period['year']:04}"
    part = f"H{period['half']}" if "half" in period else f"Q{period['quarter']}" if "quarter" in period else ""
    return f"FY{period['year']:04}{part}"


def cell(value: Any) -> str:
    """What the log says, as the tables write it; what they say stays as it is."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def number(value: Any) -> str:
    return "" if value in (None, "") else format(Decimal(str(value)).normalize(), "f")


def moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat() if text else ""


def read_log(bundle: Bundle) -> Told:
    """Reads the log, with the rows of the table of events beside it."""
    told, rows = Told(), bundle.rows("events")
    for record in bundle.records(LOG):
        if "body" in record:
            event = json.loads(record["body"])
            told.take(event)
            check_row(bundle, next(rows, None), record, event)
        elif "checkpoint" in record:
            told.last_checkpoint = record["checkpoint"]
            told.checkpoints.add(fingerprint([record["checkpoint"]]))
        elif "keys" in record:
            told.keys = record["keys"]
    for row in rows:
        bundle.find("added", f"tables/events.csv, position {row['position']}: the log does not show it")
    for name, said in (
        ("checkpoint.txt", told.last_checkpoint),
        ("keys.txt", "".join(f"{one}\n" for one in told.keys)),
    ):
        with bundle.open(f"log/{name}") as file:
            if file.read() != said.encode():
                bundle.find("changed", f"log/{name} is not what the log says")
    return told


def check_row(bundle: Bundle, row: dict[str, str] | None, record: dict[str, Any], event: dict[str, Any]) -> None:
    where = f"tables/events.csv, position {record['position']}"
    if row is None:
        bundle.find("missing", where)
        return
    said = (record["position"], record["event"], record["leaf"], event["verb"], event["subject"]["code"])
    shown = (row["position"], row["id"], row["leaf_hash"], row["verb"], row["subject_code"])
    told = all(json.loads(row[name] or "null") == event[name] for name in ("before", "after"))
    if shown != tuple(map(str, said)) or moment(row["at"]) != moment(event["at"]) or not told:
        bundle.find("changed", f"{where} is not what the log says")


def check_tables(bundle: Bundle, told: Told) -> None:
    """Each approved report with its values, and each published one, is what its event says."""
    values: dict[str, list[bytes]] = {}
    for row in bundle.rows("observations"):
        if row["update"]:
            source = {name: row[f"source_{name}"] for name in OF_SOURCE}
            values.setdefault(row["update"], []).append(fingerprint(value_cells(row, source, row["period"])))
    left, until = dict(told.approved), moment(told.last_checkpoint.split("\nat ")[1].partition("\n")[0])
    for row in bundle.rows("updates"):
        if row["state"] == "approved":
            said, of_it = left.pop(row["id"], None), values.pop(row["id"], [])
            # What was approved since the newest checkpoint is in the next bundle's log.
            if said is None and moment(row["decided_at"]) <= until:
                bundle.find("added", f"tables/updates.csv: report {row['id']}, which the log does not know as approved")
            elif said is not None and said != of_report(row, of_it):
                bundle.find("changed", f"tables: report {row['id']} or its values, which are not as approved")
    for code in left:
        bundle.find("missing", f"tables/updates.csv: report {code}, which was approved")
    for code in values:
        bundle.find("added", f"tables/observations.csv: values of report {code}, which is not there")
    for code, digest in told.published.items():
        if (name := f"reports/{code}.json") not in bundle.names:
            bundle.find("missing", name)
        elif bundle.digest(name)[0] != digest:
            bundle.find("changed", f"{name} is not what was published")


def check_proofs(bundle: Bundle, told: Told) -> int:
    """How many proofs there are, each of which leads to the root of the newest checkpoint."""
    size, root, count = *size_and_root(told.last_checkpoint), 0
    for count, proof in enumerate(bundle.records(PROOFS), 1):
        path = [bytes.fromhex(one) for one in proof["path"]]
        if "leaf_hash" in proof:
            what, known = f"that event {proof['event']} is in the log", True
            roots = [included(bytes.fromhex(proof["leaf_hash"]), proof["leaf_index"], size, path)]
        else:
            what, known = f"from size {proof['from']}", fingerprint([proof["from_checkpoint"]]) in told.checkpoints
            first, old = size_and_root(proof["from_checkpoint"])
            roots = extended(first, old, size, path) if first == proof["from"] else []
        if not known or not roots or set(roots) != {root}:
            bundle.find("proof", f"{PROOFS}, line {count}: it does not prove {what}")
    return count


def size_and_root(checkpoint: str) -> tuple[int, bytes]:
    _, size, root, *_ = checkpoint.split("\n")
    return int(size), b64decode(root)


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that the path leads to (RFC 9162, section 2.1.3.2); empty when it has a wrong length."""
    node, last, digest = index, size - 1, leaf
    for other in path:
        if last == 0:
            return b""
        if node & 1 or node == last:
            digest = verify_log.node_hash(other + digest)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            digest = verify_log.node_hash(digest + other)
        node, last = node >> 1, last >> 1
    return digest if last == 0 else b""


def extended(first: int, old: bytes, second: int, path: Sequence[bytes]) -> list[bytes]:
    """The roots that the path leads to (RFC 9162, section 2.1.4.2) from the old root; none when it does not."""
    path = [old, *path] if first & (first - 1) == 0 else list(path)
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not path or first > second:
        return []
    one = other = path[0]
    for digest in path[1:]:
        if last == 0:
            return []
        if node & 1 or node == last:
            one, other = verify_log.node_hash(digest + one), verify_log.node_hash(digest + other)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            other = verify_log.node_hash(other + digest)
        node, last = node >> 1, last >> 1
    return [other] if last == 0 and one == old else []


def proof_of(log: Any, event: int, checkpoint: str) -> dict[str, Any]:
    """What proves the event of that number to be in the log of the checkpoint; ValueError when it is not."""
    if event not in log.events:
        raise ValueError(f"the log has no event {event}")
    index, size, path, low = log.events.index(event), log.size, [], 0
    high = size
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        path.append(root_over(log, middle, high) if index < middle else root_over(log, low, middle))
        low, high = (low, middle) if index < middle else (middle, high)
    said = {"event": event, "position": index + 1, "leaf_index": index, "size": size}
    hexes = [one.hex() for one in reversed(path)]
    return {**said, "leaf_hash": log.levels[0].at(index).hex(), "path": hexes, "checkpoint": checkpoint}


def root_over(log: Any, low: int, high: int) -> bytes:
    """The root over the leaves from `low` up to `high`, which one whole node is of, or two parts are."""
    level = (high - low).bit_length() - 1
    if high - low == 1 << level:
        return bytes(log.levels[level].at(low >> level))
    middle = low + (1 << level)
    return bytes(verify_log.node_hash(root_over(log, low, middle) + root_over(log, middle, high)))


def check_log(bundle: Bundle, options: argparse.Namespace) -> int:
    """Runs the verifier of the log, which says itself what it finds; its exit status."""
    if LOG not in bundle.names:
        print("there is no log")
        return 1
    arguments = [f"--{name}={one}" for name in ("checkpoint", "key") for one in getattr(options, name)]
    arguments += ["--progress"] if options.progress else []
    arguments += [] if options.list is None else [f"--list={options.list}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        try:
            with bundle.open(LOG) as inside, path.open("wb") as file:
                shutil.copyfileobj(inside, file, BLOCK)
        except NOT_UNPACKED as error:
            print(f"the log cannot be unpacked: {error}")
            return 1
        return int(verify_log.main([str(path), *arguments]))


def prove(bundle: Bundle, event: int) -> int:
    with tempfile.TemporaryFile() as file, bundle.open(LOG) as inside, bundle.open("log/checkpoint.txt") as note:
        shutil.copyfileobj(inside, file, BLOCK)
        file.seek(0)
        print(json.dumps(proof_of(verify_log.read(file, [], False), event, note.read().decode()), indent=2))
    return 0


def verify(options: argparse.Namespace) -> int:
    """Checks all of it and says so; OSError or ValueError when it is no bundle."""
    bundle, proofs = Bundle(options.bundle), 0
    if options.prove is not None:
        return prove(bundle, options.prove)
    check_container(bundle)
    check_digests(bundle, options.progress or sys.stderr.isatty())
    if not bundle.findings:
        told = read_log(bundle)
        check_tables(bundle, told)
        proofs = check_proofs(bundle, told)
    for line in bundle.findings[:MOST_FINDINGS]:
        print(line)
    if (found := len(bundle.findings)) > MOST_FINDINGS:
        print(f"and {found - MOST_FINDINGS} more")
    status = check_log(bundle, options)
    if status or found:
        print(f"not verified: {found} finding{'s' if found != 1 else ''} beside those of the log")
        return 1
    print(
        f"verified: {len(bundle.names)} files as they were made, {proofs} proofs, and tables that say what the log says"
    )
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verifies an audit bundle offline.")
    parser.add_argument("bundle", metavar="BUNDLE", type=Path)
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="one that was kept elsewhere")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="trust this, not the log's own")
    parser.add_argument("--list", nargs="?", const="", metavar="TEXT", help="show the events with TEXT in verb or code")
    parser.add_argument("--prove", type=int, metavar="EVENT", help="print the proof that it is in the log, and end")
    parser.add_argument("--progress", action="store_true", help="show it even where no terminal is")
    csv.field_size_limit(LARGEST_CELL)
    try:
        return verify(parser.parse_args(arguments))
    except BadZipFile:
        print("cannot read: it is no whole ZIP; a download that broke off is none. Fetch it again.", file=sys.stderr)
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, MemoryError, KeyboardInterrupt) as error:
        print(f"cannot read: {verify_log.plain(error) or type(error).__name__}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
