"""The auditor's room: any moment's files, the signed log of that moment, and how to verify it without trusting us."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from measures.api import files
from measures.api.exports import EXPORTS
from measures.api.known_at import noted
from measures.audit import verify_log
from measures.messages import lazy
from measures.models import Checkpoint, LogKey
from measures.queries import log
from measures.web.asking import ask, every
from measures.web.pages import page

# How many events the room shows of the end of the log.
LAST = 20
REPORTS = "code,known_at,superseded_by,sha256"
FILE, LOG, NOTE = "verify_log.py", "log.jsonl", "checkpoint.txt"
TAKEN = ((FILE, f"/audit/{FILE}"), (LOG, "/api/v1/exports/log.jsonl"), (NOTE, "/api/v1/audit/checkpoint"))
VERIFY = f"python3 -I {FILE} {LOG} --checkpoint {NOTE}"
CALLED = {
    "measures": lazy("Measures"),
    "kpis": lazy("KPIs"),
    "observations": lazy("Values"),
    "updates": lazy("Approved reports, and others as far as you may see them"),
    "events": lazy("The log's events"),
    "obligations": lazy("What was owed"),
    "evidence": lazy("Evidence"),
}


@page("measures/audit.html")
def room(request: HttpRequest) -> dict[str, Any]:
    """The files, reports and log of the moment of the page; the keys are all that ever signed it."""
    return {
        "is_time_open": True,
        "exports": [{"name": name, "title": CALLED[name]} for name in EXPORTS],
        "forms": [form.ending for form in files.FORMS],
        "reports": every(request, "/reports", fields=REPORTS),
        "checkpoint": _newest(request),
        "keys": LogKey.objects.order_by("id"),
        "events": _last_events(request),
        "digest": sha256(_verifier()).hexdigest(),
        "file": FILE,
        "take": [f"curl -o {name} {request.build_absolute_uri(path)}" for name, path in TAKEN],
        "verify": VERIFY,
    }


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The one file that verifies an exported log, as it is run here."""
    response = HttpResponse(_verifier(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response


@cache
def _verifier() -> bytes:
    return Path(verify_log.__file__).read_bytes()


def _newest(request: HttpRequest) -> Checkpoint | None:
    moment = noted(request)
    return log.checkpoint_at(moment) if moment else log.newest_checkpoint()


def _last_events(request: HttpRequest) -> list[dict[str, Any]]:
    """The end of the log as the feed gives it to the caller, the latest first; the feed has no past, so only of now."""
    if noted(request):
        return []
    after = max(log.size() - LAST, 0)
    return list(ask(request, "/events", after=str(after), limit=str(LAST))["items"][::-1])
