"""Files of what the lists show, with the lists' own filters, and of the whole log."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api import files
from measures.api.authentication import actor_of
from measures.api.events import EventFilter
from measures.api.evidence.views import EvidenceFilter
from measures.api.filters import wrong_parameters
from measures.api.known_at import PARAMETER, day_asked, marked, moment_of, noted
from measures.api.kpis.filters import KpiFilter, ObservationFilter
from measures.api.measure_filters import MeasureFilter
from measures.api.obligations import ObligationFilter
from measures.api.progress.views import UpdateFilter
from measures.errors import BadInput, WrongTurn
from measures.exports import events, evidence, kpis, log, measures, obligations, observations, updates
from measures.exports.about import about
from measures.exports.tables import Table
from measures.messages import say
from measures.models import Event, Evidence, Kpi, Measure, Obligation, Observation, ProgressUpdate
from measures.operations import checkpoints, downloads
from measures.queries import as_of, progress
from measures.queries import evidence as evidence_queries
from measures.queries import log as log_queries
from measures.rules import visibility


class Export(GenericAPIView):
    """A list as a file of `form`."""

    takes_known_at = True
    http_method_names = ["get", "head"]
    pagination_class = None
    parameters: tuple[str, ...] = ()
    form = files.CSV
    table: Callable[[QuerySet[Any]], Table]

    def get_renderers(self) -> list[BaseRenderer]:
        return [self.form.renderer()]

    def get(self, request: Request) -> HttpResponseBase:
        moment = moment_of(request)
        asked = {name: values for name, values in request.query_params.lists() if name != PARAMETER}
        with as_of.known_at(moment):
            table = files.watched(request, self.made(self.filter_queryset(self.get_queryset())))
            said = about(moment=moment or timezone.now(), query=urlencode(asked, doseq=True))
            files.refuse_too_long(table, self.form)
        note(request, f"{table.name}.{self.form.ending}")
        return marked(files.sent(request, table, self.form, about=said, moment=moment), moment)

    def made(self, rows: QuerySet[Any]) -> Table:
        return type(self).table(rows)


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


class ObligationExport(Export):
    queryset = Obligation.objects.all()
    filterset_class = ObligationFilter

    def made(self, rows: QuerySet[Any]) -> Table:
        return obligations.table(rows, on=day_asked(self.request))


class EvidenceExport(Export):
    filterset_class = EvidenceFilter
    table = evidence.table

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return Evidence.objects.none()
        return evidence_queries.visible_to(actor_of(self.request))


class EventExport(Export):
    """The log up to its newest checkpoint, so that whoever has both can prove every row."""

    filterset_class = EventFilter
    table = events.table

    def get(self, request: Request) -> HttpResponseBase:
        if PARAMETER not in request.query_params:
            checkpoints.newest_size(at=timezone.now())
        return super().get(request)

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return Event.objects.none()
        newest = log_queries.checkpoint_at(noted(self.request) or timezone.now())
        size = newest.size if newest else 0
        return log_queries.visible_to(actor_of(self.request)).filter(sealed__position__lte=size)


EXPORTS: dict[str, type[Export]] = {
    "measures": MeasureExport,
    "kpis": KpiExport,
    "observations": ObservationExport,
    "updates": UpdateExport,
    "events": EventExport,
    "obligations": ObligationExport,
    "evidence": EvidenceExport,
}


def addresses() -> list[URLPattern]:
    """Each export in each form."""
    return [
        path(f"exports/{name}.{form.ending}", view.as_view(form=form))
        for name, view in EXPORTS.items()
        for form in files.FORMS
    ]


class JSONLinesRenderer(BaseRenderer):
    """Stands for text/jsonl; the view streams the lines itself."""

    media_type = "text/jsonl"
    format = "jsonl"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        raise TypeError("the log is streamed, not rendered")


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
        response["Content-Disposition"] = 'attachment; filename="log.jsonl"'
        note(request, "log.jsonl")
        return response


def note(request: Request, file: str) -> None:
    """Notes who takes it; a HEAD takes nothing."""
    if request.method == "GET":
        query = request.META.get("QUERY_STRING", "")
        downloads.note(file=file, query=query, actor=actor_of(request), at=timezone.now())
