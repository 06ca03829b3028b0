"""What the form of a report has, and what the API takes of it; the names of its fields follow the API's pointers."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from measures.web.progress import values
from measures.web.telling import named

TEXTS = ("narrative", "declared_status", "declared_health")
EXPLANATION = ("cause", "corrective_step", "owner", "due_on")
OBSERVATION = re.compile(r"/observations/([0-9]+)(?:/(.*))?")
# What a pointer into an observation is called in the form, where that differs.
PARTS = {"": "value", "period/on": "on", "period/type": "period", "period/year": "period"}


def given(update: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the form of a report shows before anybody changes it."""
    explained = update["explanation"] or {}
    return {
        **{name: update[name] or "" for name in (*TEXTS, "reason")},
        **{f"explanation-{name}": explained.get(name) or "" for name in EXPLANATION},
        **values.given(rows),
    }


def sent(form: Mapping[str, str]) -> tuple[dict[str, Any], Callable[[str], str]]:
    """What the API takes of a form, and where in the form something it points at stands."""
    body: dict[str, Any] = {name: form[name] for name in (*TEXTS, "reason") if name in form}
    explained = {name: form.get(f"explanation-{name}", "").strip() for name in EXPLANATION}
    body["explanation"] = explained if any(explained.values()) else None
    body["observations"], rows = values.sent(form)
    return body, place(rows)


def place(rows: Sequence[int]) -> Callable[[str], str]:
    """Where a JSON pointer into a report leads in its form; `rows` are its observations' rows, by position."""

    def placed(pointer: str) -> str:
        found = OBSERVATION.fullmatch(pointer)
        if not found:
            return "explanation-cause" if pointer == "/explanation" else named(pointer)
        at, part = int(found[1]), found[2] or ""
        name = PARTS.get(part, part.replace("/", "-"))
        return values.field(rows[at], name if name in values.FIELDS else "value") if at < len(rows) else ""

    return placed
