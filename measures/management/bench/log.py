"""The generated log, in its order: an event for every step of a report, every turn of a cycle and every import."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from measures.audit.canonical import leaf_hash
from measures.audit.events import event_body
from measures.management.bench import cycles, said
from measures.management.bench.plan import Plan
from measures.management.bench.progress import Progress
from measures.management.bench.registry import REASON
from measures.management.bench.rows import copy, execute, insert, literal, value
from measures.management.bench.said import Step
from measures.models import Event
from measures.models.audit import THIS_CLUSTER
from measures.vocabulary import Audience, CycleState

# The reports' events stand as if they had come from another cluster, each of a transaction of its own: were all of
# this one, PostgreSQL would take xid for a column of one value and look for an event by reading all of them.
ELSEWHERE = "0"


def prepare() -> None:
    """Makes bench_said."""
    execute(said.VALUES)
    execute("CREATE INDEX ON bench_said (update_id)")
    execute("ANALYZE bench_said")


def begin(plan: Plan) -> int:
    """The event of the whole import, which is the first; what the reports did have their own."""
    counts = {name: getattr(plan, name) for name in ("measures", "kpis", "observations", "updates", "seed")}
    event = _event("import", ("bench", "registry"), at=plan.began_at, after={**counts, "reason": REASON})
    return copy(Event, [event | {"id": 1}], at=plan.began_at)


def add(plan: Plan, progress: Progress) -> None:
    """Cycle by cycle, after the event of the whole import."""
    progress.expect(3 * plan.updates)
    imported = _imported()
    here = ("pg_current_xact_id()::text::bigint", THIS_CLUSTER)
    stamps = dict(zip(("xid", "cluster"), (value(f"SELECT {stamp}") for stamp in here), strict=True))
    last = 1
    for cycle in range(plan.closed + 1):
        last = _write(_turns(plan, cycle, CycleState.OPEN), last, stamps, progress)
        last = _steps(plan, cycle, last, progress)
        if cycle < plan.closed:
            brought = _import(plan.month_of(cycle).isoformat()[:7], imported.get(cycle, 0), plan.imported_at(cycle))
            turns = _turns(plan, cycle, CycleState.CLOSED)
            corrected = (
                [_import("corrections", plan.corrections, plan.corrected_at)] if cycle == plan.closed - 1 else []
            )
            last = _write([brought, *corrected, *turns], last, stamps, progress)


def _steps(plan: Plan, cycle: int, last: int, progress: Progress) -> int:
    """The id of the last event after the steps of all reports of a cycle."""
    number = f"{last} + row_number() OVER (ORDER BY at, update_id, place)"
    columns = {
        "id": number,
        **{name: name for name in ("at", "actor_id", "verb", "subject_code", "body", "audience", "ministry_id")},
        "subject_type": "'update'",
        "leaf_hash": "sha256('\\x00'::bytea || convert_to(body, 'UTF8'))",
        "xid": number,
        "cluster": ELSEWHERE,
    }
    each = " UNION ALL ".join(_one_step(step, place, plan.updates_of(cycle)) for place, step in enumerate(said.STEPS))
    added = insert(Event, columns, f"FROM ({each}) AS e ORDER BY at, update_id, place", at=plan.began_at)
    progress.add(added)
    return last + added


def _one_step(step: Step, place: int, updates: tuple[int, int]) -> str:
    states = ", ".join(literal(state.value) for state in step.states)
    # OFFSET 0: the body is made once, not once for every place where it is used.
    return (
        f"(SELECT {place} AS place, u.id AS update_id, u.id::text AS subject_code, {step.at} AS at,"
        f" {step.actor} AS actor_id, {literal(step.verb)} AS verb, {literal(step.audience.value)} AS audience,"
        f" {step.ministry[0]} AS ministry_id, {step.body} AS body {said.REPORTS}"
        f" WHERE u.id BETWEEN {updates[0]} AND {updates[1]} AND u.state IN ({states}) OFFSET 0)"
    )


def _turns(plan: Plan, cycle: int, state: CycleState) -> Iterator[dict[str, Any]]:
    """The coordinator opened or closed the cycles of a month."""
    former = {CycleState.OPEN: CycleState.PLANNED, CycleState.CLOSED: CycleState.OPEN}[state]
    for document in range(plan.documents):
        before, after = (cycles.turned(plan, cycle, document, one) for one in (former, state))
        yield _event(
            "open" if state == CycleState.OPEN else "close",
            ("cycle", after["code"]),
            at=after["updated_at"],
            actor_id=cycles.COORDINATOR,
            before=cycles.snapshot(before),
            after=cycles.snapshot(after),
        )


def _import(code: str, observations: int, at: datetime) -> dict[str, Any]:
    after = {"observations": observations, "reason": REASON}
    return _event("import", ("bench", code), at=at, after=after)


def _event(
    verb: str,
    subject: tuple[str, str],
    *,
    at: datetime,
    after: dict[str, Any],
    actor_id: int | None = None,
    before: dict[str, Any] | None = None,
) -> dict[str, Any]:
    body = event_body(
        at=at,
        actor_id=actor_id,
        verb=verb,
        subject=subject,
        before=before,
        after=after,
        audience=Audience.PUBLIC,
        ministry=None,
        request_id="",
    )
    return {
        "at": at,
        "actor_id": actor_id,
        "verb": verb,
        "subject_type": subject[0],
        "subject_code": subject[1],
        "body": body,
        "leaf_hash": leaf_hash(body),
        "audience": Audience.PUBLIC,
    }


def _write(events: Iterable[dict[str, Any]], last: int, stamps: dict[str, int], progress: Progress) -> int:
    """The id of the last event afterwards."""
    rows = [{**event, **stamps, "id": pk} for pk, event in enumerate(events, last + 1)]
    progress.add(copy(Event, rows, at=rows[0]["at"]) if rows else 0)
    return last + len(rows)


def _imported() -> dict[int, int]:
    """How many values nobody reported, by cycle."""
    pairs = value(
        "SELECT coalesce(json_object_agg(cycle, imported), '{}') FROM (SELECT cycle, count(*) AS imported"
        " FROM bench_value WHERE update_id IS NULL GROUP BY 1) AS counted"
    )
    return {int(cycle): count for cycle, count in pairs.items()}
