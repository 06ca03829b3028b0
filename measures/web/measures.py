"""The pages of measures: the list with what it can be asked for, and one measure."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from measures.api.orders import PARAMETER as ORDER
from measures.messages import lazy, named
from measures.vocabulary import Health, MeasureKind, MeasureStatus, Rating, label
from measures.web.asking import BASE, address, ask, asked, every, moment_asked
from measures.web.pages import page

A_PAGE = 40
# What a row of the list shows of a measure.
FIELDS = "code,title,title_en,lead,status,status_label,health,health_label,standing,due_on,kpis,kind_label,divergent"
# What can be chosen among words of ours: parameter, what it is called, its words.
WORDS = (
    ("status", lazy("Status"), MeasureStatus),
    ("health", lazy("Declared health"), Health),
    ("standing", lazy("Worst KPI rating"), Rating),
    ("kind", lazy("Kind"), MeasureKind),
)
# What the list can be ordered by, the first by itself.
ORDERS = (
    ("", lazy("The document")),
    ("status", lazy("Status")),
    ("health", lazy("Declared health")),
    ("-standing", lazy("Worst KPI rating first")),
    ("due_on", lazy("The earliest deadline first")),
    ("-updated_at", lazy("The latest change first")),
)
FLAGS = (
    ("overdue", lazy("Report overdue")),
    ("divergent", lazy("Declared health contradicts its KPIs")),
    ("has_kpi", lazy("Has a KPI")),
)
SECTIONS = (("kind", "measure_section"), ("kind", "plan_item"))


@page("measures/measures.html", takes=None)
def measures(request: HttpRequest) -> dict[str, Any]:
    """The API's list with the API's filters, a page of it; a field of the form that was left empty asks nothing."""
    given = asked(request)
    found = ask(request, "/measures", given, limit=str(A_PAGE), count="true", fields=FIELDS)
    filters = [pair for pair in given if pair[0] != "cursor"]
    return {
        "total": found["total"],
        "rows": found["items"],
        "choices": _choices(request, dict(filters)),
        "flags": [{"name": name, "title": title, "is_on": (name, "true") in filters} for name, title in FLAGS],
        "orders": [
            {"code": code, "title": title, "is_on": dict(filters).get(ORDER, "") == code} for code, title in ORDERS
        ],
        "q": dict(filters).get("q", ""),
        "filters": filters,
        "is_narrowed": any(name not in ("q", ORDER) for name, _ in filters),
        "is_first": len(filters) == len(given),
        "more": _address(request, [*filters, ("cursor", found["next"])]) if found["next"] else "",
        "first": _address(request, filters),
        "file": _address(request, [pair for pair in filters if pair[0] != ORDER], path=f"{BASE}/exports/measures.csv"),
    }


@page("measures/measure.html")
def measure(request: HttpRequest, code: str) -> dict[str, Any]:
    """One measure with all that the API tells of it, each by its own address there."""
    one = ask(request, f"/measures/{code}")
    approved = ask(request, "/updates", measure=code, state="approved", limit="1")["items"]
    return {
        "one": one,
        "report": approved[0] if approved else None,
        "others": [_other(link, code) for link in one["links"]],
        "story": every(request, f"/measures/{code}/timeline")[::-1],
        **{name: every(request, f"/{name}", measure=code) for name in ("decisions", "deadlines", "milestones")},
        "obligations": every(request, "/obligations", measure=code),
    }


def _other(link: dict[str, Any], code: str) -> dict[str, Any]:
    """A link as it is seen from the measure `code`."""
    is_from = link["measure"] == code
    return {**link, "other": link["other"] if is_from else link["measure"], "is_from": is_from}


def _choices(request: HttpRequest, chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The form's lists: ministries that lead, sections of the documents, and words of the vocabulary."""
    summary = ask(request, "/summary")
    ministries = [
        (one["code"], named(one, "name"))
        for one in every(request, "/ministries", fields="code,name,name_en")
        if one["code"] in summary["measures"]["by_ministry"] or one["code"] == chosen.get("ministry")
    ]
    language = get_language() or ""
    lists = [("ministry", lazy("Ministry"), ministries), ("section", lazy("Section"), _sections(request))]
    lists += [
        (name, title, [(code, label(words, code, language)) for code in words.values]) for name, title, words in WORDS
    ]
    return [
        {
            "name": name,
            "title": title,
            "options": [{"code": code, "title": text, "is_on": chosen.get(name) == code} for code, text in options],
        }
        for name, title, options in lists
    ]


def _sections(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (one["code"], f"{one['code']} {named(one, 'text')}")
        for document in every(request, "/documents", fields="code")
        for one in every(request, f"/documents/{document['code']}/elements", SECTIONS, fields="code,text,text_en")
    ]


def _address(request: HttpRequest, given: list[tuple[str, str]], *, path: str = "") -> str:
    """The address of what is asked for here with these parameters, at the moment of the page."""
    return address(path or request.path, given, moment=moment_asked(request))
