"""Reading updates: which ones a person may see, and what the rules need to know of one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from measures.errors import Problem
from measures.models import Evidence, KpiLink, Obligation, Observation, ProgressUpdate, ReportedValue
from measures.queries import divergence, evidence
from measures.queries.obligations import unlock
from measures.rules import periods, readiness, transitions, visibility
from measures.rules.days import day_of
from measures.rules.readiness import ReportFacts, ValueFacts
from measures.rules.roles import Actor
from measures.rules.transitions import UpdateFacts
from measures.vocabulary import CycleState, UpdateKind, UpdateState


def visible_to(actor: Actor) -> QuerySet[ProgressUpdate]:
    """Approved updates, and those of every other state that the actor's duties show."""
    updates = ProgressUpdate.objects.all()
    if visibility.sees_all_rounds(actor):
        return updates
    return updates.filter(
        Q(state=UpdateState.APPROVED) | Q(ministry__code__in=sorted(visibility.ministries_seen(actor)))
    )


def inside(updates: QuerySet[ProgressUpdate], actor: Actor) -> QuerySet[ProgressUpdate]:
    """Those of `updates` whose rounds, writers and comments are the actor's to see."""
    if visibility.sees_all_rounds(actor):
        return updates
    return updates.filter(ministry__code__in=sorted(visibility.ministries_seen(actor)))


def related(updates: QuerySet[ProgressUpdate]) -> QuerySet[ProgressUpdate]:
    """`updates` with the rows they point at, and until when their cycle is unlocked for them, in the one statement."""
    owed = Obligation.objects.filter(cycle=OuterRef("cycle"), measure=OuterRef("measure"))
    return updates.select_related(
        "measure", "cycle", "ministry", "on_behalf_of", "author", "submitted_by", "decided_by"
    ).annotate(unlocked_until=Subquery(owed.values("unlocked_until")))


def whole(updates: QuerySet[ProgressUpdate]) -> QuerySet[ProgressUpdate]:
    """`updates` with all that an answer shows of them; seven statements however many there are."""
    return related(updates).prefetch_related(
        "observations__kpi", "measure__kpi_links", "reviews__actor", Prefetch("evidence", verified_or_not())
    )


def verified_or_not() -> QuerySet[Evidence]:
    """Evidence with what says that it was verified, in its order."""
    return Evidence.objects.select_related("verification").order_by("pk")


def values_of(update: ProgressUpdate) -> list[ReportedValue]:
    """The values in a report, in their order; one statement."""
    return list(update.observations.select_related("kpi").order_by("position"))


def update_facts(update: ProgressUpdate, *, at: datetime) -> UpdateFacts:
    """What rules.transitions asks of an update at a moment; reads rows that `related` brings along."""
    return UpdateFacts(
        state=UpdateState(update.state),
        ministry=update.ministry.code,
        ministry_name=update.ministry.called,
        on_behalf_of=update.on_behalf_of.code if update.on_behalf_of else None,
        contributors=frozenset(update.contributors),
        cycle_state=CycleState(update.cycle.state),
        kind=UpdateKind(update.kind),
        unlock=unlock(getattr(update, "unlocked_until", None), at=at),
    )


def report_facts(
    update: ProgressUpdate, values: Sequence[ReportedValue], linked: Collection[int], against: Collection[str]
) -> ReportFacts:
    """What rules.readiness asks of a report with these values of a measure whose `linked` KPIs (ids) are given.

    `against` are codes of KPIs, as queries.divergence finds them.
    """
    return ReportFacts(
        measure_status=update.measure.status,
        measure_kind=update.measure.kind,
        narrative=update.narrative,
        reason=update.reason if update.kind == UpdateKind.CORRECTION else None,
        declared_status=update.declared_status,
        declared_health=update.declared_health,
        values=value_facts(values, linked),
        against=against,
        explained_by_when=update.explanation_due_on,
    )


def value_facts(values: Sequence[ReportedValue], linked: Collection[int]) -> list[ValueFacts]:
    """What rules.readiness asks of the values of one report; reads each value's KPI."""
    return [
        ValueFacts(
            kpi=value.kpi.code,
            linked=value.kpi_id in linked,
            period_type=value.kpi.period_type,
            decimals=value.kpi.decimals,
            period=periods.from_dates(value.period_type, value.period_start, value.period_end),
            numbers=tuple(number for number in (value.value, value.low, value.high) if number is not None),
            source_title=value.source_title,
        )
        for value in values
    ]


def linked_kpis(measure_id: int) -> set[int]:
    """Ids of the KPIs linked to a measure; one statement."""
    return set(KpiLink.objects.filter(measure=measure_id).values_list("kpi_id", flat=True))


def actions(update: ProgressUpdate, actor: Actor, *, against: Collection[str], at: datetime) -> list[dict[str, Any]]:
    """What `actor` may do to `update` now and, for what not, why; reads what `whole` brings along, no statement.

    `against` are codes of KPIs, as queries.divergence finds them.
    """
    facts = update_facts(update, at=at)
    ready = readiness.missing(
        report_facts(
            update,
            sorted(update.observations.all(), key=lambda value: value.position),
            {link.kpi_id for link in update.measure.kpi_links.all()},
            against,
        ),
        on=day_of(at),
    )
    return [_action(verb, facts, actor, ready) for verb in transitions.VERBS]


def unready(
    update: ProgressUpdate, values: Sequence[ReportedValue], *, on: date
) -> tuple[list[Problem], frozenset[str]]:
    """What keeps a report with these values from being submitted or approved on the day `on`, each by its pointer.

    With the codes of the KPIs that its declared health contradicts; seven statements or fewer.
    """
    against = divergence.against([(update, values)], on=on).get(update.pk, frozenset())
    facts = report_facts(update, values, linked_kpis(update.measure_id), against)
    return readiness.missing(facts, on=on), against


def _action(verb: str, facts: UpdateFacts, actor: Actor, ready: Sequence[Problem]) -> dict[str, Any]:
    problem = transitions.forbidden(verb, facts, actor) or transitions.wrong_turn(verb, facts)
    if problem is None and verb in ("submit", "approve") and ready:
        problem = Problem("", "not-ready", " ".join(one.detail for one in ready))
    return {
        "verb": verb,
        "allowed": problem is None,
        "code": problem.code if problem else None,
        "reason": problem.detail if problem else None,
    }


def already_observed(values: Sequence[ReportedValue]) -> dict[int, Observation]:
    """By position, the observation that a value's KPI has for the same period already; one statement."""
    sought = Q(pk__in=[])
    for value in values:
        sought |= Q(kpi=value.kpi_id, period_type=value.period_type, period_start=value.period_start)
    found: dict[tuple[Any, ...], Observation] = {
        (one.kpi_id, one.period_type, one.period_start): one
        for one in Observation.objects.filter(sought, corrected_by=None)
    }
    matched = {value.position: found.get((value.kpi_id, value.period_type, value.period_start)) for value in values}
    return {position: one for position, one in matched.items() if one is not None}


def snapshot(update: ProgressUpdate) -> dict[str, Any]:
    """All that an event says of an update, with people by id."""
    return {
        "id": update.pk,
        "measure": update.measure.code,
        "cycle": update.cycle.code,
        "kind": update.kind,
        "state": update.state,
        "round": update.round,
        "ministry": update.ministry.code,
        "on_behalf_of": update.on_behalf_of.code if update.on_behalf_of else None,
        "narrative": update.narrative,
        "reason": update.reason,
        "declared_status": update.declared_status,
        "declared_health": update.declared_health,
        "explanation": _explanation(update),
        "explained_kpis": list(update.explained_kpis),
        "observations": [value_snapshot(value) for value in values_of(update)],
        "evidence": [evidence.snapshot(one) for one in Evidence.objects.filter(update=update).order_by("pk")],
        "author": update.author_id,
        "contributors": list(update.contributors),
        "drafted_at": update.drafted_at,
        "submitted_at": update.submitted_at,
        "submitted_by": update.submitted_by_id,
        "decided_at": update.decided_at,
        "decided_by": update.decided_by_id,
        "version": update.version,
    }


def _explanation(update: ProgressUpdate) -> dict[str, Any] | None:
    if not update.explanation_cause:
        return None
    return {name: getattr(update, f"explanation_{name}") for name in ("cause", "corrective_step", "owner", "due_on")}


def value_snapshot(value: ReportedValue) -> dict[str, Any]:
    """All that an event says of a reported value."""
    names = ("value", "low", "high", "status", "approximate", "derived", "derivation", "note")
    period = periods.from_dates(value.period_type, value.period_start, value.period_end)
    source = ("title", "publisher", "url", "published_on")
    return {
        "kpi": value.kpi.code,
        "period": periods.to_wire(period),
        **{name: getattr(value, name) for name in names},
        "source": {name: getattr(value, f"source_{name}") for name in source},
    }
