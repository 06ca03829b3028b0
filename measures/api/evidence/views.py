"""Evidence listed, added, read, fetched as a file, and verified."""

import logging
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

import orjson
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from measures.api import edge
from measures.api.evidence.inputs import AddressIn, FileIn, VerificationIn
from measures.api.evidence.outputs import EvidenceOut
from measures.api.evidence.uploads import FILE, UploadParser
from measures.api.fields import StrictSerializer
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, NumbersFilter, StrictFilterSet
from measures.api.known_at import marked, moment_of
from measures.api.parsers import StrictJSONParser
from measures.api.registry import valid
from measures.api.renderers import JSONRenderer
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, write
from measures.errors import NotVisible, WrongRole
from measures.messages import say
from measures.models import Evidence, Measure, Milestone, Ministry
from measures.operations import evidence as operations
from measures.operations.files import Incoming, path_of
from measures.queries import as_of, progress
from measures.queries import evidence as queries
from measures.rules import evidence as rules
from measures.rules import media, transitions
from measures.vocabulary import EvidenceKind

FILES = {(200, one): OpenApiTypes.STR if one.startswith("text/") else OpenApiTypes.BINARY for one in media.TYPES}
# Whoever opens a file in place of saving it gets nothing that runs, and no other type than the one it has.
HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
log = logging.getLogger(__name__)


class EvidenceFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all())
    ministry = CodesFilter(queryset=Ministry.objects.all())
    update = NumbersFilter()
    milestone = NumbersFilter()
    kind = ChoicesFilter(EvidenceKind)
    verified = FlagFilter(field_name="verification", lookup_expr="isnull", exclude=True)


class EvidenceList(ListView):
    serializer_class = EvidenceOut
    filterset_class = EvidenceFilter
    keyset = ("-id",)
    parser_classes = [StrictJSONParser, UploadParser]

    def get_queryset(self) -> QuerySet[Evidence]:
        if getattr(self, "swagger_fake_view", False):
            return Evidence.objects.none()
        return queries.whole(queries.visible_to(self.actor))

    @extend_schema(request={"application/json": AddressIn, "multipart/form-data": FileIn}, responses={201: EvidenceOut})
    def post(self, request: Request) -> HttpResponse:
        """Add evidence to a report or a milestone: an address as JSON, or a file as a form

        A file of at most 20 MiB is a PDF, PNG, JPEG, XLSX, DOCX, PPTX, ZIP, or text in UTF-8, by what is in it.
        """
        if not edge.is_upload(request._request):
            return write(request, lambda at: self._add(at, AddressIn))
        # Before the file is received, and not after.
        if problem := rules.cannot_claim(self.actor):
            raise WrongRole(problem.code, problem.detail)
        given: dict[str, Any] = request.data
        try:
            return write(request, lambda at: self._add(at, FileIn), content=told(given))
        finally:
            if isinstance(given.get(FILE), Incoming):
                given[FILE].discard()

    def _add(self, at: datetime, shape: type[StrictSerializer]) -> Answer:
        given = valid(shape(data=self.request.data))
        update_id, milestone_id, file = given.pop("update", None), given.pop("milestone", None), given.pop(FILE, None)
        call: dict[str, Any] = {"content": given, "file": file, "actor": self.actor, "at": at}
        if update_id is not None:
            self._permit(update_id)
            made = operations.add_to_update(update_id=update_id, **call)
        else:
            find(Milestone.objects.all(), "pk", milestone_id)
            made = operations.add_to_milestone(milestone_id=milestone_id, **call)
        return self._answer(made.pk, 201, location=f"{self.request.path}/{made.pk}")

    def _permit(self, update_id: int) -> None:
        """404 if the report is not to be seen, 403 if not to be changed."""
        update = find(progress.related(progress.visible_to(self.actor)), "pk", update_id)
        if problem := transitions.forbidden("edit", progress.update_facts(update, at=timezone.now()), self.actor):
            raise WrongRole(problem.code, problem.detail)

    def _answer(self, pk: int, status: int, *, location: str) -> Answer:
        return Answer(status, _shown(self.request, pk), location=location)


class EvidenceView(DetailView):
    """One piece of evidence among those the caller may see."""

    serializer_class = EvidenceOut
    lookup_field = "pk"

    def get_queryset(self) -> QuerySet[Evidence]:
        if getattr(self, "swagger_fake_view", False):
            return Evidence.objects.none()
        return queries.whole(queries.visible_to(self.actor))


class EvidenceDetail(EvidenceView):
    pass


class EvidenceVerify(EvidenceView):
    """Say that it is what it claims to be; someone else than who claimed it or wrote its report."""

    http_method_names = ["post", "options"]

    @extend_schema(request=VerificationIn, responses=EvidenceOut)
    def post(self, request: Request, pk: int) -> HttpResponse:
        def act(at: datetime) -> Answer:
            facts = queries.facts(find(self.get_queryset(), "pk", pk))
            if problem := rules.cannot_verify(facts, self.actor):
                raise WrongRole(problem.code, problem.detail)
            valid(VerificationIn(data=request.data))
            operations.verify(evidence_id=pk, actor=self.actor, at=at)
            return Answer(200, _shown(request, pk))

        return write(request, act)


class FileRenderer(BaseRenderer):
    """Stands for whatever a file is in the content negotiation; the view streams it, and nothing else has its type."""

    media_type = "*/*"
    format = "file"
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b""


class EvidenceFile(EvidenceView):
    http_method_names = ["get", "head", "options"]
    renderer_classes = [JSONRenderer, FileRenderer]
    picks_fields = False
    parameters = ()

    @extend_schema(responses=FILES)
    def get(self, request: Request, pk: int) -> Any:
        """The file itself, to be saved; of an address there is none."""
        moment = moment_of(request)
        with as_of.known_at(moment):
            evidence = self.get_object()
        if evidence.kind != EvidenceKind.FILE:
            raise NotVisible("not-found", say("Evidence {number} is an address, not a file.", number=pk))
        response = FileResponse(
            _stored(evidence), as_attachment=True, filename=evidence.name, content_type=_served_as(evidence.media_type)
        )
        response["ETag"] = f'"{evidence.sha256}"'
        for name, value in HARMLESS.items():
            response[name] = value
        return marked(edge.unless_unchanged(request._request, response), moment)


def _stored(evidence: Evidence) -> BinaryIO:
    """The file, open. It is there unless the disk lost it: then its sha256 still says which backup has it."""
    try:
        return path_of(evidence.sha256).open("rb")
    except FileNotFoundError:
        log.error("the file of evidence %d is lost: %s is not in EVIDENCE_DIR", evidence.pk, evidence.sha256)
        detail = say(
            "The file of evidence {number} is lost. Tell the operators: a backup may have it.", number=evidence.pk
        )
        raise NotVisible("file-lost", detail) from None


def _served_as(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _shown(request: Request, pk: int) -> Any:
    return EvidenceOut(queries.whole(Evidence.objects.all()).get(pk=pk), context={"request": request}).data


def told(given: dict[str, Any]) -> bytes:
    """What a form says, so that a key knows the same form again: its fields, and its file by name and sha256."""
    shown = {name: [one.name, one.sha256] if isinstance(one, Incoming) else one for name, one in given.items()}
    return sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).digest()
