"""The pages of published reports: what there is, one with its files, and what became of its figures since."""

from typing import Any

from django.http import HttpRequest

from measures.api.known_at import noted
from measures.messages import lazy
from measures.models import Kpi, Measure
from measures.queries import as_of
from measures.vocabulary import ChangePart
from measures.web.asking import ask, asked, every
from measures.web.pages import page

FIELDS = "code,cycle,document,version,known_at,published_at,superseded_by,files"
# More would fill the page of a report of ten thousand measures; all are in its file.
MOST = 200
# What was stated otherwise later of the time that a report speaks of.
STATED = {"value": lazy("value"), "series": lazy("series"), "baseline": lazy("baseline"), "target": lazy("target")}


@page("measures/reports.html", takes=None)
def reports(request: HttpRequest) -> dict[str, Any]:
    """The API's list with the API's filters."""
    return {"rows": every(request, "/reports", asked(request), fields=FIELDS)}


@page("measures/report.html")
def report(request: HttpRequest, code: str) -> dict[str, Any]:
    """One report: of which state it speaks, its files, and what it says otherwise than the version before."""
    one = ask(request, f"/reports/{code}")
    differences = one["differences"]
    return {
        "one": one,
        "others": _others(request, one),
        "differences": differences[:MOST],
        "left_out": max(len(differences) - MOST, 0),
    }


@page("measures/comparison.html", takes=("with",))
def comparison(request: HttpRequest, code: str) -> dict[str, Any]:
    """What became of what the report says, in a later one or by now: in parts that add up, and each KPI in columns."""
    one = ask(request, f"/reports/{code}", fields="code,cycle,document,known_at,rule")
    change = ask(request, f"/reports/{code}/comparison", asked(request))
    kpis, measures = change["kpis"], [row for row in change["measures"] if row["part"] != ChangePart.UNCHANGED]
    return {
        "one": one,
        "other": request.GET.get("with", "").strip(),
        "others": _others(request, one),
        "parts": change["parts"],
        "totals": {of: sum(row[of] for row in change["parts"]) for of in ("measures", "kpis")},
        "kpis": [
            row | {"stated": [STATED[what] for what in row["restated"]]}
            for row in _called(request, kpis[:MOST], Kpi, "name", "name_en", "unit")
        ],
        "measures": _called(request, measures[:MOST], Measure, "title", "title_en"),
        "left_out": {"kpis": max(len(kpis) - MOST, 0), "measures": max(len(measures) - MOST, 0)},
    }


def _called(request: HttpRequest, rows: list[dict[str, Any]], of: Any, *columns: str) -> list[dict[str, Any]]:
    """The rows with these columns of what they are about, as far as that is there at the moment of the page."""
    with as_of.known_at(noted(request)):
        found = {row["code"]: row for row in of.objects.filter(code__in=[row["code"] for row in rows]).order_by("code")
                 .values("code", *columns)}  # fmt: skip
    return [{**found.get(row["code"], {}), **row} for row in rows]


def _others(request: HttpRequest, one: dict[str, Any]) -> list[str]:
    """The codes of the other reports on the same document, which are those that it can be compared with."""
    found = every(request, "/reports", document=one["document"], fields="code")
    return [row["code"] for row in found if row["code"] != one["code"]]
