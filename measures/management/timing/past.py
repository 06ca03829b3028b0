"""How fast the past is read: the answers of a moment against the same answers of now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from urllib.parse import urlencode

from django.db.models import Max, Min

from measures.management.timing import calls
from measures.management.timing.bench import Bench
from measures.management.timing.calls import API, Outcome, get
from measures.management.timing.table import Measured
from measures.models import Document, Event, Measure, Observation

# How many times as long as now the past may take, and how many ms its summary.
SERIES, PAGE, SUMMARY_MS = 1.5, 4, 300
# No row is older, and with its last digits counting up no request was ever seen before.
SINCE = "2000-01-01T00:00:00.{n}+09:00"
# So many KPIs or measures are asked for in turn, more than a run comes to, so that no answer is a kept one.
MANY = 500


def series(bench: Bench) -> Measured:
    """The values of one KPI."""
    reported = Observation.objects.filter(update__isnull=False).order_by("kpi__code")
    codes = reported.values_list("kpi__code", flat=True).distinct()[:MANY]
    asked = [(f"/kpis/{code}/observations", {"limit": 100}) for code in codes]
    return _against_now(bench, "as-of: values of a KPI", asked, goal=1 / SERIES, at_most=f"{SERIES} x")


def page(bench: Bench) -> Measured:
    """A page of measures."""
    codes = Document.objects.order_by("code").values_list("code", flat=True)
    asked = [("/measures", {"limit": 100, "document": code, "updated_since": SINCE}) for code in codes]
    return _against_now(bench, "as-of: page of measures", asked, goal=1 / PAGE, at_most=f"{PAGE} x")


def updates(bench: Bench) -> Measured:
    """The page of the reports of one measure; of the latest of all there is one only, which is kept."""
    codes = Measure.objects.order_by("code").values_list("code", flat=True)[:MANY]
    asked = [("/updates", {"limit": 100, "measure": code}) for code in codes]
    return _against_now(bench, "as-of: reports of a measure", asked, goal=1 / PAGE, at_most=f"{PAGE} x")


def summary(bench: Bench) -> Measured:
    """The summary of moments that nobody asked about before, by one caller, against as many as there should be."""
    request, rounds = get(_past("/summary", {}, _middle()), token=bench.token), []
    for _ in range(bench.rounds + 1):
        rounds.append(
            calls.send([[request]], port=bench.ours.port, seconds=bench.seconds, connections=1, first=bench.number)
        )
        bench.number = rounds[-1].last
        bench.tell(f"  as-of: summary: {rounds[-1].median:.0f} ms")
    # The first one warms.
    rounds = rounds[1:]
    return Measured(
        name="as-of: summary, one caller",
        unit="/s",
        ours=[one.a_second for one in rounds],
        limit=[1000 / SUMMARY_MS] * len(rounds),
        goal=1,
        note=f"{median(one.median for one in rounds):.0f} ms; the goal is at most {SUMMARY_MS} ms, never asked before",
    )


def _against_now(
    bench: Bench,
    name: str,
    asked: Sequence[tuple[str, Mapping[str, object]]],
    *,
    goal: float | None = None,
    at_most: str = "",
) -> Measured:
    middle = _middle()
    past = [[get(_past(path, query, middle), token=bench.token)] for path, query in asked]
    now = [[get(_path(path, query), token=bench.token)] for path, query in asked]

    def note(ours: Sequence[Outcome], limit: Sequence[Outcome]) -> str:
        times = [f"{median(one.median for one in rounds):.1f} ms" for rounds in (ours, limit)]
        return f"{times[0]} as of {middle:%Y-%m-%d}, {times[1]} now" + (at_most and f"; the goal is at most {at_most}")

    return bench.turns(name, past, now, goal=goal, limit_is_ours=True, note=note)


def _past(path: str, query: Mapping[str, object], moment: datetime) -> str:
    return _path(path, {**query, "known_at": f"{moment:%Y-%m-%dT%H:%M:%S}.{{n}}Z"})


def _path(path: str, query: Mapping[str, object]) -> str:
    return f"{API}{path}?{urlencode(query, safe='{}')}"


def _middle() -> datetime:
    """Half of the way through all that happened, in UTC."""
    ends = Event.objects.filter(subject_type="update").aggregate(first=Min("at"), last=Max("at"))
    return ends["first"] + (ends["last"] - ends["first"]) / 2
