"""What became of something that a page sent: the API's refusal, told beside the fields that it speaks of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from measures.web.asking import RefusedError

Placed = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Telling:
    """A refusal: `fields` has what is wrong with each field of the form, `rest` what is about none of them.

    `answers` is the refusal as the API said it, with whatever it holds beside.
    """

    status: int
    code: str
    title: str
    detail: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    rest: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)


def told(refused: RefusedError, place: Placed | None = None) -> Telling:
    """What the API refused with; `place` gives the form's field for a JSON pointer, blank where there is none.

    Without it a pointer names its field: /explanation/due_on is explanation-due_on.
    """
    problem = orjson.loads(refused.answer.content)
    fields: dict[str, list[str]] = {}
    rest: list[str] = []
    for one in problem.get("errors", ()):
        name = (place or named)(one.get("pointer", ""))
        if name:
            fields.setdefault(name, []).append(one["detail"])
        else:
            rest.append(one["detail"])
    return Telling(
        status=problem["status"],
        code=problem["code"],
        title=problem["title"],
        detail=problem["detail"],
        fields=fields,
        rest=tuple(rest),
        answers=problem,
    )


def named(pointer: str) -> str:
    """The name of the field that a JSON pointer leads to."""
    return pointer.strip("/").replace("/", "-")
