"""The addresses of the pages; no trailing slashes."""

from django.urls import path

from measures.web import (
    about,
    choices,
    cycles,
    desk,
    documents,
    health,
    kpis,
    measures,
    overview,
    reports,
    sign_in,
    sign_in_factors,
    sign_in_identity,
    sign_in_sessions,
    signed_in,
)
from measures.web.progress import evidence, pages

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("measures", measures.measures, name="measures"),
    path("measures/<str:code>", measures.measure, name="measure"),
    path("cycles", cycles.cycles, name="cycles"),
    path("cycles/<str:code>", cycles.cycle, name="cycle"),
    path("reports", reports.reports, name="reports"),
    path("reports/<str:code>", reports.report, name="report"),
    path("reports/<str:code>/comparison", reports.comparison, name="comparison"),
    path("about", about.about, name="about"),
    path("kpis", kpis.kpis, name="kpis"),
    path("kpis/<str:code>", kpis.kpi, name="kpi"),
    path("documents/<str:code>", documents.document, name="document"),
    path("choices/<str:what>", choices.choose, name="choose"),
    path("login", sign_in.sign_in, name="login"),
    path("login/code", sign_in.code),
    path("login/identity", sign_in_identity.there),
    path("login/identity/done", sign_in_identity.back),
    path("logout", sign_in.sign_out, name="logout"),
    path("account", sign_in_sessions.account, name="account"),
    path("account/sessions/end", sign_in_sessions.end),
    path("account/factor", sign_in_factors.factor),
    path("account/factor/codes", sign_in_factors.codes),
    path("account/factor/remove", sign_in_factors.remove),
    path("acting_as", signed_in.act_as, name="acting_as"),
    path("updates/<int:pk>", pages.update, name="update"),
    path("updates/<int:pk>/evidence", evidence.evidence, name="evidence"),
    path("desk", desk.desk, name="desk"),
    path("livez", health.livez),
    path("readyz", health.readyz),
]
