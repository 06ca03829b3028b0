"""The desk: what waits for whoever is signed in, the reports of their ministries, and the way into a new one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from measures.api.openapi.operations import PREFIX
from measures.models import Measure, ProgressUpdate
from measures.vocabulary import Role, TaskKind, UpdateState
from measures.web.asking import RefusedError, ask, send
from measures.web.signed_in import led, shown, signed_in
from measures.web.telling import Telling, told

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

    Its form has measure, cycle, a key and, where it is no plain report, kind, on_behalf_of, and `from` "last".
    """
    if request.method == "POST":
        try:
            made = send(request, "POST", "/updates", _beginning(request), key=request.POST.get("key", ""))
        except RefusedError as refused:
            return _desk(request, told(refused, lambda pointer: ""))
        return led(f"/updates/{made['id']}")
    return _desk(request)


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
    last = last_report(request, body["measure"]) if given.get("from") == "last" and body["measure"] else None
    return body | ({name: last[name] for name in COPIED} if last else {})


def _desk(request: HttpRequest, telling: Telling | None = None) -> HttpResponse:
    tasks = ask(request, "/me/tasks")["items"]
    ministries = _ministries(request)
    mine = [("ministry", code) for code in ministries]
    work = ask(request, "/updates", [*mine, *OPEN], limit="100")["items"] if mine else []
    done = ask(request, "/updates", [*mine, ("state", "approved")], limit=str(LATELY))["items"] if mine else []
    content = {
        "tasks": titled([_task(row, work) for row in tasks]),
        "reported": _reported(tasks),
        "work": titled(work),
        "done": titled(done),
        "reports": bool(ministries),
    }
    return shown(request, "desk", content, telling)


def _task(row: dict[str, Any], work: list[dict[str, Any]]) -> dict[str, Any]:
    """A task with the page where it is done; `begins` where that is a report that is not begun."""
    kind, _, code = row["link"].removeprefix(f"{PREFIX}/").partition("/")
    if kind == "obligations":
        begun = next((one["id"] for one in work if _key(one) == _key(row)), None)
        return row | {"page": f"/updates/{begun}" if begun else "", "begins": begun is None}
    page = PAGES.get(kind, "").format(code=code.partition("/")[0])
    return row | {"page": page, "begins": False, "is_late": row["kind"] == TaskKind.OVERDUE}


def _reported(tasks: list[dict[str, Any]]) -> set[str]:
    """The measures of these tasks that have an approved report; one statement."""
    approved = ProgressUpdate.objects.filter(
        state=UpdateState.APPROVED, measure__code__in=[one["measure"] for one in tasks]
    )
    return set(approved.values_list("measure__code", flat=True))


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["measure"], row["cycle"]


def _ministries(request: HttpRequest) -> list[str]:
    held = ask(request, "/me")["duties"]
    return sorted({duty["ministry"] for duty in held if duty["role"] in (Role.OFFICER, Role.APPROVER)})
