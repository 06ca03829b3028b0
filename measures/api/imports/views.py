"""Imports sent, listed, read and committed; each is its owner's alone."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from measures.api.evidence.uploads import FILE, UploadParser
from measures.api.evidence.views import told
from measures.api.filters import ChoicesFilter, CodesFilter, StrictFilterSet
from measures.api.imports.files import XLSX, XLSXRenderer, attached
from measures.api.imports.inputs import CommitIn, ImportIn
from measures.api.imports.outputs import ImportOut
from measures.api.imports.subject import cycle_of, ministry_of
from measures.api.permissions import SignedIn
from measures.api.registry import valid
from measures.api.renderers import JSONRenderer
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, write
from measures.errors import WrongRole
from measures.exports import marked
from measures.models import Cycle, Import
from measures.operations import imports as operations
from measures.operations import sheets
from measures.operations.files import Incoming, path_of
from measures.queries import imports as queries
from measures.rules.days import day_of
from measures.rules.imports import files
from measures.rules.imports.permits import cannot_import
from measures.vocabulary import ImportState


class ImportFilter(StrictFilterSet):
    cycle = CodesFilter(queryset=Cycle.objects.all())
    state = ChoicesFilter(ImportState)


class ImportList(ListView):
    permission_classes = [SignedIn]
    serializer_class = ImportOut
    filterset_class = ImportFilter
    keyset = ("-id",)
    takes_known_at = False
    parser_classes = [UploadParser]

    def get_queryset(self) -> QuerySet[Import]:
        return queries.visible_to(self.actor)

    @extend_schema(request={"multipart/form-data": ImportIn}, responses={201: ImportOut, 200: ImportOut})
    def post(self, request: Request) -> HttpResponse:
        """Check a filled-in template, or a CSV table of values, without changing anything

        Every problem is listed by sheet, row, column and cell. Committing makes drafts, all or none. The same file
        again, with nothing changed since, is answered 200 with the import that it was.
        """
        # Before the file is received, and not after.
        if problem := cannot_import(self.actor):
            raise WrongRole(problem.code, problem.detail)
        given: dict[str, Any] = request.data
        try:
            taken = valid(ImportIn(data=given))
            # Before the transaction: nothing is locked while it is read.
            read = sheets.read(taken[FILE].path)
            return write(request, lambda at: self._check(taken, read, at), content=told(given))
        finally:
            if isinstance(given.get(FILE), Incoming):
                given[FILE].discard()

    def _check(self, taken: dict[str, Any], read: Any, at: datetime) -> Answer:
        mark = files.mark(read)
        cycle = cycle_of(taken.get("cycle"), made_for=mark.cycle if mark else None)
        ministry = ministry_of(taken.get("ministry"), self.actor, made_for=mark.ministry if mark else None)
        made, is_new = operations.check(
            file=taken[FILE], read=read, cycle=cycle, ministry=ministry, actor=self.actor, at=at
        )
        location = f"{self.request.path}/{made.pk}" if is_new else ""
        return Answer(201 if is_new else 200, _shown(self.request, made), location=location)


class ImportView(DetailView):
    """One import among the caller's own."""

    permission_classes = [SignedIn]
    serializer_class = ImportOut
    lookup_field = "pk"
    takes_known_at = False

    def get_queryset(self) -> QuerySet[Import]:
        return queries.visible_to(self.actor)


class ImportDetail(ImportView):
    pass


class ImportMarked(ImportView):
    http_method_names = ["get", "head", "options"]
    renderer_classes = [JSONRenderer, XLSXRenderer]
    picks_fields = False
    parameters = ()

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The file as it was read, with what is wrong coloured and commented in place, and listed on its first sheet"""
        made = self.get_object()
        problems = ImportOut(made, context={"request": request}).data["problems"]
        data = marked.workbook(sheets.read(path_of(made.sha256)), problems, on=day_of(made.recorded_at))
        return attached(data, f"import-{made.pk}-marked.xlsx")


class ImportCommit(ImportView):
    """Make the drafts that the file asks for, all or none; what was committed stays so."""

    http_method_names = ["post", "options"]

    @extend_schema(request=CommitIn, responses=ImportOut)
    def post(self, request: Request, pk: int) -> HttpResponse:
        found = find(self.get_queryset(), "pk", pk)
        if problem := cannot_import(self.actor, found.ministry.code, found.ministry.called):
            raise WrongRole(problem.code, problem.detail)
        read = sheets.read(path_of(found.sha256))

        def act(at: datetime) -> Answer:
            valid(CommitIn(data=request.data))
            return Answer(200, _shown(request, operations.commit(import_id=pk, read=read, actor=self.actor, at=at)))

        return write(request, act)


def _shown(request: Request, made: Import) -> Any:
    return ImportOut(made, context={"request": request}).data
