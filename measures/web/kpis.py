"""The pages of KPIs: small charts of all of them, and one with its chart, what it rests on and its measures."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from measures.api.known_at import noted
from measures.exports.charts import SMALL, Chart, draw_series, told
from measures.exports.charts.series import LARGE, NARROW, axis_of_days
from measures.messages import in_japanese, lazy
from measures.models import Kpi
from measures.queries import as_of, series
from measures.vocabulary import Direction, Rating, StandingState, label
from measures.web.asking import BASE, address, ask, asked, every, moment_asked
from measures.web.pages import page

# A chart takes two milliseconds to draw.
A_PAGE = 60
FIELDS = "code,name,name_en,unit,measures,standing"
# What can be chosen among words of ours: parameter, what it is called, its words.
WORDS = (
    ("state", lazy("Standing"), StandingState),
    ("rating", lazy("Rating"), Rating),
    ("direction", lazy("Direction"), Direction),
)


@page("measures/kpis.html", takes=None)
def kpis(request: HttpRequest) -> dict[str, Any]:
    """The API's list with the API's filters, a page of it, each KPI with its chart; they share one axis of time."""
    given = asked(request)
    listed = ask(request, "/kpis", given, limit=str(A_PAGE), count="true", fields=FIELDS)
    rows, filters = listed["items"], [pair for pair in given if pair[0] != "cursor"]
    found = _series(request, [row["code"] for row in rows])
    axis = axis_of_days(list(found.values()))
    chosen, language = dict(filters), get_language() or ""
    return {
        "rows": [
            row | {"chart": draw_series(found[row["code"]], name=f"small-{row['code']}", size=SMALL, days=axis)}
            for row in rows
        ],
        "choices": [
            {
                "name": name,
                "title": title,
                "options": [
                    {"code": code, "title": label(words, code, language), "is_on": chosen.get(name) == code}
                    for code in words.values
                ],
            }
            for name, title, words in WORDS
        ],
        "has_target": chosen.get("has_target") == "true",
        "q": chosen.get("q", ""),
        "total": listed["total"],
        "more": _address(request, [*filters, ("cursor", listed["next"])]) if listed["next"] else "",
        "first": _address(request, filters) if len(filters) != len(given) else "",
        "filters": filters,
        "is_narrowed": any(name != "q" for name, _ in filters),
        "file": _file(request, filters),
    }


@page("measures/kpi.html")
def kpi(request: HttpRequest, code: str) -> dict[str, Any]:
    """One KPI as the API tells of it, with its chart in two widths."""
    one = ask(request, f"/kpis/{code}")
    observations = every(request, f"/kpis/{code}/observations")
    corrected = {row["corrects"] for row in observations}
    drawn = _series(request, [code])[code]
    return {
        "kpi": one,
        "standing": one["standing"],
        # The API has six decimals; a reader has two more than were published.
        "required": drawn.required and told.computed(drawn, drawn.required),
        "charts": _charts(drawn),
        "observations": [row | {"is_past": row["id"] in corrected} for row in observations],
        "targets": every(request, f"/kpis/{code}/targets"),
        "baselines": every(request, f"/kpis/{code}/baselines"),
        "linked": every(request, f"/kpis/{code}/measures"),
    }


def _charts(one: series.Series) -> list[tuple[str, Chart]]:
    """The wide one and the narrow one; a page shows the one that fits."""
    return [
        ("is-wide", draw_series(one, name="wide", size=LARGE)),
        ("is-narrow", draw_series(one, name="narrow", size=NARROW)),
    ]


def _series(request: HttpRequest, codes: list[str]) -> dict[str, series.Series]:
    with as_of.known_at(noted(request)):
        ids = list(Kpi.objects.filter(code__in=codes).order_by("code").values_list("pk", flat=True))
        return {one.code: one for one in series.series(ids, english=not in_japanese())}


def _address(request: HttpRequest, given: list[tuple[str, str]]) -> str:
    return address(request.path, given, moment=moment_asked(request))


def _file(request: HttpRequest, filters: list[tuple[str, str]]) -> str:
    return address(f"{BASE}/exports/kpis.csv", filters, moment=moment_asked(request))
