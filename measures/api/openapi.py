"""The OpenAPI 3.1 document, made from the serializers and filters that answer."""

from typing import Any

from drf_spectacular.views import SpectacularJSONAPIView


class OpenAPI(SpectacularJSONAPIView):
    """The OpenAPI document of this API, for anyone."""

    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []
