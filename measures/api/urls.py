"""The addresses of /api/v1; no trailing slashes."""

from django.urls import path

from measures.api import cycles, documents, exports, kpis, me, measures, ministries, openapi, summary
from measures.api.progress import views as progress

urlpatterns = [
    path("documents", documents.DocumentList.as_view()),
    path("documents/<str:code>", documents.DocumentDetail.as_view()),
    path("documents/<str:code>/elements", documents.ElementList.as_view()),
    path("ministries", ministries.MinistryList.as_view()),
    path("ministries/<str:code>", ministries.MinistryDetail.as_view()),
    path("measures", measures.MeasureList.as_view()),
    path("measures/<str:code>", measures.MeasureDetail.as_view()),
    path("kpis", kpis.KpiList.as_view()),
    path("kpis/<str:code>", kpis.KpiDetail.as_view()),
    path("kpis/<str:code>/observations", kpis.KpiObservationList.as_view()),
    path("kpis/<str:code>/targets", kpis.KpiTargetList.as_view()),
    path("kpis/<str:code>/measures", kpis.KpiMeasureList.as_view()),
    path("observations", kpis.ObservationList.as_view()),
    path("cycles", cycles.CycleList.as_view()),
    path("cycles/<str:code>", cycles.CycleDetail.as_view()),
    path("cycles/<str:code>/open", cycles.CycleOpen.as_view()),
    path("cycles/<str:code>/close", cycles.CycleClose.as_view()),
    path("updates", progress.UpdateList.as_view()),
    path("updates/<int:pk>", progress.UpdateDetail.as_view()),
    path("updates/<int:pk>/submit", progress.UpdateSubmit.as_view()),
    path("updates/<int:pk>/withdraw", progress.UpdateWithdraw.as_view()),
    path("updates/<int:pk>/return", progress.UpdateReturn.as_view()),
    path("updates/<int:pk>/approve", progress.UpdateApprove.as_view()),
    path("summary", summary.Summary.as_view()),
    path("me", me.Me.as_view()),
    path("exports/measures.csv", exports.MeasureExport.as_view()),
    path("exports/kpis.csv", exports.KpiExport.as_view()),
    path("exports/observations.csv", exports.ObservationExport.as_view()),
    path("exports/updates.csv", exports.UpdateExport.as_view()),
    path("openapi.json", openapi.OpenAPI.as_view()),
]
