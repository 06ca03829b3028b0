"""Where each address leads, and who answers when none does."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from measures.web.entrance import entrance
from measures.web.health import livez, readyz
from measures.web.sign_in import sign_in

urlpatterns = [
    path("", entrance),
    path("login", sign_in),
    path("logout", LogoutView.as_view()),
    path("livez", livez),
    path("readyz", readyz),
    path("api/v1/", include("measures.api.urls")),
]

handler400 = "measures.api.problems.bad_request"
handler403 = "measures.api.problems.forbidden"
handler404 = "measures.api.problems.not_found"
handler500 = "measures.api.problems.failed"
