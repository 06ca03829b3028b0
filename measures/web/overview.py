"""The page at /: how far the measures are, how the KPIs stand, what changed last and what is due."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.http import HttpRequest

from measures.api.known_at import noted
from measures.models import Event
from measures.queries import as_of, dashboard
from measures.rules.roles import Actor
from measures.web.asking import ask, every
from measures.web.pages import page

LAST = 8


@page("measures/overview.html")
def overview(request: HttpRequest) -> dict[str, Any]:
    """The summary and the open cycles as the API answers them; what stands beside them is read at the same moment."""
    with as_of.known_at(noted(request)):
        beside = {
            "by_ministry": dashboard.by_ministry(),
            "by_section": dashboard.by_section(),
            "changes": _told(dashboard.changes(Actor(), most=LAST)),
        }
    return {
        **beside,
        "summary": ask(request, "/summary"),
        "documents": every(request, "/documents", fields="code,title,title_en,issuer,issuer_en,issued_on"),
        "cycles": every(request, "/cycles", state="open"),
    }


def _told(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Each event with the code of the measure it is about, if it is about one."""
    told = []
    for event in events:
        after = orjson.loads(event.body)["after"] or {}
        is_measure = event.subject_type == "measure"
        about = event.subject_code if is_measure else str(after.get("measure") or "")
        told.append({"at": event.at, "verb": event.verb, "type": event.subject_type, "code": event.subject_code,
                     "measure": about})  # fmt: skip
    return told
