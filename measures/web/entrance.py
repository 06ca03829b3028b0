"""The page at /: what this service is and where its doors are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from measures.models import Document

DOORS = (
    ("/api/v1/summary", "集計", "summary"),
    ("/api/v1/measures", "施策", "measures"),
    ("/api/v1/kpis", "指標", "KPIs"),
    ("/api/v1/updates", "進捗報告", "progress updates"),
    ("/api/v1/cycles", "報告サイクル", "reporting cycles"),
    ("/api/v1/exports/measures.csv", "施策（CSV）", "measures as CSV"),
    ("/api/v1/exports/observations.csv", "実績値（CSV）", "observations as CSV"),
    ("/api/v1/openapi.json", "OpenAPI", "OpenAPI 3.1"),
)


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """One statement for the documents, one for who is signed in."""
    documents = Document.objects.order_by("issued_on", "code").only("code", "title", "title_en", "issued_on")
    return render(request, "measures/entrance.html", {"documents": documents, "doors": DOORS})
