"""Fields of forms: what each asks for, and what it comes to in the body that the API takes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import get_language

from measures.messages import lazy, named, say
from measures.vocabulary import label
from measures.web.asking import ask, every

Options = Callable[[HttpRequest], list[dict[str, str]]]
# With titles, about 150 bytes each.
MOST_OFFERED = 300
WHOLE = re.compile(r"[0-9]{1,9}")
# What a browser's field for date and time sends: the time of whoever fills it in, who does so in Japan.
MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Field:
    """A field; `name` is its JSON pointer in the body with - for /, `kind` that of templatetags.entries.entry.

    A blank one is sent as it is, so that the API says what is missing, unless it `may_lack`. One that is ticked and
    `empties` another says null for that. A text with `options` offers them while one writes, and takes any other.
    """

    name: str
    title: Any
    kind: str = "text"
    options: Options | None = None
    hint: Any = ""
    may_lack: bool = False
    empties: str = ""


REASON = Field("reason", lazy("Reason"), "area", hint=lazy("It is kept in the log."))


def words(vocabulary: type[TextChoices]) -> Options:
    """The words of a vocabulary, in the language of the page."""
    return lambda request: [
        {"code": code, "title": label(vocabulary, code, get_language() or "")} for code in vocabulary.values
    ]


def listed(path: str, name: str = "") -> Options:
    """The rows of one of the API's lists, by their codes."""
    picked = f"code,{name},{name}_en" if name else "code"
    return lambda request: [
        {"code": row["code"], "title": named(row, name) if name else row["code"]}
        for row in every(request, path, fields=picked)
    ]


def measures(request: HttpRequest) -> list[dict[str, str]]:
    """All measures by their codes, unless there are so many that a page of them would be large."""
    found = ask(request, "/measures", fields="code,title,title_en", limit=str(MOST_OFFERED))
    rows = [] if found["next"] else found["items"]
    return [{"code": row["code"], "title": named(row, "title")} for row in rows]


def at_odds(fields: Iterable[Field], given: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong with a field that empties another in which something is written, by the name of the first."""
    ticked = [field for field in fields if field.empties and field.name in given]
    said = say("Write a number or tick that it is unknown, not both.")
    return {field.name: [said] for field in ticked if given.get(field.empties, "").strip()}


def body(fields: Iterable[Field], given: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, as the API takes it."""
    made: dict[str, Any] = {}
    emptied = {field.empties for field in fields if field.empties and field.name in given}
    for field in fields:
        if field.empties:
            continue
        value = given.get(field.name, "").strip()
        if value or not field.may_lack:
            *above, last = field.name.split("-")
            place = made
            for name in above:
                place = place.setdefault(name, {})
            place[last] = None if field.name in emptied else _read(field, value)
    return made


def _read(field: Field, value: str) -> Any:
    if field.kind == "number" and WHOLE.fullmatch(value):
        return int(value)
    if field.kind == "datetime-local" and MINUTE.fullmatch(value):
        return f"{value}+09:00"
    return value
