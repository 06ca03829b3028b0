"""What the service says to people, in the language of the request: English in the code, Japanese in the catalogue."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as lazy

__all__ = ["NOUNS", "Sentence", "either", "in_japanese", "lazy", "named", "say"]

# What `lazy` makes: said in the language of whoever reads it.
Sentence = Promise

# What a sentence calls the rows of a model.
NOUNS = {
    "assignment": lazy("assignment"),
    "baseline": lazy("baseline"),
    "cycle": lazy("cycle"),
    "deadline": lazy("revision of a day"),
    "decision": lazy("decision"),
    "document": lazy("document"),
    "duty": lazy("duty"),
    "event": lazy("event"),
    "evidence": lazy("evidence"),
    "import": lazy("import"),
    "kpi": lazy("KPI"),
    "measure": lazy("measure"),
    "milestone": lazy("milestone"),
    "ministry": lazy("ministry"),
    "person": lazy("account"),
    "obligation": lazy("obligation"),
    "proposal": lazy("proposal of a document"),
    "progressupdate": lazy("update"),
    "report": lazy("report"),
    "target": lazy("target"),
    "token": lazy("token"),
}


def say(template: str, /, **values: object) -> str:
    """`template` in the language of the request, with `values` in its {places}.

    The catalogue is looked up by the template, so it must stand in the call as one literal. A word of the vocabulary
    is said by its Japanese label there, and in English by its code, which is what goes over the wire.
    """
    sentence = gettext(template)
    return sentence.format(**{name: _word(value) for name, value in values.items()}) if values else sentence


def either(words: Iterable[TextChoices]) -> str:
    """One of several words of the vocabulary, as a sentence says it."""
    if in_japanese():
        return "または".join(f"「{word.label}」" for word in words)
    return " or ".join(f"'{word.value}'" for word in words)


def _word(value: object) -> object:
    return value.label if isinstance(value, TextChoices) and in_japanese() else value


def in_japanese() -> bool:
    """Whether the language of the request is Japanese."""
    return (get_language() or "").startswith("ja")


def named(row: Mapping[str, Any], field: str) -> str:
    """`field` of a row in the language that is spoken, or in Japanese where there is no other."""
    other = "" if in_japanese() else row.get(f"{field}_en") or ""
    return str(other or row.get(field) or "")
