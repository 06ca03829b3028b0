"""Saving a report while it is written: all that can be taken is, and what cannot be is told by its field."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from measures.web.asking import RefusedError, send
from measures.web.progress import form, report
from measures.web.telling import told


def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """{version, problems, missing}: what was refused by the field, and what is missing before it can be submitted.

    A half typed value keeps nothing else from being saved. What is refused as a whole is refused as the API does it.
    """
    given, version = request.POST.dict(), request.POST.get("version", "")
    body, place = form.sent(given)
    problems: dict[str, list[str]] = {}
    try:
        saved = send(request, "PATCH", f"/updates/{pk}", body, version=version)
    except RefusedError as refused:
        telling = told(refused, place)
        taken = _without_refused(body, telling.answers)
        if len(taken) in (0, len(body)):
            raise
        problems = dict(telling.fields)
        place = place if "observations" in taken else form.place([])
        saved = send(request, "PATCH", f"/updates/{pk}", taken, version=version)
    missing = report.missing(saved, place)
    return JsonResponse({"version": saved["version"], "problems": problems, "missing": missing})


def _without_refused(body: dict[str, Any], answer: Any) -> dict[str, Any]:
    """The parts of a report that the refusal says nothing of."""
    wrong = {one.get("pointer", "").split("/")[1] for one in answer.get("errors", ()) if one.get("pointer", "/")[1:]}
    return {name: value for name, value in body.items() if name not in wrong}
