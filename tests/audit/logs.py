"""Builds exported logs in the agreed format; tree and signatures are made otherwise than the verifier checks them."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from measures.audit.canonical import instant
from measures.audit.events import event_body
from measures.vocabulary import Audience

ORIGIN = "measure-tracker"
START = datetime(2026, 11, 1, tzinfo=UTC)
VERBS = ("update.submit", "update.return", "update.submit", "update.approve")


def leaf(body: str) -> bytes:
    return sha256(b"\x00" + body.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The recursive definition of RFC 9162, section 2.1.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def nodes(leaves: Sequence[bytes]) -> list[dict[str, Any]]:
    """Every complete node above the leaves, by level and index."""
    written, level, below = [], 1, list(leaves)
    while len(below) > 1:
        below = [sha256(b"\x01" + below[i] + below[i + 1]).digest() for i in range(0, len(below) - 1, 2)]
        written += [{"level": level, "index": i, "hash": one.hex()} for i, one in enumerate(below)]
        level += 1
    return written


@dataclass(frozen=True)
class Signer:
    """A key under a name; the number makes it another key."""

    number: int = 1
    name: str = ORIGIN

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.number.to_bytes(32, "big"))

    @property
    def public(self) -> bytes:
        return b"\x01" + self._key.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self.public).decode()}"

    def line(self, text: str) -> str:
        return f"— {self.name} {b64encode(self.id + self._key.sign(text.encode())).decode()}\n"

    def checkpoint(self, size: int, hashed: bytes, at: datetime = START, origin: str = ORIGIN) -> str:
        text = f"{origin}\n{size}\n{b64encode(hashed).decode()}\nat {instant(at)}\n"
        return f"{text}\n{self.line(text)}"


def body(number: int, **changed: Any) -> str:
    """The body of a report's event: a submission, a return, a submission, an approval, and so on."""
    given: dict[str, Any] = {
        "at": START + timedelta(seconds=number),
        "actor_id": number % 7 or None,
        "verb": VERBS[number % 4],
        "subject": ("update", str(number // 4)),
        "before": {"state": "draft"},
        "after": {"state": "submitted", "narrative": f"報告 {number}「“\\n”」"},
        "audience": Audience.PUBLIC,
        "ministry": None,
        "request_id": f"r-{number}",
    }
    return event_body(**(given | changed))


@dataclass
class Written:
    """A log in pieces, each a line, so that a test may tamper with any of them."""

    header: dict[str, Any]
    events: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    checkpoints: list[str]
    end: dict[str, Any]
    signer: Signer = field(default_factory=Signer)

    def copy(self) -> "Written":
        return deepcopy(self)

    def leaves(self) -> list[bytes]:
        return [bytes.fromhex(event["leaf"]) for event in self.events]

    def number_anew(self) -> None:
        """Positions without a gap in the order of the lines, and the sizes that go with them."""
        for position, event in enumerate(self.events, 1):
            event["position"] = position
        self.header["size"] = self.end["end"] = len(self.events)

    def grow_anew(self) -> None:
        self.nodes = nodes(self.leaves())

    def sign_anew(self, sizes: Iterable[int], signer: Signer | None = None) -> None:
        signer, leaves = signer or self.signer, self.leaves()
        self.checkpoints = [signer.checkpoint(size, root(leaves[:size])) for size in sizes]
        self.header["keys"] = [signer.vkey]

    def text(self) -> str:
        lines = [self.header, *self.events, *self.nodes, *({"checkpoint": one} for one in self.checkpoints), self.end]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def write(self, path: Path) -> Path:
        path.write_text(self.text())
        return path


def a_log(count: int, *, sizes: Iterable[int] | None = None, hidden: Iterable[int] = ()) -> Written:
    """A whole log of `count` events; checkpoints at `sizes` (every fifth and the last), bodies left out at `hidden`."""
    bodies = [body(number) for number in range(1, count + 1)]
    events = [
        {"position": number, "event": 1000 + 3 * number, "leaf": leaf(one).hex(), "body": one}
        for number, one in enumerate(bodies, 1)
    ]
    for position in hidden:
        del events[position - 1]["body"]
    header = {"log": "measure-tracker/1", "origin": ORIGIN, "size": count, "keys": []}
    log = Written(header, events, [], [], {"end": count})
    log.grow_anew()
    log.sign_anew(sizes if sizes is not None else sorted({*range(5, count, 5), count}))
    return log


def write_large(path: Path, count: int, *, checkpoints: int) -> Path:
    """A whole log of many events in pieces of a line, with so many checkpoints spread over it."""
    signer, leaves = Signer(), bytearray()
    with path.open("w") as file:

        def put(line: dict[str, Any]) -> None:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

        put({"log": "measure-tracker/1", "origin": ORIGIN, "size": count, "keys": [signer.vkey]})
        for number in range(1, count + 1):
            one = body(number)
            leaves += leaf(one)
            put({"position": number, "event": number, "leaf": leaves[-32:].hex(), "body": one})
        levels = [leaves]
        while len(levels[-1]) >= 64:
            below, above = levels[-1], bytearray()
            for i in range(0, len(below) - 63, 64):
                above += sha256(b"\x01" + below[i : i + 64]).digest()
                put({"level": len(levels), "index": i // 64, "hash": above[-32:].hex()})
            levels.append(above)
        for size in (count * i // checkpoints for i in range(1, checkpoints + 1)):
            whole = [level for level in range(size.bit_length()) if size >> level & 1]
            peaks = [bytes(levels[level][32 * ((size >> level) - 1) :][:32]) for level in whole]
            put({"checkpoint": signer.checkpoint(size, reduce(lambda right, left: _over(left, right), peaks))})
        put({"end": count})
    return path


def _over(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
