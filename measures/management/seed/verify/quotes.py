"""Checks that the elements are the text: nothing changed, nothing left out, nothing twice."""

from collections import Counter
from hashlib import sha256

from measures.management.seed.verify.given import Given, Outcome
from measures.rules.outlines import words

ELEMENTS = 88
LETTER_SPACED = {7, 9, 11, 179}


def hashes(given: Given) -> Outcome:
    (document,) = given.rows("document").values()
    raw = sha256(given.raw).hexdigest()
    told = {
        "document.json": given.text_sha256,
        "Document.sha256": document["sha256"],
        "Document.text": sha256(document["text"].encode()).hexdigest(),
    }
    return Outcome(raw, [f"{name} says {digest}" for name, digest in told.items() if digest != raw])


def elements(given: Given) -> Outcome:
    rows = given.rows("element").values()
    faults = [] if len(rows) == ELEMENTS else [f"there are {len(rows)} elements, not {ELEMENTS}"]
    for row in rows:
        there = _joined(given.lines, row["first_line"], row["last_line"])
        if not there.startswith(row["marker"]) or there.removeprefix(row["marker"]).strip() != row["text"]:
            faults.append(f"{row['code']}: lines {row['first_line']}-{row['last_line']} say {there!r}")
        if words.normalised(row["text"]) != row["text_normalized"]:
            faults.append(f"{row['code']}: its normalised text is not that of its text")
    return Outcome(f"{len(rows)} elements", faults)


def cover(given: Given) -> Outcome:
    (document,) = given.rows("document").values()
    written = {number for number, line in enumerate(given.lines, start=1) if line.strip()}
    claims: Counter[int] = Counter(int(number) for number in document["noise_lines"])
    for row in given.rows("element").values():
        claims.update(written & set(range(row["first_line"], row["last_line"] + 1)))
    faults = [f"line {number} belongs to nothing" for number in sorted(written - set(claims))]
    faults += [f"line {number} is claimed {times} times" for number, times in sorted(claims.items()) if times > 1]
    faults += [f"noise line {number} is empty" for number in sorted(set(claims) - written)]
    return Outcome(f"{len(written)} lines that are not empty, {len(document['noise_lines'])} of them noise", faults)


def _joined(lines: list[str], first: int, last: int) -> str:
    """Lines are joined without a blank: they break inside words. Letter-spacing is undone where it occurs."""
    numbered = zip(range(first, last + 1), lines[first - 1 : last], strict=True)
    return "".join(
        words.BESIDE_WIDE.sub("", line) if number in LETTER_SPACED else line.strip() for number, line in numbered
    )
