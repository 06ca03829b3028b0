"""The desk: what waits for whoever is signed in, the reports of their ministries, and the way into a new one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from measures.api.openapi.operations import PREFIX
from measures.models import Measure, ProgressUpdate
from measures.vocabulary import CycleState, Role, TaskKind, UpdateState
from measures.web.asking import RefusedError, ask, every, send
from measures.web.coordination.fields import measures
from measures.web.signed_in import led, shown, signed_in
from measures.web.telling import Telling, named, told

OPEN = [("state", state) for state in ("draft", "returned", "submitted")]
LATELY = 10
# What a report begins with when it begins with the last one; a value belongs to its period and is none of it.
COPIED = ("narrative", "declared_status", "declared_health")
# Where a person goes to do something about it, by what waits.
PAGES = {"updates": "/updates/{code}", "measures": "/measures/{code}", "kpis": "/kpis/{code}", "tokens": "/account"}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The tasks of /me/tasks; a POST begins the report that the form names, or a correction of it.

    Its form has measure, cycle, a key and, where they are wanted, kind, `from` "last", and on_behalf_of, or on_behalf
    for whichever ministry leads.
    """
    if request.method == "POST":
        try:
            made = send(request, "POST", "/updates", _beginning(request), key=request.POST.get("key", ""))
        except RefusedError as refused:
            return _desk(request, told(refused, _place(request)))
        return led(f"/updates/{made['id']}")
    return _desk(request)


def _place(request: HttpRequest) -> Callable[[str], str]:
    """Only the coordinator's form has fields that something may be wrong with."""
    return named if request.POST.get("on_behalf") else lambda pointer: ""


def last_report(request: HttpRequest, measure: str) -> dict[str, Any] | None:
    """The newest approved report of a measure, as the API shows it; None when there is none."""
    found = ask(request, "/updates", measure=measure, state="approved", limit="1")["items"]
    return found[0] if found else None


def titled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the API's with the titles of their measures; one statement."""
    found = Measure.objects.filter(code__in={row["measure"] for row in rows}).values_list("code", "title", "title_en")
    titles = {code: {"title": title, "title_en": title_en} for code, title, title_en in found}
    return [row | titles.get(row["measure"], {}) for row in rows]


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """What the form asks for: which report, and whether what the last one said is taken over."""
    given = request.POST
    body: dict[str, Any] = {name: given.get(name, "") for name in ("measure", "cycle")}
    body |= {name: given[name] for name in ("kind", "on_behalf_of") if given.get(name)}
    if given.get("on_behalf") and body["measure"]:
        body["on_behalf_of"] = ask(request, f"/measures/{quote(body['measure'], safe='')}")["lead"]["code"]
    last = last_report(request, body["measure"]) if given.get("from") == "last" and body["measure"] else None
    return body | ({name: last[name] for name in COPIED} if last else {})


def _desk(request: HttpRequest, telling: Telling | None = None) -> HttpResponse:
    tasks, held = ask(request, "/me/tasks")["items"], ask(request, "/me")["duties"]
    reported = _reported(tasks)
    ministries = sorted({duty["ministry"] for duty in held if duty["role"] in (Role.OFFICER, Role.APPROVER)})
    coordinates = any(duty["role"] == Role.COORDINATOR for duty in held)
    mine = [("ministry", code) for code in ministries]
    work = ask(request, "/updates", [*mine, *OPEN], limit="100")["items"] if mine else []
    done = ask(request, "/updates", [*mine, ("state", "approved")], limit=str(LATELY))["items"] if mine else []
    content = {
        "tasks": titled([_task(row, work, reported) for row in tasks]),
        "reported": reported,
        "cycles": _open_cycles(request) if coordinates else [],
        "measures": measures(request) if coordinates else [],
        "given": request.POST.dict(),
        "work": titled(work),
        "done": titled(done),
        "reports": bool(ministries),
    }
    return shown(request, "desk", content, telling)


def _task(row: dict[str, Any], work: list[dict[str, Any]], reported: dict[str, int]) -> dict[str, Any]:
    """A task with the page where it is done; `begins` where that is a report that is not begun."""
    kind, _, code = row["link"].removeprefix(f"{PREFIX}/").partition("/")
    if kind == "obligations":
        begun = next((one["id"] for one in work if _key(one) == _key(row)), None)
        return row | {"page": f"/updates/{begun}" if begun else "", "begins": begun is None}
    page = PAGES.get(kind, "").format(code=code.partition("/")[0])
    if row["kind"] == TaskKind.UNEXPLAINED and code in reported:
        # Where it is explained is a correction of it.
        page = f"/updates/{reported[code]}"
    return row | {"page": page, "begins": False, "is_late": row["kind"] == TaskKind.OVERDUE}


def _reported(tasks: list[dict[str, Any]]) -> dict[str, int]:
    """By measure of these tasks, the number of the report that was approved last; one statement."""
    codes = [one["measure"] for one in tasks]
    approved = ProgressUpdate.objects.filter(state=UpdateState.APPROVED, measure__code__in=codes)
    return dict(approved.order_by("decided_at", "pk").values_list("measure__code", "pk"))


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["measure"], row["cycle"]


def _open_cycles(request: HttpRequest) -> list[dict[str, str]]:
    """To choose from."""
    found = every(request, "/cycles")
    return [{"code": one["code"], "title": one["code"]} for one in found if one["state"] == CycleState.OPEN]
