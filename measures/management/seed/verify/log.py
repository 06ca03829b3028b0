"""Checks of the import's own trace: its events hold the digest of what came with them, and no account opens."""

import json
from base64 import b64decode
from collections import Counter
from hashlib import sha256
from typing import Any

from measures.management.seed.verify.given import Given, Outcome


def events(given: Given) -> Outcome:
    faults, digests = [], []
    for name, rows in given.files.items():
        held = [row for row in rows if row["model"] == "measures.event"]
        if len(held) != 1:
            faults.append(f"{name} has {len(held)} events, not 1")
            continue
        event, others = held[0]["fields"], [row for row in rows if row is not held[0]]
        after = json.loads(event["body"])["after"]
        digests.append(after["sha256"][:12])
        if b64decode(event["leaf_hash"]) != sha256(b"\x00" + event["body"].encode()).digest():
            faults.append(f"{name}: the leaf hash is not that of the event's body")
        if after["sha256"] != _digest(others):
            faults.append(f"{name}: the event has the digest of other rows")
        if after["counts"] != dict(Counter(row["model"] for row in others)):
            faults.append(f"{name}: the event counts other rows")
    return Outcome(f"{len(digests)} digests, {', '.join(digests)}", faults)


def accounts(given: Given) -> Outcome:
    people = given.rows("person").values()
    faults = [f"{row['username']} has a password" for row in people if not row["password"].startswith("!")]
    faults += [f"{row['username']} is not marked as demo" for row in people if row["is_demo"] is not True]
    return Outcome(f"{len(people)} accounts", faults)


def _digest(rows: list[dict[str, Any]]) -> str:
    canonical = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
