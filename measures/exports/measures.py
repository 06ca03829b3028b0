"""The table of measures: one row each, with its lead, status and the standing of its KPIs."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery

from measures.exports.tables import Table
from measures.models import Assignment, Measure
from measures.vocabulary import AssignmentRole

COLUMNS = {
    "code": "code",
    "document": "element__document__code",
    "section": "element__parent__code",
    "first_line": "element__first_line",
    "last_line": "element__last_line",
    "kind": "kind",
    "title": "title",
    "title_en": "title_en",
    "text": "element__text",
    "lead": "lead",
    "lead_basis": "lead_basis",
    "supporting": "supporting",
    "status": "status",
    "status_since": "status_since",
    "health": "health",
    "rating": "standing__rating",
    "kpis_total": "standing__total",
    "kpis_ratable": "standing__ratable",
    "kpis_rated": "standing__rated",
    "kpis_met": "standing__met",
    "divergent": "standing__divergent",
    "explained_by": "standing__explained_by",
    "due_on": "due_on",
    "updated_at": "updated_at",
    "revision": "version",
}


def table(measures: QuerySet[Measure]) -> Table:
    """`measures` in the order of their documents; supporting ministries are joined by a space."""
    current = Assignment.objects.filter(measure=OuterRef("pk"), valid_to=None)
    lead = current.filter(role=AssignmentRole.LEAD)
    support = current.filter(role=AssignmentRole.SUPPORT).order_by("ministry__precedence", "ministry__code")
    rows = (
        measures.select_related(None)
        .prefetch_related(None)
        .annotate(
            lead=Subquery(lead.values("ministry__code")[:1]),
            lead_basis=Subquery(lead.values("basis")[:1]),
            supporting=ArraySubquery(support.values("ministry__code")),
        )
        .order_by(F("element__document__code"), "element__order", "code")
        .values_list(*COLUMNS.values())
    )
    at = list(COLUMNS).index("supporting")
    joined = ((*row[:at], " ".join(row[at]), *row[at + 1 :]) for row in rows.iterator(chunk_size=500))
    return Table("measures", tuple(COLUMNS), joined)
