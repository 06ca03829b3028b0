"""How fast reports go their way: drafted with two values, submitted and approved."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from statistics import median
from typing import Any

from django.db.models import Min
from django.utils import timezone

from measures.management.timing import writing
from measures.management.timing.bench import WARMING_SECONDS, Bench
from measures.management.timing.calls import API, Outcome, Refused, post, send
from measures.management.timing.table import Measured
from measures.management.timing.tokens import tokens_of
from measures.models import Cycle, Document, Kpi, Measure, Person
from measures.operations import cycles
from measures.queries import people
from measures.rules import periods
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, CycleState, Role, Scope

STATEMENTS = {"/draft": writing.DRAFT, "/submit": writing.SUBMIT, "/approve": writing.APPROVE}
NARRATIVE = "BENCH 測定：計画に沿って事業を進め、関係機関と協議を重ね、成果の普及に努めた。次の月も引き続き取り組む。"
TITLE = "BENCH 測定された統計"
# Some of the measures have KPIs that are behind.
EXPLANATION = {"cause": TITLE, "corrective_step": TITLE, "owner": TITLE, "due_on": "2099-03-31"}
VALUES = 2
# With fewer measures left that have not reported in the open cycle, the next cycle is opened.
FEWEST_FREE = 3000
LIMIT_CYCLES = 4


@dataclass(frozen=True, slots=True)
class Free:
    """A measure that can be reported in `cycle` with a value of each KPI for its period."""

    measure: Measure
    cycle: Cycle
    reported: list[tuple[Kpi, periods.Period]]

    @property
    def lead(self) -> int:
        """The id of its ministry."""
        roles = self.measure.assignments.all()
        return next(one.ministry_id for one in roles if one.role == AssignmentRole.LEAD)


def reports(bench: Bench) -> Measured:
    """Whole reports a second: three requests each, ours against the same rows by three statements."""
    free = _free(bench)
    writing.make_tables()
    ours, limit = list(_ours(bench, free)), list(_limit(free))
    ours_rounds, limit_rounds = [], []
    for number in range(bench.rounds + 1):
        seconds = bench.seconds if number else WARMING_SECONDS
        outcomes = []
        for flows, served in ((limit, bench.limit), (ours, bench.ours)):
            if not flows:
                raise Refused("Every measure has reported: measure reports with more --measures or fewer --rounds.")
            outcome = send(
                flows, port=served.port, seconds=seconds, connections=bench.connections, first=number, repeats=False
            )
            del flows[: outcome.placed]
            outcomes.append(outcome)
        if number:
            limit_rounds.append(outcomes[0])
            ours_rounds.append(outcomes[1])
            bench.tell(
                f"  reports {number}/{bench.rounds}: {outcomes[1].a_second:.1f} /s of {outcomes[0].a_second:.1f}"
            )
    writing.drop_tables()
    return Measured(
        name="report: draft, submit, approve",
        unit="/s",
        ours=[one.a_second for one in ours_rounds],
        limit=[one.a_second for one in limit_rounds],
        goal=0.35,
        note=_note(ours_rounds, limit_rounds),
    )


def _note(ours: Sequence[Outcome], limit: Sequence[Outcome]) -> str:
    times = [median(one.median for one in rounds) for rounds in (ours, limit)]
    return f"three requests each, {VALUES} values; {times[0]:.1f} ms against {times[1]:.1f}"


def _free(bench: Bench) -> list[Free]:
    found = _unreported()
    if len(found) < FEWEST_FREE and len(found) < Measure.objects.count() // 2:
        bench.tell("  most measures have reported: opening the next cycle")
        _open_next(bench)
        found = _unreported()
    return found


def _unreported() -> list[Free]:
    cycles_now = {one.document_id: one for one in Cycle.objects.filter(state=CycleState.OPEN)}
    earliest = dict(Kpi.objects.annotate(first=Min("observations__period_start")).values_list("pk", "first"))
    measures = (
        Measure.objects.exclude(updates__cycle__state=CycleState.OPEN)
        .exclude(status="discontinued")
        .select_related("element")
        .prefetch_related("kpi_links__kpi", "assignments__ministry")
        .order_by("pk")
    )
    free, taken = [], set()
    for measure in measures:
        kpis = [link.kpi for link in measure.kpi_links.all() if link.kpi_id not in taken][:VALUES]
        if len(kpis) == VALUES:
            taken |= {kpi.pk for kpi in kpis}
            reported = [(kpi, _before(kpi, earliest[kpi.pk])) for kpi in kpis]
            free.append(Free(measure, cycles_now[measure.element.document_id], reported))
    return free


def _before(kpi: Kpi, first: date | None) -> periods.Period:
    """The period before the first that has a value: it can still be reported, however often that was done."""
    day = (first or date(2025, 1, 1)) - timedelta(days=1)
    makes = {
        "fiscal_year": lambda: periods.fiscal_year(day.year - (day.month < 4)),
        "quarter": lambda: periods.quarter(day.year - (day.month < 4), (day.month + 8) % 12 // 3 + 1),
        "month": lambda: periods.month(day.year, day.month),
        "point": lambda: periods.point(day),
    }
    return makes[kpi.period_type]()


def _open_next(bench: Bench) -> None:
    coordinator = _coordinator(bench)
    for document in Document.objects.order_by("pk"):
        now = document.cycles.get(state=CycleState.OPEN)
        # Each at its own moment: an event may not wait long for its commit.
        cycles.close(code=now.code, reason="期限", actor=coordinator, at=timezone.now())
        period = periods.from_dates(now.period_type, now.period_start, now.period_end).following()
        code = f"{document.code}-{period.start:%Y-%m}"
        days = [period.end + timedelta(days=after) for after in (0, 19, 29)]
        named = dict(zip(("opens_on", "due_on", "closes_on"), days, strict=True))
        cycles.plan(document=document, code=code, period=period, **named, actor=coordinator, at=timezone.now())
        cycles.open_(code=code, actor=coordinator, at=timezone.now())


def _coordinator(bench: Bench) -> Actor:
    person = Person.objects.get(username="bench.coordinator")
    return people.actor(person_id=person.pk, scopes=Scope.values, on=bench.at.date(), request_id="bench")


def _ours(bench: Bench, free: Sequence[Free]) -> Iterator[list[str]]:
    tokens = {role: tokens_of(role, at=timezone.now()) for role in (Role.OFFICER, Role.APPROVER)}
    run = secrets.token_hex(4)
    for one in free:
        officer, approver = (tokens[role][one.lead] for role in (Role.OFFICER, Role.APPROVER))
        key = f"bench-{run}-{one.measure.pk}"
        drafted = {
            "measure": one.measure.code,
            "cycle": one.cycle.code,
            "narrative": NARRATIVE,
            "declared_status": "in_progress",
            "declared_health": "on_track",
            "explanation": EXPLANATION,
            "observations": [
                {"kpi": kpi.code, "period": periods.to_wire(period), "value": "1234", "source": {"title": TITLE}}
                for kpi, period in one.reported
            ],
        }
        yield [
            post(f"{API}/updates", drafted, token=officer, Idempotency_Key=f"{key}-d"),
            post(f"{API}/updates/{{id}}/submit", {}, token=officer, Idempotency_Key=f"{key}-s", If_Match='"v1"'),
            post(f"{API}/updates/{{id}}/approve", {}, token=approver, Idempotency_Key=f"{key}-a", If_Match='"v2"'),
        ]


def _limit(free: Sequence[Free]) -> Iterator[list[str]]:
    """The limit is faster, so it goes through the measures several times, each time in another cycle."""
    documents = sorted({one.cycle.document_id for one in free})
    others = {
        document: [pk for _, pk in group][:LIMIT_CYCLES]
        for document, group in groupby(
            Cycle.objects.filter(document__in=documents).order_by("document", "pk").values_list("document", "pk"),
            key=lambda row: row[0],
        )
    }
    for turn in range(LIMIT_CYCLES):
        for one in free:
            known = others[one.cycle.document_id]
            if turn < len(known):
                yield _limit_flow(one, known[turn], turn)


def _limit_flow(one: Free, cycle: int, turn: int) -> list[str]:
    shift = timedelta(days=400 * turn)
    drafted: dict[str, Any] = {
        "measure": one.measure.pk,
        "cycle": cycle,
        "ministry": one.lead,
        "officer": 2 * one.lead - 1,
        "narrative": NARRATIVE,
        "title": TITLE,
        "kpis": [kpi.pk for kpi, _ in one.reported],
        "types": [period.type for _, period in one.reported],
        "firsts": [(period.start - shift).isoformat() for _, period in one.reported],
        "afters": [(period.end - shift).isoformat() for _, period in one.reported],
        "values": ["1234"] * VALUES,
    }
    return [
        post("/draft", drafted),
        post("/submit?id={id}"),
        post("/approve?id={id}", {"approver": 2 * one.lead}),
    ]
