"""Files of what the lists show, with the lists' own filters, and of the whole log; all streamed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api.authentication import actor_of
from measures.api.filters import wrong_parameters
from measures.api.known_at import marked, moment_of
from measures.api.kpis.filters import KpiFilter, ObservationFilter
from measures.api.measure_filters import MeasureFilter
from measures.api.progress.views import UpdateFilter
from measures.errors import BadInput, WrongTurn
from measures.exports import delimited, kpis, log, measures, observations, updates
from measures.exports.tables import Table
from measures.messages import say
from measures.models import Kpi, Measure, Observation, ProgressUpdate
from measures.operations import checkpoints, downloads
from measures.queries import as_of, progress
from measures.rules import visibility


class CSVRenderer(BaseRenderer):
    """Stands for text/csv in the content negotiation and in the OpenAPI document; the view streams the rows itself."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        raise TypeError("an export is streamed, not rendered")


class Export(GenericAPIView):
    """A list as CSV."""

    takes_known_at = True
    http_method_names = ["get", "head"]
    renderer_classes = [CSVRenderer]
    pagination_class = None
    parameters: tuple[str, ...] = ()
    table: Callable[[QuerySet[Any]], Table]

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """The list as UTF-8 CSV with a byte-order mark; it takes the list's filters."""
        moment = moment_of(request)
        with as_of.known_at(moment):
            table = type(self).table(self.filter_queryset(self.get_queryset()))
        response = StreamingHttpResponse(
            _read_at(moment, delimited.stream(table)), content_type="text/csv; charset=utf-8; header=present"
        )
        _attach(response, f"{table.name}.csv", request)
        return marked(response, moment)


def _read_at(moment: datetime | None, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, whose rows are read while they are sent, from what was known at `moment`."""
    with as_of.known_at(moment):
        yield from chunks


def _attach(response: StreamingHttpResponse, file: str, request: Request) -> None:
    """Names the file, and notes who takes it; a HEAD takes nothing."""
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    if request.method == "GET":
        query = request.META.get("QUERY_STRING", "")
        downloads.note(file=file, query=query, actor=actor_of(request), at=timezone.now())


class JSONLinesRenderer(CSVRenderer):
    """Stands for text/jsonl; the view streams the lines itself."""

    media_type = "text/jsonl"
    format = "jsonl"


class LogExport(APIView):
    http_method_names = ["get", "head"]
    renderer_classes = [JSONLinesRenderer]

    @extend_schema(responses={(200, "text/jsonl"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """The whole log up to its newest checkpoint, as JSON Lines, for verifying it elsewhere

        Leaves, nodes and checkpoints are complete; the bodies are those of the events that are the caller's to see.
        """
        if problems := wrong_parameters(request, []):
            raise BadInput(problems)
        size = checkpoints.newest_size(at=timezone.now())
        if not size:
            raise WrongTurn("not-sealed", say("The log has no checkpoint yet: ask again in a minute."))
        sees = partial(visibility.sees_event, actor_of(request))
        lines = log.stream(size=size, origin=settings.LOG_ORIGIN, sees=sees)
        response = StreamingHttpResponse(lines, content_type="text/jsonl; charset=utf-8")
        _attach(response, "log.jsonl", request)
        return response


class MeasureExport(Export):
    queryset = Measure.objects.all()
    filterset_class = MeasureFilter
    table = measures.table


class KpiExport(Export):
    queryset = Kpi.objects.all()
    filterset_class = KpiFilter
    table = kpis.table


class ObservationExport(Export):
    queryset = Observation.objects.all()
    filterset_class = ObservationFilter
    table = observations.table


class UpdateExport(Export):
    filterset_class = UpdateFilter
    table = updates.table

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return ProgressUpdate.objects.none()
        return progress.visible_to(actor_of(self.request))
