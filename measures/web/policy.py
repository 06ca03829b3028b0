"""The Content-Security-Policy of pages: nothing runs, shows or is asked that is not this server's."""

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

from measures.api.edge import API


class PagePolicyMiddleware(CSPMiddleware):
    """django-csp's, but for the API, whose answers run nothing, and whose one page has a policy of its own."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(API):
            return self.get_response(request)  # type: ignore[return-value]
        return super().__call__(request)  # type: ignore[return-value]
