"""The pages of reporting cycles: how complete and timely each is, and what is owed in one."""

from typing import Any

from django.http import HttpRequest

from measures.api.known_at import day_asked, noted
from measures.models import Obligation
from measures.queries import as_of
from measures.queries import obligations as queries
from measures.web.asking import address, ask, asked, every, moment_asked
from measures.web.pages import page

A_PAGE = 50


@page("measures/cycles.html")
def cycles(request: HttpRequest) -> dict[str, Any]:
    return {"rows": every(request, "/cycles")[::-1]}


@page("measures/cycle.html", takes=("cursor", "state", "ministry"))
def cycle(request: HttpRequest, code: str) -> dict[str, Any]:
    """The cycle as the API answers it, the same figures by ministry, and a page of what is owed."""
    one = ask(request, f"/cycles/{code}")
    given = asked(request)
    owed = ask(request, "/obligations", [("cycle", code), *given], limit=str(A_PAGE))
    following = [pair for pair in given if pair[0] != "cursor"] + [("cursor", owed["next"] or "")]
    return {
        "one": one,
        "ministries": _by_ministry(request, code),
        "rows": owed["items"],
        "more": address(request.path, following, moment=moment_asked(request)) if owed["next"] else "",
        "states": one["obligations"]["by_state"],
        "chosen": dict(given).get("state", ""),
    }


def _by_ministry(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    """The figures that the summary has of the open cycles, of this one, by the ministry that owes."""
    on = day_asked(request)
    with as_of.known_at(noted(request)):
        found = queries.counts(Obligation.objects.filter(cycle__code=code), by="ministry__code", on=on)
    names = {one["code"]: one for one in every(request, "/ministries", fields="code,name,name_en")}
    return [{**names[code], **queries.told(figures, on=on)} for code, figures in found.items()]
