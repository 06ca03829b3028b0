"""What changed in a report, as the page shows it: a row for each change, its words with what differs in them marked."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import get_language

from measures.messages import lazy
from measures.vocabulary import ChangeKind, Health, MeasureStatus, label

FIELDS = {
    "/narrative": lazy("What was done in this cycle"),
    "/reason": lazy("Why it is corrected"),
    "/declared_status": lazy("Status of the measure"),
    "/declared_health": lazy("Health"),
    "/explanation/cause": lazy("Cause"),
    "/explanation/corrective_step": lazy("Corrective step"),
    "/explanation/owner": lazy("Who takes it"),
    "/explanation/due_on": lazy("By when"),
}
WORDS: dict[str, Any] = {"/declared_status": MeasureStatus, "/declared_health": Health}
# Sentences of either language, each with what ends it; a line is one, too.
SENTENCES = re.compile(r"[^。．.!?！？\n]*[。．.!?！？\n]+|[^。．.!?！？\n]+")
Part = dict[str, Any]


def shown(difference: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A difference of the API's with `rows`, each {title, change, change_label, was, now} or, of a value or of
    evidence, before and after; and `kept`, what is said the same on both sides."""
    if difference is None:
        return None
    fields = [_field(row) for row in difference["changes"]]
    values = [_value(row) for row in difference["observations"]]
    evidence = [_evidence(row) for row in difference["evidence"]]
    rows = [*fields, *values, *evidence]
    return {
        **difference,
        "rows": [row for row in rows if row["change"] != ChangeKind.KEPT],
        "kept": [row for row in rows if row["change"] == ChangeKind.KEPT and _says_something(row)],
    }


def _says_something(row: Mapping[str, Any]) -> bool:
    """Whether there is anything that could have changed; what is blank on both sides is nothing to read."""
    return bool(row.get("value") or row["was"])


def parts(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts sentence by sentence as {text, is_other}: whether the other one does not have it there."""
    one, two = SENTENCES.findall(before), SENTENCES.findall(after)
    was: list[Part] = []
    now: list[Part] = []
    for what, first, last, begin, end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        _add(was, one[first:last], is_other=what != "equal")
        _add(now, two[begin:end], is_other=what != "equal")
    return was, now


def _add(into: list[Part], sentences: Sequence[str], *, is_other: bool) -> None:
    if sentences:
        into.append({"text": "".join(sentences), "is_other": is_other})


def _field(row: Mapping[str, Any]) -> dict[str, Any]:
    before, after = (_said(row["pointer"], row[side]) for side in ("before", "after"))
    was, now = parts(before, after)
    is_day = row["pointer"] == "/explanation/due_on"
    return {"title": FIELDS[row["pointer"]], **_change(row), "was": was, "now": now, "is_day": is_day}


def _value(row: Mapping[str, Any]) -> dict[str, Any]:
    sides = {"before": row["before"], "after": row["after"]}
    return {"title": row["kpi"], "period": row["period"], **_change(row), "value": True, **sides}


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    one = row["after"] or row["before"]
    before, after = ((row[side] or {}).get("title", "") for side in ("before", "after"))
    was, now = parts(before, after)
    return {"title": one["url"] or one["name"], **_change(row), "was": was, "now": now}


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("change", "change_label")}


def _said(pointer: str, text: str | None) -> str:
    if not text:
        return ""
    if pointer in WORDS:
        return label(WORDS[pointer], text, get_language() or "")
    return text
