"""Reports listed, published, read, fetched as files, and compared with later ones or with what is known now."""

import logging
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api import edge
from measures.api.evidence.views import HARMLESS, FileRenderer
from measures.api.fields import CodeField, MomentField, TextField
from measures.api.files import content_digest
from measures.api.filters import CodesFilter, FlagFilter, StrictFilterSet
from measures.api.known_at import marked, moment_of
from measures.api.problems import Busy
from measures.api.registry import REASON, StrictSerializer, coordinated, valid
from measures.api.renderers import JSONRenderer
from measures.api.reports.outputs import JSON, TEXT_TYPE, ComparisonOut, ReportOut, ReportWholeOut
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer
from measures.errors import BadInput, NotVisible, Problem
from measures.exports.reports import files, pdf
from measures.messages import say
from measures.models import Cycle, Document, Report
from measures.operations import downloads
from measures.operations import reports as operations
from measures.queries import as_of
from measures.queries import reports as queries
from measures.rules import reports
from measures.rules.roles import Actor

LATER = "with"
log = logging.getLogger(__name__)
FILES = {(200, TEXT_TYPE): OpenApiTypes.OBJECT, **{(200, one): OpenApiTypes.BINARY for one in files.TYPES.values()}}


class ReportIn(StrictSerializer):
    """The cycle whose next report is published; a further version needs a `reason`.

    `known_at` is the moment as of which it speaks, now without one.
    """

    cycle = CodeField(queryset=Cycle.objects.select_related("document"))
    reason = TextField(max_length=REASON, default="", allow_blank=True)
    known_at = MomentField(required=False, allow_null=True, default=None)


class ReportFilter(StrictFilterSet):
    document = CodesFilter(queryset=Document.objects.all(), field_name="cycle__document")
    cycle = CodesFilter(queryset=Cycle.objects.all())
    superseded = FlagFilter(field_name="superseded_by", lookup_expr="isnull", exclude=True)


class ReportList(ListView):
    serializer_class = ReportOut
    filterset_class = ReportFilter
    keyset = ("-id",)

    def get_queryset(self) -> QuerySet[Report]:
        return queries.listed()

    @extend_schema(request=ReportIn, responses={201: ReportWholeOut})
    def post(self, request: Request) -> HttpResponse:
        """Publish the report of a cycle: what is known of it now, frozen for ever

        A further version names the one before it and lists what it says otherwise.
        """

        def act(at: datetime, actor: Actor) -> Answer:
            drawn = operations.draw_up(**valid(ReportIn(data=request.data)), actor=actor, at=at)
            made = operations.publish(drawn=drawn, files=_files(drawn), actor=actor, at=at)
            return Answer(201, _whole(made.code), location=f"{request.path}/{made.code}")

        return coordinated(request, act)


class ReportView(DetailView):
    """One report, by its code."""

    serializer_class: type[serializers.Serializer[Any]] = ReportWholeOut

    def get_queryset(self) -> QuerySet[Report]:
        return queries.listed()


class ReportDetail(ReportView):
    def get_object(self) -> Any:
        return _with_text(super().get_object())


class ReportFile(ReportView):
    http_method_names = ["get", "head", "options"]
    renderer_classes = [JSONRenderer, FileRenderer]
    picks_fields = False
    parameters = ()

    @extend_schema(responses=FILES)
    def get(self, request: Request, code: str, name: str) -> Any:
        """A file of the report, which stays the same to the byte; whoever takes it is noted

        `Content-Digest` (RFC 9530) and the ETag are its sha256.
        """
        moment = moment_of(request)
        with as_of.known_at(moment):
            media_type, digest, data = _read(self.get_object(), name)
        filename = f"{code}{name.removeprefix('report')}"
        response: Any = FileResponse(BytesIO(data), as_attachment=True, filename=filename, content_type=media_type)
        response["ETag"] = f'"{digest}"'
        response["Content-Digest"] = content_digest(bytes.fromhex(digest))
        for header, value in HARMLESS.items():
            response[header] = value
        response = edge.unless_unchanged(request._request, response)
        if request.method == "GET" and response.status_code == 200:
            downloads.note(file=filename, query="", actor=self.actor, at=timezone.now())
        return response


class ReportComparison(ReportView):
    http_method_names = ["get", "head", "options"]
    serializer_class = ComparisonOut
    picks_fields = False
    parameters = (LATER,)

    @extend_schema(
        responses=ComparisonOut,
        parameters=[
            OpenApiParameter(
                LATER,
                {"type": "string", "minLength": 1, "maxLength": 200},
                description="The code of another report of the same document; without it, what is known now.",
            )
        ],
    )
    def get(self, request: Request, code: str) -> Response:
        """What became of what the report says: each figure as published, as restated, and rated anew

        The change is told in parts (improved, worsened, newly reported, entered, left, restated, rule changed, and
        unchanged); each KPI and each measure falls into exactly one.
        """
        moment = moment_of(request)
        with as_of.known_at(moment):
            report = self.get_object()
            other = request.query_params.get(LATER)
            after = _later(report, other) if other else None
        if after is None:
            after = queries.read(cycle=report.cycle.code, at=moment or timezone.now())
        change = reports.between(queries.text_of(report), after)
        return marked(Response(ComparisonOut(reports.told(change)).data), moment)


def _files(drawn: operations.Drawn) -> list[operations.Made]:
    try:
        return [operations.Made(*one) for one in files.made(drawn.said, drawn.text)]
    except pdf.NotTypeset as error:
        log.exception("the PDF of %s could not be made", drawn.code)
        detail = say("The PDF could not be made in time; nothing was published. Tell the operators of the service.")
        raise Busy("not-typeset", detail) from error


def _read(report: Report, name: str) -> tuple[str, str, bytes]:
    """The file's type, sha256 and bytes."""
    if name == JSON:
        return TEXT_TYPE, report.sha256, report.text.encode()
    found = report.files.filter(name=name).first()
    if found is None:
        names = ", ".join([JSON, *(one.name for one in report.files.all())])
        raise NotVisible("not-found", say("The report has no such file; it has {names}.", names=names))
    return found.media_type, found.sha256, bytes(found.data)


def _later(report: Report, code: str) -> dict[str, Any]:
    found = queries.listed().filter(code=code).first() if "\x00" not in code else None
    if found is None:
        detail = say("There is no report '{code}'.", code=code[:64])
        raise BadInput([Problem("", "unknown-value", detail, parameter=LATER)])
    if found.cycle.document_id != report.cycle.document_id:
        detail = say("Reports of two documents cannot be compared.")
        raise BadInput([Problem("", "other-document", detail, parameter=LATER)])
    return queries.text_of(found)


def _with_text(report: Report) -> Report:
    report.said = queries.text_of(report)  # type: ignore[attr-defined]
    return report


def _whole(code: str) -> Any:
    return ReportWholeOut(_with_text(find(queries.listed(), "code", code))).data
