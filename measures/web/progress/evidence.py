"""Adding a file or an address to a report on its page, and saying that one is what it claims to be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from measures.web.asking import RefusedError, send, send_file
from measures.web.progress.report import report_page
from measures.web.signed_in import led, signed_in
from measures.web.telling import named, told

FIELDS = ("title", "released_on")


# The token stands in the form, which may hold a large file and is read only once it is known that one is signed in.
@csrf_exempt
@require_POST
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds what the form has to the report, or verifies what it names."""
    if not request.user.is_authenticated:
        return redirect(f"/login?{urlencode({'next': f'/updates/{pk}'})}")
    return _evidence(request, pk=pk)


@signed_in
@csrf_protect
def _evidence(request: HttpRequest, pk: int) -> HttpResponse:
    kind = "file" if request.FILES or "file-title" in request.POST else "address"
    try:
        if number := request.POST.get("verify", ""):
            send(request, "POST", f"/evidence/{_digits(number)}/verify", {}, key=request.POST.get("key", ""))
            return led(f"/updates/{pk}?done=verify#evidence")
        _add(request, pk, kind)
    except RefusedError as refused:
        telling = told(refused, lambda pointer: f"{kind}-{named(pointer)}" if pointer.count("/") == 1 else "")
        return report_page(request, pk, telling, None, evidence_given=request.POST.dict())
    return led(f"/updates/{pk}?done=evidence#evidence")


def _add(request: HttpRequest, pk: int, kind: str) -> None:
    given = {name: request.POST.get(f"{kind}-{name}", "") for name in FIELDS}
    if not given["released_on"]:
        del given["released_on"]
    key = request.POST.get("key", "")
    if kind == "file":
        send_file(request, "/evidence", {"update": str(pk), **given}, request.FILES.get("file-file"), key=key)
    else:
        body = {"update": pk, **given, "url": request.POST.get("address-url", "").strip()}
        send(request, "POST", "/evidence", body, key=key)


def _digits(text: str) -> str:
    """A number as an address has it; one that is none leads nowhere."""
    return text if text.isascii() and text.isdigit() and len(text) < 19 else "0"
