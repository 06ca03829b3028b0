"""The OpenAPI 3.1 document, and the page that shows it with what lies on this server alone."""

from functools import cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

# The page asks nobody else for anything, and runs nothing that is not a file of this server.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class OpenAPI(APIView):
    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> HttpResponse:
        """This document."""
        return HttpResponse(document(), content_type="application/json")


class Docs(APIView):
    # REST framework answers OPTIONS with data, which a page has no template for.
    http_method_names = ["get", "head"]
    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []
    renderer_classes = [TemplateHTMLRenderer]

    @extend_schema(responses={(200, "text/html"): OpenApiTypes.STR})
    def get(self, request: Request) -> Response:
        """This document as a page, on which every operation can be tried."""
        return Response(template_name="measures/docs.html", headers={"Content-Security-Policy": POLICY})


def document() -> bytes:
    """The document as JSON: the same for everyone, so it is made once, in English, for an anonymous caller."""
    return _made(settings.PUBLIC_READING)


@cache
def _made(public_reading: bool) -> bytes:
    """Made anew only where that setting differs, which it does in tests alone."""
    with override("en"):
        made = SchemaGenerator().get_schema(request=None, public=True)
    return orjson.dumps(made)
