"""The rooms of the coordinator and the administrator: what there is to be done, and one page for each act."""

from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from measures.messages import say
from measures.models import Baseline, Person, Target
from measures.queries import revisions
from measures.vocabulary import CycleState, RevisionState
from measures.web.asking import RefusedError, ask, asked, every, send
from measures.web.coordination.acts import ACTS, Act
from measures.web.coordination.fields import Field, at_odds, body
from measures.web.sign_in import person_of
from measures.web.signed_in import duties, led, shown, signed_in
from measures.web.telling import Telling, told

A_PAGE = 50
LAST = 10
# The turn that a cycle takes next, by its state.
NEXT = {
    CycleState.PLANNED: "open-cycle",
    CycleState.OPEN: "close-cycle",
    CycleState.CLOSED: "reopen-cycle",
}


@signed_in
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """Cycles with the turn that comes next, what waits for another coordinator, and what was decided last."""
    cycles = every(request, "/cycles", fields="code,period,state,state_label,due_on")[::-1]
    content = {
        "cycles": [row | {"turn": NEXT[row["state"]], "turn_title": ACTS[NEXT[row["state"]]].title} for row in cycles],
        "deadlines": [row | _own(request, row) for row in every(request, "/deadlines", state="proposed")],
        **_proposed(request),
        "decisions": every(request, "/decisions")[: -LAST - 1 : -1],
    }
    return shown(request, "coordination", content)


@signed_in
@require_safe
def obligations(request: HttpRequest) -> HttpResponse:
    """What is owed, a page of the API's list with its filters, each with what may be done about it, or why not."""
    given = asked(request)
    found = ask(request, "/obligations", given, limit=str(A_PAGE))
    acts = {name: ACTS[name].title for name in ("waive", "unlock", "extend")}
    rows = [
        row | {"acts": [{**one, "title": acts[one["verb"]]} for one in row["actions"] if one["verb"] in acts]}
        for row in found["items"]
    ]
    filters = [pair for pair in given if pair[0] != "cursor"]
    cycles = every(request, "/cycles", fields="code")[::-1]
    content = {"rows": rows, "next": found["next"], "filters": filters, "chosen": dict(filters), "cycles": cycles}
    return shown(request, "coordination_obligations", content)


@signed_in
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """Every KPI with the target that holds, and what is proposed."""
    kpis = every(request, "/kpis", fields="code,name,name_en,unit,standing")
    return shown(request, "coordination_targets", {"kpis": kpis, **_proposed(request)})


@signed_in
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Accounts and duties, for the administrator."""
    held = every(request, "/duties")
    content = {
        "people": [
            row | {"duties": [duty for duty in held if duty["person"] == row["username"]]}
            for row in every(request, "/people")
        ]
    }
    return shown(request, "people", content)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, name: str, of: str = "") -> HttpResponse:
    """The form of one act on what `of` names; a POST does it and leads back, or tells beside the fields why not."""
    one = ACTS.get(name)
    parts = [quote(part, safe="") for part in of.split("/") if part]
    if one is None or len(parts) != one.parts:
        raise Http404
    if request.method != "POST":
        return _form(request, one, parts)
    if odd := at_odds(one.fields, request.POST):
        title = say("The request cannot be taken")
        return _form(request, one, parts, Telling(400, "invalid", title, title, odd))
    try:
        given = {**body(one.fields, request.POST), **one.says}
        version = request.POST.get("version", "")
        send(request, one.method, one.path.format(*parts), given, version=version, key=request.POST.get("key", ""))
    except RefusedError as refused:
        return _form(request, one, parts, told(refused, lambda pointer: _place(one, pointer)))
    return led(one.back)


def _form(request: HttpRequest, one: Act, parts: list[str], telling: Telling | None = None) -> HttpResponse:
    """The form with what was filled in; whoever lacks the duty reads that before filling it in."""
    row = ask(request, one.subject.format(*parts)) if one.subject else {}
    fields = [{"field": field, "options": _options(request, field)} for field in one.fields]
    content = {
        "act": one,
        "of": " / ".join(parts),
        "row": row,
        **(_in_force(request, one.ledger, parts[0]) if one.ledger else {}),
        "fields": fields,
        "given": request.POST,
        "version": row.get("version", ""),
        "lacks_duty": one.whose not in {duty.role for duty in duties(request)},
    }
    return shown(request, "act", content, telling)


def _options(request: HttpRequest, field: Field) -> list[dict[str, str]]:
    """What there is to choose from; a list that has to be chosen from begins with nothing."""
    found = field.options(request) if field.options else []
    return [{"code": "", "title": "–"}, *found] if field.kind == "select" else found


def _in_force(request: HttpRequest, ledger: str, code: str) -> dict[str, Any]:
    """The KPI, and of its ledger the row that holds now, None without any."""
    rows = every(request, f"/kpis/{code}/{ledger}")
    return {
        "kpi": ask(request, f"/kpis/{code}", fields="code,name,name_en,unit"),
        "in_force": next((row for row in rows if row["state"] == RevisionState.CURRENT), None),
    }


def _place(one: Act, pointer: str) -> str:
    """The field that a JSON pointer is about, or leads into."""
    name = pointer.strip("/").replace("/", "-")
    known = [field.name for field in one.fields]
    return name if name in known else next((other for other in known if other.startswith(f"{name}-") and name), "")


def _proposed(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """Targets and baselines that wait for another coordinator, as the API lists each among its KPI's."""
    targets, baselines = revisions.waiting(Target.objects.all()), revisions.waiting(Baseline.objects.all())
    return {"targets": _waiting(request, "targets", targets), "baselines": _waiting(request, "baselines", baselines)}


def _waiting(request: HttpRequest, ledger: str, rows: QuerySet[Any]) -> list[dict[str, Any]]:
    codes = rows.order_by("kpi__code").values_list("kpi__code", flat=True).distinct()
    listed = [(code, row) for code in codes for row in every(request, f"/kpis/{code}/{ledger}")]
    return [
        row | {"kpi": code, "number": str(row["id"])} | _own(request, row)
        for code, row in listed
        if row["state"] == "proposed"
    ]


def _own(request: HttpRequest, row: dict[str, Any]) -> dict[str, Any]:
    """Whether the caller proposed it, and who did."""
    proposer = Person.objects.filter(pk=row["set_by"]).first()
    return {"is_own": row["set_by"] == person_of(request).pk, "proposer": proposer.display_name if proposer else ""}
