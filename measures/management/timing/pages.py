"""How fast the public pages are, each for itself; against a page of measures from the limit."""

from collections.abc import Sequence

from measures.management.timing.bench import Bench
from measures.management.timing.calls import Outcome, get, send
from measures.management.timing.reading import limit_page
from measures.management.timing.table import Measured
from measures.models import Cycle, Document, Kpi, Measure

SECONDS = 1
# Pages that every database has; a report is there only once one was published.
LISTS = ("/", "/measures", "/kpis", "/cycles", "/reports", "/audit", "/about")
ONES = {"/measures": Measure, "/kpis": Kpi, "/cycles": Cycle, "/documents": Document}


def public(bench: Bench) -> Measured:
    """Every public page in turn; the note has the median of each in ms, asked for alone."""
    paths = addresses()

    def note(ours: Sequence[Outcome], limit: Sequence[Outcome]) -> str:
        return ", ".join(f"{path} {_alone(bench, path):.0f} ms" for path in paths)

    limit = [[get(limit_page(Document.objects.order_by("code").values_list("code", flat=True)[0], "x" * 120))]]
    return bench.turns("public pages", [[get(path)] for path in paths], limit, goal=None, note=note)


def addresses() -> list[str]:
    """The lists, and the first of each kind that there is."""
    first = {
        path: model._default_manager.order_by("code").values_list("code", flat=True) for path, model in ONES.items()
    }
    return [*LISTS, *(f"{path}/{codes[0]}" for path, codes in first.items() if codes)]


def _alone(bench: Bench, path: str) -> float:
    return send([[get(path)]], port=bench.ours.port, seconds=SECONDS, connections=1).median
