"""Reading obligations: who owes what at a moment, in which state, and how complete and timely a cycle is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, TruncDate

from measures.models import Assignment, Cycle, Event, Measure, Obligation, ProgressUpdate
from measures.queries import valid
from measures.rules import obligations, registry
from measures.rules.days import JAPAN, day_of
from measures.rules.obligations import Counted, Owed
from measures.rules.roles import Actor
from measures.rules.transitions import Unlock
from measures.vocabulary import AssignmentRole, CycleState, EventSubject, EventVerb, ObligationState

REPORTED_ON = TruncDate("reported_at", tzinfo=JAPAN)
IN_TIME_ON = TruncDate("in_time_at", tzinfo=JAPAN)
WAIVED_ON = TruncDate("waived_at", tzinfo=JAPAN)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A report that is owed and not there yet: codes of what and whose, by when, and where it stands."""

    obligation: int
    cycle: str
    measure: str
    ministry: str
    due_on: date
    state: ObligationState
    is_due_soon: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How many obligations there are and stand in each state on a day; the shares, and when the last one is due."""

    total: int
    by_state: dict[str, int]
    shares: Counted
    last_due_on: date | None


def outstanding(*, at: datetime, ministries: Collection[str] | None = None) -> list[Outstanding]:
    """Every report that is owed at `at` and can still be handed in, by ministry and day; one statement.

    That is what is neither reported nor waived, in a cycle that is open, or unlocked in one that is closed; with
    `ministries` (codes) only what they owe.
    """
    on = day_of(at)
    rows = related(Obligation.objects.filter(still_owed(at)))
    if ministries is not None:
        rows = rows.filter(ministry__code__in=sorted(ministries))
    return [_outstanding(row, on) for row in rows.order_by("ministry__code", "due_on", "measure__code", "id")]


def still_owed(at: datetime) -> Q:
    """What is owed at `at` and can still be handed in."""
    taken = Q(cycle__state=CycleState.OPEN) | Q(cycle__state=CycleState.CLOSED, unlocked_until__gt=at)
    return Q(reported_at=None, waived_at=None) & taken


def related(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """`rows` with what they point at, in the one statement."""
    return rows.select_related("cycle", "measure", "ministry")


def owed_of(row: Obligation) -> Owed:
    """What rules.obligations asks of an obligation; reads the row's cycle."""
    return Owed(
        opens_on=row.cycle.opens_on,
        due_on=row.due_on,
        reported_on=day_of(row.reported_at) if row.reported_at else None,
        waived_on=day_of(row.waived_at) if row.waived_at else None,
    )


def in_state(states: Iterable[str], *, on: date) -> Q:
    """The obligations that are in one of `states` on the day `on`, not before what they hold; as rules.obligations."""
    waived, reported = Q(waived_at__isnull=False), Q(waived_at=None, reported_at__isnull=False)
    owed = Q(waived_at=None, reported_at=None)
    by_state = {
        ObligationState.WAIVED: waived,
        ObligationState.REPORTED_ON_TIME: reported & Q(due_on__gte=REPORTED_ON),
        ObligationState.REPORTED_LATE: reported & Q(due_on__lt=REPORTED_ON),
        ObligationState.OVERDUE: owed & Q(due_on__lt=on),
        ObligationState.DUE: owed & Q(due_on__gte=on, cycle__opens_on__lte=on),
        ObligationState.NOT_DUE: owed & Q(due_on__gte=on, cycle__opens_on__gt=on),
    }
    found = Q(pk__in=[])
    for state in states:
        found |= by_state[ObligationState(state)]
    return found


def counts(rows: QuerySet[Obligation], *, by: str, on: date) -> dict[Any, Figures]:
    """How `rows` stand on the day `on`, by the column `by`; one statement."""
    owed = Q(waived_at=None) | Q(due_on__lt=WAIVED_ON)
    found = (
        rows.order_by()
        .values(by)
        .annotate(
            total=Count("pk"),
            last=Max("due_on"),
            owed=Count("pk", filter=owed),
            timely=Count("pk", filter=owed & Q(in_time_at__isnull=False)),
            complete=Count("pk", filter=owed & Q(cycle__due_on__gte=IN_TIME_ON)),
            **{state: Count("pk", filter=in_state([state], on=on)) for state in ObligationState.values},
        )
    )
    return {row[by]: _figures(row) for row in found.order_by(by)}


def together(parts: Iterable[Figures]) -> Figures:
    """The figures of all `parts`."""
    parts = list(parts)
    return Figures(
        total=sum(one.total for one in parts),
        by_state={state: sum(one.by_state[state] for one in parts) for state in ObligationState.values},
        shares=Counted(
            owed=sum(one.shares.owed for one in parts),
            complete=sum(one.shares.complete for one in parts),
            timely=sum(one.shares.timely for one in parts),
        ),
        last_due_on=max((one.last_due_on for one in parts if one.last_due_on), default=None),
    )


def told(figures: Figures, *, on: date) -> dict[str, Any]:
    """Figures as answers have them: total, by_state, owed, completeness and timeliness (or None), is_frozen."""
    return {
        "total": figures.total,
        "by_state": figures.by_state,
        "owed": figures.shares.owed,
        "completeness": figures.shares.completeness,
        "timeliness": figures.shares.timeliness,
        "is_frozen": figures.last_due_on is not None and obligations.is_frozen(figures.last_due_on, on),
    }


def leads_on(measures: Collection[int], day: date) -> dict[int, int]:
    """By measure (ids), the ministry that leads it on `day`; one statement."""
    leads = Assignment.objects.filter(valid.on_day(day), measure__in=measures, role=AssignmentRole.LEAD)
    return dict(leads.values_list("measure_id", "ministry_id"))


def unlock_of(cycle: Cycle, measure: Measure, *, at: datetime) -> Unlock | None:
    """The last unlock of what `measure` owes in `cycle`, as it stands at `at`; one statement."""
    rows = Obligation.objects.filter(cycle=cycle, measure=measure)
    return unlock(rows.values_list("unlocked_until", flat=True).first(), at=at)


def unlock(until: datetime | None, *, at: datetime) -> Unlock | None:
    """What rules.transitions asks of an unlock, if there was any."""
    return Unlock(until, until <= at) if until else None


def of_update(update: ProgressUpdate) -> QuerySet[Obligation]:
    """What the measure of `update` owes in its cycle, if anything."""
    return related(Obligation.objects.filter(cycle=update.cycle_id, measure=update.measure_id))


def actions(row: Obligation, actor: Actor, *, on: date) -> list[dict[str, Any]]:
    """What `actor` may do to an obligation on the day `on` and, for what not, why; reads the row's cycle."""
    forbidden, now = registry.cannot_coordinate(actor), obligations.state(owed_of(row), on)
    told = []
    for verb in obligations.VERBS:
        problem = forbidden or obligations.wrong_turn(verb, now, CycleState(row.cycle.state))
        code, reason = (problem.code, problem.detail) if problem else (None, None)
        told.append({"verb": verb, "allowed": problem is None, "code": code, "reason": reason})
    return told


def overdue(*, on: date) -> QuerySet[Obligation]:
    """What is overdue on the day `on` and still taken: in cycles that are open."""
    late = in_state([ObligationState.OVERDUE], on=on)
    return Obligation.objects.filter(late, cycle__state=CycleState.OPEN)


def missed(*, on: date) -> QuerySet[Obligation]:
    """What is overdue on the day `on`, whether it is still taken or not, and was not noted in the log as missed."""
    events = Event.objects.filter(
        subject_type=EventSubject.OBLIGATION, verb=EventVerb.MISS, subject_code=Cast(OuterRef("pk"), CharField())
    )
    return Obligation.objects.filter(~Exists(events), in_state([ObligationState.OVERDUE], on=on))


def snapshot(row: Obligation) -> dict[str, Any]:
    """All that an event says of an obligation."""
    names = ("due_on", "reported_at", "in_time_at", "waived_at", "waiver_reason", "unlocked_until", "unlock_reason")
    codes = {name: getattr(row, name).code for name in ("cycle", "measure", "ministry")}
    return {"id": row.pk, **codes, **{name: getattr(row, name) for name in names}, "version": row.version}


def _outstanding(row: Obligation, on: date) -> Outstanding:
    owed = owed_of(row)
    return Outstanding(
        obligation=row.pk,
        cycle=row.cycle.code,
        measure=row.measure.code,
        ministry=row.ministry.code,
        due_on=row.due_on,
        state=obligations.state(owed, on),
        is_due_soon=obligations.is_due_soon(owed, on),
    )


def _figures(row: dict[str, Any]) -> Figures:
    return Figures(
        total=row["total"],
        by_state={state: row[state] for state in ObligationState.values},
        shares=Counted(owed=row["owed"], complete=row["complete"], timely=row["timely"]),
        last_due_on=row["last"],
    )
