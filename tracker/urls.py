"""Where each address leads, and who answers when none does."""

from django.urls import include, path

from measures.web.entrance import entrance
from measures.web.health import livez, readyz
from measures.web.sign_in import code, sign_in, sign_out
from measures.web.sign_in_factors import codes, factor, remove
from measures.web.sign_in_sessions import account, end

urlpatterns = [
    path("", entrance),
    path("login", sign_in, name="login"),
    path("login/code", code),
    path("logout", sign_out, name="logout"),
    path("account", account, name="account"),
    path("account/sessions/end", end),
    path("account/factor", factor),
    path("account/factor/codes", codes),
    path("account/factor/remove", remove),
    path("livez", livez),
    path("readyz", readyz),
    path("api/v1/", include("measures.api.urls")),
]

handler400 = "measures.api.problems.bad_request"
handler403 = "measures.api.problems.forbidden"
handler404 = "measures.api.problems.not_found"
handler500 = "measures.api.problems.failed"
