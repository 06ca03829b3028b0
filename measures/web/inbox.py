"""The inbox of approvers: the reports that wait for a decision, each with what changed since the last approval."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from measures.vocabulary import Role, TaskKind
from measures.web.asking import ask, every
from measures.web.desk import titled
from measures.web.progress import differing
from measures.web.signed_in import shown, signed_in

LATELY = 10


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What /me/tasks says is to be decided, what of the same ministries someone else must, and what was lately."""
    tasks = {row["link"]: row for row in ask(request, "/me/tasks")["items"] if row["kind"] == TaskKind.TO_DECIDE}
    own = [("ministry", duty["ministry"]) for duty in ask(request, "/me")["duties"] if duty["role"] == Role.APPROVER]
    submitted = every(request, "/updates", [*own, ("state", "submitted")]) if own else []
    decided = [("state", "approved"), ("state", "returned")]
    content = {
        "waiting": titled([_waiting(request, row, tasks) for row in submitted if _link(row) in tasks]),
        "others": titled([row | {"why_not": _why_not(row)} for row in submitted if _link(row) not in tasks]),
        "decided": titled(ask(request, "/updates", [*own, *decided], limit=str(LATELY))["items"] if own else []),
    }
    return shown(request, "inbox", content)


def _link(row: dict[str, Any]) -> str:
    return f"/api/v1/updates/{row['id']}"


def _waiting(request: HttpRequest, row: dict[str, Any], tasks: dict[str, Any]) -> dict[str, Any]:
    """A report with its deadline and how many things it says otherwise than the last approved one, None without any."""
    found = differing.shown(ask(request, f"/updates/{row['id']}/difference", since="approval")["since_approval"])
    return row | {"deadline": tasks[_link(row)]["deadline"], "changes": None if found is None else len(found["rows"])}


def _why_not(row: dict[str, Any]) -> str:
    return next((str(one["reason"]) for one in row["actions"] if one["verb"] == "approve" and one["reason"]), "")
