"""Where each address leads, and who answers when none does."""

from django.urls import include, path

urlpatterns = [
    path("", include("measures.web.urls")),
    path("api/v1/", include("measures.api.urls")),
]

handler400 = "measures.api.problems.bad_request"
handler403 = "measures.api.problems.forbidden"
handler404 = "measures.api.problems.not_found"
handler500 = "measures.api.problems.failed"
