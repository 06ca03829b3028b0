"""What pages are put together from: links that stay at the moment of the page, names by language, bars of shares."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.db.models import TextChoices
from django.template import Context
from django.urls import reverse
from django.utils.translation import get_language

from measures.messages import named
from measures.vocabulary import (
    AssignmentRole,
    Basis,
    ChangeKind,
    ChangePart,
    ElementLinkKind,
    EventSubject,
    EventVerb,
    Health,
    MeasureLinkKind,
    MeasureStatus,
    ObligationState,
    Rating,
    StandingState,
    label,
)
from measures.web.asking import BASE, address

register = template.Library()
register.filter(named)
WORDS: dict[str, type[TextChoices]] = {
    "status": MeasureStatus,
    "health": Health,
    "rating": Rating,
    "subject": EventSubject,
    "verb": EventVerb,
    "basis": Basis,
    "element_link": ElementLinkKind,
    "link": MeasureLinkKind,
    "obligation": ObligationState,
    "role": AssignmentRole,
    "change": ChangeKind,
    "part": ChangePart,
    "standing": StandingState,
}


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, *arguments: str, **query: str) -> str:
    """The address of one of our pages, with `known_at` where this page has it."""
    return _at(context, reverse(name, args=arguments), query)


@register.simple_tag(takes_context=True)
def api(context: Context, path: str, **query: str) -> str:
    """The address of the API's answer, or of a file, at the moment of the page."""
    return _at(context, f"{BASE}{path}", query)


@register.filter
def word(code: str, vocabulary: str) -> str:
    """What people call a code of the vocabulary; one that it does not have, as of another release, as it is."""
    words = WORDS[vocabulary]
    return label(words, code, get_language() or "") if code in words.values else code


@register.inclusion_tag("measures/parts/bar.html")
def bar(counts: Mapping[str, int], vocabulary: str) -> dict[str, Any]:
    """Counts by code as one bar of a hundred, with its words; widths are attributes, which no policy forbids."""
    total, begins, parts = sum(counts.values()), 0.0, []
    for code, count in counts.items():
        if count:
            width = 100 * count / total
            parts.append({"code": code, "label": word(code, vocabulary), "count": count, "x": begins, "width": width})
            begins += width
    return {"parts": parts, "total": total, "vocabulary": vocabulary}


def _at(context: Context, path: str, query: Mapping[str, str]) -> str:
    return address(path, [pair for pair in query.items() if pair[1]], moment=context.get("moment_asked") or "")
