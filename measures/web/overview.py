"""The page at /: how far the measures are, how the KPIs stand, what changed last and what is due."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import get_language

from measures.api.known_at import noted
from measures.exports.charts import Bar, Category, Chart, Stack, draw_stack
from measures.exports.charts.stacked import NARROW, WIDE
from measures.messages import named, say
from measures.models import Event
from measures.queries import as_of, dashboard
from measures.rules.roles import Actor
from measures.vocabulary import MeasureStatus, label
from measures.web.asking import ask, every
from measures.web.pages import page

LAST = 8


@page("measures/overview.html")
def overview(request: HttpRequest) -> dict[str, Any]:
    """The summary and the open cycles as the API answers them; what stands beside them is read at the same moment."""
    with as_of.known_at(noted(request)):
        by_ministry, by_section = dashboard.by_ministry(), dashboard.by_section()
        beside = {
            "by_ministry": by_ministry,
            "by_section": by_section,
            "charts_by_ministry": _charts(by_ministry, "ministry", say("Measures by lead ministry")),
            "charts_by_section": _charts(by_section, "section", say("Measures by section of the document")),
            "changes": _told(dashboard.changes(Actor(), most=LAST)),
        }
    return {
        **beside,
        "summary": ask(request, "/summary"),
        "documents": every(request, "/documents", fields="code,title,title_en,issuer,issuer_en,issued_on"),
        "cycles": every(request, "/cycles", state="open"),
    }


def _charts(rows: list[dict[str, Any]], name: str, title: str) -> list[tuple[str, Chart]]:
    """The statuses as stacked bars, the wide one and the narrow one; a page shows the one that fits."""
    language = get_language() or ""
    statuses = tuple(Category(code, label(MeasureStatus, code, language)) for code in MeasureStatus.values)
    bars = tuple(Bar(_called(row), row["statuses"]) for row in rows)
    stack = Stack(title, say("measures"), statuses, bars)
    return [
        ("is-wide", draw_stack(stack, name=f"{name}-wide", width=WIDE)),
        ("is-narrow", draw_stack(stack, name=f"{name}-narrow", width=NARROW)),
    ]


def _called(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row.get("marker"), named(row, "name"))))


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
