"""What a report said in each of its rounds, and how it differs from what was said before."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from measures.models import (
    Evidence,
    Kpi,
    ProgressUpdate,
    ProgressUpdateHistory,
    ReportedValue,
    ReportedValueHistory,
    Review,
)
from measures.models.progress import DECIDED
from measures.queries import progress
from measures.rules import differences, periods
from measures.rules.differences import Change
from measures.rules.periods import Period
from measures.vocabulary import UpdateState

# What a report says in words, by where it stands in the answer.
WORDS = {
    "/narrative": "narrative",
    "/reason": "reason",
    "/declared_status": "declared_status",
    "/declared_health": "declared_health",
    "/explanation/cause": "explanation_cause",
    "/explanation/corrective_step": "explanation_corrective_step",
    "/explanation/owner": "explanation_owner",
    "/explanation/due_on": "explanation_due_on",
}


@dataclass(frozen=True, slots=True)
class Version:
    """What a report said at a moment: its columns as they were then, its values in their order, and its evidence."""

    update: ProgressUpdate
    values: list[ReportedValue]
    evidence: list[Evidence]
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """What was submitted, and what came of it: every turn of the round in order, its submission first."""

    number: int
    submitted: Version
    reviews: list[Review]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed since `base`."""

    base: Version
    changes: list[Change[str, str]]
    observations: list[Change[tuple[str, Period], ReportedValue]]
    evidence: list[Change[tuple[str, str], Evidence]]


def rounds(update: ProgressUpdate) -> list[Round]:
    """The rounds of `update` from the first on; five statements however many there are."""
    turns: dict[int, list[Review]] = defaultdict(list)
    for review in update.reviews.select_related("actor").order_by("recorded_at"):
        turns[review.round].append(review)
    submitted = _versions(update, [some[0].recorded_at for some in turns.values()])
    return [Round(number, submitted[some[0].recorded_at], some) for number, some in turns.items()]


def since_approval(update: ProgressUpdate) -> Difference | None:
    """Against the report of the same measure that was approved last before this one; None when there is none."""
    approved = ProgressUpdate.objects.filter(measure=update.measure_id, state=UpdateState.APPROVED)
    if update.state in DECIDED:
        approved = approved.filter(decided_at__lt=update.updated_at)
    last = progress.related(approved.exclude(pk=update.pk)).order_by("-decided_at", "-pk").first()
    if last is None or last.decided_at is None:
        return None
    return _difference(Version(last, progress.values_of(last), _evidence_of(last), last.decided_at), update)


def since_return(update: ProgressUpdate) -> Difference | None:
    """Against what the report said when it was returned last; None when it never was."""
    returned = update.reviews.filter(verb="return").order_by("-recorded_at").first()
    if returned is None:
        return None
    return _difference(_versions(update, [returned.recorded_at])[returned.recorded_at], update)


def _difference(base: Version, update: ProgressUpdate) -> Difference:
    changes = differences.between(_words(base.update), _words(update))
    observations = differences.between(
        _by_period(base.values), _by_period(progress.values_of(update)), told=progress.value_snapshot
    )
    evidence = differences.between(
        _by_content(base.evidence), _by_content(_evidence_of(update)), told=lambda one: {"title": one.title}
    )
    return Difference(base, changes, observations, evidence)


def _words(update: ProgressUpdate) -> dict[str, str | None]:
    """What is not said is None."""
    return {pointer: str(getattr(update, name) or "") or None for pointer, name in WORDS.items()}


def _by_period(values: Collection[ReportedValue]) -> dict[tuple[str, Period], ReportedValue]:
    return {
        (value.kpi.code, periods.from_dates(value.period_type, value.period_start, value.period_end)): value
        for value in values
    }


def _evidence_of(update: ProgressUpdate) -> list[Evidence]:
    """One statement."""
    return list(progress.verified_or_not().filter(update=update.pk))


def _by_content(evidence: Collection[Evidence]) -> dict[tuple[str, str], Evidence]:
    """By what it is, an address or a file: the same in two reports is two rows."""
    return {(one.url, one.sha256): one for one in evidence}


def _versions(update: ProgressUpdate, moments: Collection[datetime]) -> dict[datetime, Version]:
    """`update` as it was at each of `moments`, of which each is that of a change; four statements."""
    states = ProgressUpdateHistory.objects.filter(row_id=update.pk, since__in=moments).order_by("since", "id")
    held = ReportedValueHistory.objects.filter(update_id=update.pk, since__lte=max(moments, default=update.updated_at))
    values = list(held.order_by("since", "id"))
    kpis = Kpi.objects.in_bulk({row.kpi_id for row in values})
    evidence = _evidence_of(update)
    return {
        state.since: Version(
            _row(ProgressUpdate, state, measure=update.measure, cycle=update.cycle, ministry=update.ministry),
            _values_at(state.since, values, kpis),
            # Evidence is added and never changed, so that what a round had is what was there by then.
            [one for one in evidence if one.recorded_at <= state.since],
            state.since,
        )
        for state in states
    }


def _values_at(moment: datetime, rows: Collection[Any], kpis: Mapping[int, Kpi]) -> list[ReportedValue]:
    """Those of `rows`, given in their order, that were there at `moment`."""
    last = {row.row_id: row for row in rows if row.since <= moment}
    there = sorted((row for row in last.values() if not row.gone), key=lambda row: row.position)
    return [_row(ReportedValue, row, kpi=kpis[row.kpi_id]) for row in there]


def _row(model: Any, past: Any, **related: Any) -> Any:
    """A row of `model` as it was, with the rows it points at."""
    columns = {one.attname: getattr(past, one.attname) for one in model._meta.concrete_fields if not one.primary_key}
    row = model(id=past.row_id, **columns)
    for name, one in related.items():
        setattr(row, name, one)
    return row
