"""Ledgers of revisions read: which row is in force, which waits for its verdict, and where each one stands."""

from typing import TypeVar

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from measures.models import Baseline, Deadline, Kpi, Target
from measures.vocabulary import RevisionState, VerdictOutcome

Row = TypeVar("Row", Baseline, Target, Deadline)


def in_force(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those of `rows` that hold: recorded at once or approved, and not superseded by one that was."""
    return _taken(rows).filter(~_superseded(rows))


def original(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those of `rows` that held first in their KPI's ledger."""
    return _taken(rows).filter(supersedes=None)


def waiting(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those of `rows` that were proposed and not decided on."""
    return rows.filter(proposed=True, verdict=None)


def awaited_of(kpi: Kpi) -> bool:
    """Whether a revision of what the KPI must reach, or of what that is measured from, waits; two statements."""
    targets, baselines = Target.objects.filter(kpi=kpi), Baseline.objects.filter(kpi=kpi)
    return waiting(targets).exists() or waiting(baselines).exists()


def with_states(rows: QuerySet[Row]) -> QuerySet[Row]:
    """`rows` with their `state`, a RevisionState; a KPI's first target or baseline is original once superseded.

    The first of a measure's or milestone's days is no row: the first revision says what it was.
    """
    first = Q(pk=None) if rows.model is Deadline else Q(supersedes=None)
    return rows.annotate(
        state=Case(
            When(verdict__outcome=VerdictOutcome.REJECTED, then=Value(RevisionState.REJECTED)),
            When(proposed=True, verdict=None, then=Value(RevisionState.PROPOSED)),
            When(~_superseded(rows), then=Value(RevisionState.CURRENT)),
            When(first, then=Value(RevisionState.ORIGINAL)),
            default=Value(RevisionState.SUPERSEDED),
        )
    )


def proposed_day(**subject: object) -> Subquery:
    """The later day that waits for its verdict, of the measure or milestone that `subject` finds by OuterRef."""
    return Subquery(waiting(Deadline.objects.filter(**subject)).values("due_on")[:1])


def _taken(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.filter(Q(proposed=False) | Q(verdict__outcome=VerdictOutcome.APPROVED))


def _superseded(rows: QuerySet[Row]) -> Exists:
    return Exists(_taken(rows.model._default_manager.filter(supersedes=OuterRef("pk"))))
