"""How fast the pages are, each for itself; against a page of measures from the limit."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from measures.management.timing.bench import Bench
from measures.management.timing.calls import Outcome, get, send
from measures.management.timing.reading import limit_page
from measures.management.timing.table import Measured
from measures.management.timing.tokens import cookie_of
from measures.models import Cycle, Document, Duty, Kpi, Measure, ProgressUpdate
from measures.vocabulary import Role

SECONDS = 1
# Pages that every database has; a report is there only once one was published.
LISTS = ("/", "/measures", "/kpis", "/cycles", "/reports", "/audit", "/about")
ROOMS = {
    Role.OFFICER: ("/desk",),
    Role.APPROVER: ("/inbox",),
    Role.COORDINATOR: (
        "/coordination",
        "/coordination/obligations",
        "/coordination/targets",
        "/coordination/do/decide",
    ),
}
ONES = {"/measures": Measure, "/kpis": Kpi, "/cycles": Cycle, "/documents": Document}


def public(bench: Bench) -> Measured:
    """Every public page in turn; the note has the median of each in ms, asked for alone."""
    return _pages(bench, "public pages", {path: get(path) for path in addresses()})


def desks(bench: Bench) -> Measured:
    """The pages of an officer, an approver and a coordinator, each of them signed in; as `public`."""
    return _pages(bench, "pages of who is signed in", rooms())


def rooms() -> dict[str, str]:
    """By the path of the page, the request of someone whose page it is; of the ministry that reported last, if any."""
    newest = ProgressUpdate.objects.order_by("-pk").first()
    found: dict[str, str] = {}
    for role, paths in ROOMS.items():
        duties = Duty.objects.filter(role=role, valid_to=None).select_related("person").order_by("pk")
        own = duties.filter(ministry=newest.ministry_id).first() if newest else None
        if (duty := own or duties.first()) is None:
            continue
        cookie = cookie_of(duty.person, at=timezone.now())
        reports = [f"/updates/{newest.pk}"] if newest and own and role == Role.OFFICER else []
        found |= {path: get(path, Cookie=cookie) for path in (*paths, *reports)}
    return found


def _pages(bench: Bench, name: str, requests: Mapping[str, str]) -> Measured:
    def note(ours: Sequence[Outcome], limit: Sequence[Outcome]) -> str:
        return ", ".join(f"{path} {_alone(bench, request):.0f} ms" for path, request in requests.items())

    limit = [[get(limit_page(Document.objects.order_by("code").values_list("code", flat=True)[0], "x" * 120))]]
    return bench.turns(name, [[request] for request in requests.values()], limit, goal=None, note=note)


def addresses() -> list[str]:
    """The lists, and the first of each kind that there is."""
    first = {
        path: model._default_manager.order_by("code").values_list("code", flat=True) for path, model in ONES.items()
    }
    return [*LISTS, *(f"{path}/{codes[0]}" for path, codes in first.items() if codes)]


def _alone(bench: Bench, request: str) -> float:
    return send([[request]], port=bench.ours.port, seconds=SECONDS, connections=1).median
