"""What the page of a report holds: what it says or its form, its evidence, its turns, its rounds, what changed."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from measures.messages import lazy
from measures.models import Ministry, ProgressUpdate
from measures.operations.moments import day_of
from measures.queries import progress as queries
from measures.rules import transitions
from measures.vocabulary import Health, MeasureStatus, ObservationStatus, label
from measures.web.asking import ask
from measures.web.progress import attached, differing, form, values
from measures.web.signed_in import NOT_WRITTEN, shown
from measures.web.telling import Placed, Telling

# What a page says of the turn that was taken just before it.
DONE = {
    "draft": lazy("The report is begun."),
    "save": lazy("Saved."),
    "submit": lazy("Submitted: the approver has it now."),
    "withdraw": lazy("Withdrawn."),
    "return": lazy("Returned to who wrote it."),
    "approve": lazy("Approved and published."),
    "evidence": lazy("Evidence is added."),
    "verify": lazy("Evidence is verified."),
}
# What each turn is called on its button.
VERBS = {
    "edit": lazy("Save"),
    "submit": lazy("Submit"),
    "withdraw": lazy("Withdraw"),
    "return": lazy("Return"),
    "approve": lazy("Approve"),
    "discard": lazy("Discard the draft"),
}


def report_page(
    request: HttpRequest,
    pk: int,
    telling: Telling | None = None,
    written: Mapping[str, str] | None = None,
    evidence_given: Mapping[str, str] | None = None,
    comment: str = "",
) -> HttpResponse:
    """The page; after a refusal with what was `written` in the form of the report, or given as evidence.

    `comment` is for the approver, and nothing that a report holds.
    """
    one = ask(request, f"/updates/{pk}")
    can = {row["verb"]: row for row in one["actions"]}
    content: dict[str, Any] = {
        "one": one,
        "can": can,
        "measure": ask(request, f"/measures/{one['measure']}", fields="code,title,title_en,kind,status,status_label"),
        "ministry": Ministry.objects.get(code=one["ministry"]).called,
        "turns": [row | {"title": VERBS[row["verb"]]} for row in one["actions"] if row["verb"] in VERBS],
        "done": DONE.get(request.GET.get("done", ""), ""),
        "comment": _comment(one),
        "given": dict(written or {}),
        "evidence": attached.evidence(request, one),
        "evidence_given": evidence_given,
    }
    if can["edit"]["allowed"]:
        content |= _form(request, one, written, is_stale=telling is not None and telling.code == "stale")
    elif written:
        shown_still = ("comment",) if can["approve"]["allowed"] or can["return"]["allowed"] else ()
        hidden = (*NOT_WRITTEN, *shown_still)
        content["unsaved"] = {name: text for name, text in written.items() if text and name not in hidden}
    content["given"] |= {**(evidence_given or {}), **({"comment": comment} if comment else {})}
    if one["reviews"] is not None:
        content["rounds"] = ask(request, f"/updates/{pk}/rounds")["rounds"]
        found = ask(request, f"/updates/{pk}/difference")
        content["differences"] = {since: differing.shown(found[since]) for since in ("since_approval", "since_return")}
    return shown(request, "update", content, telling)


def missing(one: Mapping[str, Any], place: Placed) -> list[dict[str, str]]:
    """What keeps a report, as it is saved, from being submitted: {field, detail}, the field by `place`."""
    update = ProgressUpdate.objects.select_related("measure").get(pk=one["id"])
    problems, _ = queries.unready(update, queries.values_of(update), on=day_of(timezone.now()))
    return [{"field": place(problem.pointer), "detail": problem.detail} for problem in problems]


def _form(
    request: HttpRequest, one: dict[str, Any], written: Mapping[str, str] | None, *, is_stale: bool
) -> dict[str, Any]:
    """The form, with what was written or else what is saved, and what is missing before it can be submitted.

    What was written over something newer stands beside what is `saved` now; saving again takes its place.
    """
    rows = values.rows(request, one)
    saved = form.given(one, rows)
    return {
        "rows": rows,
        "given": saved if written is None else dict(written),
        "saved": saved if is_stale else {},
        "missing": missing(one, form.place(values.placed(rows, one))),
        "is_unsaved": written is not None,
        "statuses": _options(MeasureStatus, _reachable(request, one)),
        "healths": _options(Health, [*Health.values[:3]]),
        "kinds": _options(ObservationStatus, ObservationStatus.values, blank=False),
    }


def _reachable(request: HttpRequest, one: Mapping[str, Any]) -> list[str]:
    """The statuses that the measure may be declared to have, and the one that the report declares."""
    measure = ask(request, f"/measures/{one['measure']}", fields="status,kind")
    return [
        code
        for code in MeasureStatus.values
        if code == one["declared_status"] or not transitions.status_refused(measure["status"], code, measure["kind"])
    ]


def _options(words: Any, codes: list[str], *, blank: bool = True) -> list[dict[str, str]]:
    language = get_language() or ""
    return [*([{"code": "", "title": "–"}] if blank else [])] + [
        {"code": code, "title": label(words, code, language)} for code in codes
    ]


def _comment(one: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was said when it was returned, while it is."""
    returns = [row for row in one["reviews"] or () if row["verb"] == "return"]
    return returns[-1] if returns and one["state"] == "returned" else None
