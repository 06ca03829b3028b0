"""Workbooks over HTTP: whole, named, and of the one type they have."""

from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import BaseRenderer

from measures.rules import media

XLSX = media.OFFICE_TYPES["xl/"]


class XLSXRenderer(BaseRenderer):
    """Stands for an XLSX file in the content negotiation and in the OpenAPI document; the view answers it itself."""

    media_type = XLSX
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        raise TypeError("a workbook is answered, not rendered")


def attached(data: bytes, name: str) -> HttpResponse:
    """A workbook to be saved as `name`."""
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
