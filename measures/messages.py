"""What the service says to people, in the language of the request: English in the code, Japanese in the catalogue."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

__all__ = ["NOUNS", "lazy", "say"]

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
    "kpi": lazy("KPI"),
    "measure": lazy("measure"),
    "milestone": lazy("milestone"),
    "ministry": lazy("ministry"),
    "person": lazy("account"),
    "obligation": lazy("obligation"),
    "progressupdate": lazy("update"),
    "target": lazy("target"),
    "token": lazy("token"),
}


def say(template: str, /, **values: object) -> str:
    """`template` in the language of the request, with `values` in its {places}.

    The catalogue is looked up by the template, so it must stand in the call as one literal.
    """
    sentence = gettext(template)
    return sentence.format(**values) if values else sentence
