"""The table of progress updates: one row a report."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from measures.exports.tables import Table
from measures.models import ProgressUpdate, ReportedValue

COLUMNS = {
    "id": "id",
    "measure": "measure__code",
    "cycle": "cycle__code",
    "kind": "kind",
    "state": "state",
    "round": "round",
    "ministry": "ministry__code",
    "on_behalf_of": "on_behalf_of__code",
    "declared_status": "declared_status",
    "declared_health": "declared_health",
    "explanation_cause": "explanation_cause",
    "explanation_corrective_step": "explanation_corrective_step",
    "explanation_owner": "explanation_owner",
    "explanation_due_on": "explanation_due_on",
    "narrative": "narrative",
    "reason": "reason",
    "observations": "values",
    "drafted_at": "drafted_at",
    "submitted_at": "submitted_at",
    "decided_at": "decided_at",
    "version": "version",
}


def table(updates: QuerySet[ProgressUpdate]) -> Table:
    """`updates` by id; `observations` is how many values the report holds."""
    counted = ReportedValue.objects.filter(update=OuterRef("pk")).order_by().values("update").annotate(n=Count("pk"))
    rows = (
        updates.select_related(None)
        .prefetch_related(None)
        .annotate(values=Coalesce(Subquery(counted.values("n")), 0))
        .order_by("id")
        .values_list(*COLUMNS.values())
    )
    return Table("updates", tuple(COLUMNS), rows.iterator(chunk_size=500))
