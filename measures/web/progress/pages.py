"""The page of one report, and every turn that someone may take there."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from measures.web.asking import RefusedError, ask, send
from measures.web.progress import form, values
from measures.web.progress.autosave import autosave
from measures.web.progress.report import report_page
from measures.web.signed_in import led, signed_in
from measures.web.telling import Telling, named, told

DESK = "/desk"
COMMENTED = ("submit", "withdraw", "return", "approve")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """The report; a POST does what its `do` names: save, discard, or a verb of the workflow, to the `version` it names.

    Whoever submits saves what the form says first; `autosave` is for the script of the page.
    """
    if request.method != "POST":
        return report_page(request, pk)
    what, version = request.POST.get("do", ""), request.POST.get("version", "")
    if what == "autosave":
        return autosave(request, pk)
    place: Callable[[str], str] = named
    is_saved = False
    try:
        if "declared_status" in request.POST and what in ("save", "submit"):
            body, place = form.sent(request.POST.dict())
            version = str(send(request, "PATCH", f"/updates/{pk}", body, version=version)["version"])
            is_saved = True
        if what == "discard":
            send(request, "DELETE", f"/updates/{pk}", version=version)
            return led(DESK)
        if what != "save":
            _turn(request, pk, what, version)
    except RefusedError as refused:
        if is_saved and refused.answer.status_code not in (401, 404):
            return _saved_only(request, pk, refused)
        return _again(request, pk, told(refused, place))
    return led(f"/updates/{pk}?done={what}")


def _turn(request: HttpRequest, pk: int, verb: str, version: str) -> None:
    """A verb that is none leads nowhere, as its address does in the API."""
    if verb not in COMMENTED:
        raise Http404
    body = {"comment": request.POST.get("comment", "")}
    send(request, "POST", f"/updates/{pk}/{verb}", body, version=version, key=request.POST.get("key", ""))


def _saved_only(request: HttpRequest, pk: int, refused: RefusedError) -> HttpResponse:
    """The page with what is saved, and why it goes no further.

    A saved value has a row of its own now, so what was written would stand in the rows of other KPIs.
    """
    one = ask(request, f"/updates/{pk}")
    place = form.place(values.placed(values.rows(request, one), one))
    return report_page(request, pk, told(refused, place), comment=request.POST.get("comment", ""))


def _again(request: HttpRequest, pk: int, telling: Telling) -> HttpResponse:
    """The page with what was sent and why it was refused; nothing that was written is lost."""
    if telling.status in (401, 404):
        return report_page(request, pk)
    return report_page(request, pk, telling, request.POST.dict())
