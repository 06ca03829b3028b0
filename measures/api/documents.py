"""Documents and their elements in reading order."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from measures.api.fields import LINES_SCHEMA, InstantField, LabelField
from measures.api.filters import ChoicesFilter, NumbersFilter, StrictFilterSet, WordsFilter
from measures.api.views import DetailView, ListView, find
from measures.models import Document, Element, ElementLink, Measure, Quote
from measures.queries import documents
from measures.vocabulary import ElementKind


class PlanPeriodOut(serializers.Serializer[Any]):
    """The years of the plan that the document belongs to, and how it words them."""

    from_year = serializers.IntegerField()
    to_year = serializers.IntegerField()
    text = serializers.CharField()


class DocumentOut(serializers.ModelSerializer[Document]):
    """A document in its newest version."""

    plan_period = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = ["code", "version", "title", "title_en", "issuer", "issuer_en", "issued_on", "plan_period", "sha256"]

    def to_representation(self, instance: Document) -> Any:
        return super().to_representation(documents.as_latest(instance))

    @extend_schema_field(PlanPeriodOut(allow_null=True))
    def get_plan_period(self, row: Document) -> dict[str, Any] | None:
        if row.plan_from is None:
            return None
        return {"from_year": row.plan_from, "to_year": row.plan_to, "text": row.plan_text}


class DocumentDetailOut(DocumentOut):
    """With the whole source text, whose sha256 anyone can check; `noise_lines` says why a line is no element."""

    noise_lines = serializers.DictField(child=serializers.CharField())

    class Meta(DocumentOut.Meta):
        fields = [*DocumentOut.Meta.fields, "text", "noise_lines", "reading"]


class ElementLinkOut(serializers.ModelSerializer[ElementLink]):
    element = serializers.CharField(source="target.code")

    class Meta:
        model = ElementLink
        fields = ["element", "kind", "theme", "basis", "reason"]


class ElementMeasureOut(serializers.ModelSerializer[Measure]):
    class Meta:
        model = Measure
        fields = ["code", "status", "health"]


class ElementOut(serializers.ModelSerializer[Element]):
    """One piece of the document; `measures` are those it states, each with its status."""

    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)
    lines = serializers.SerializerMethodField()
    links = ElementLinkOut(many=True)
    measures = serializers.SerializerMethodField()
    kind_label = LabelField(ElementKind, source="kind")

    class Meta:
        model = Element
        fields = [
            "version",
            "order",
            "code",
            "kind",
            "kind_label",
            "parent",
            "lines",
            "marker",
            "text",
            "text_normalized",
            "text_en",
            "viewpoints",
            "viewpoints_basis",
            "viewpoints_reason",
            "links",
            "measures",
        ]

    @extend_schema_field(ElementMeasureOut(many=True))
    def get_measures(self, row: Element) -> list[dict[str, Any]]:
        """Those it was the first to state, and those that went on in its version."""
        stated = [*row.measures.all(), *(quote.measure for quote in row.quotes.all())]
        return ElementMeasureOut(sorted(stated, key=lambda one: one.code), many=True).data

    @extend_schema_field(LINES_SCHEMA)
    def get_lines(self, row: Element) -> list[int]:
        return [row.first_line, row.last_line]


class ElementFilter(StrictFilterSet):
    kind = ChoicesFilter(ElementKind)
    version = NumbersFilter()
    viewpoint = WordsFilter(Element, "viewpoints", field_name="viewpoints")


class DocumentVersionOut(serializers.Serializer[Any]):
    """A version, and since when it is known."""

    version = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()
    issued_on = serializers.DateField()
    sha256 = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was entered; blank of a first one.")
    recorded_at = InstantField()


class DocumentVersionsOut(serializers.Serializer[Any]):
    items = DocumentVersionOut(many=True)


class DocumentList(ListView):
    queryset = Document.objects.prefetch_related("versions")
    serializer_class = DocumentOut


class DocumentDetail(DetailView):
    queryset = Document.objects.prefetch_related("versions")
    serializer_class = DocumentDetailOut


class DocumentVersions(DetailView):
    queryset = Document.objects.prefetch_related("versions")
    serializer_class = DocumentVersionsOut
    picks_fields = False
    parameters = ()

    @extend_schema(responses=DocumentVersionsOut)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The versions of a document, the first one first; `elements?version=1` has the elements of one."""
        return super().get(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        document = self.get_object()
        document.reason = ""
        later = sorted(document.versions.all(), key=lambda one: one.version)
        return Response(DocumentVersionsOut({"items": [document, *later]}).data)


class ElementList(ListView):
    serializer_class = ElementOut
    filterset_class = ElementFilter
    keyset = ("order",)

    def get_queryset(self) -> QuerySet[Element]:
        if getattr(self, "swagger_fake_view", False):
            return Element.objects.none()
        document = find(Document.objects.all(), "code", self.kwargs["code"])
        links = Prefetch("links", ElementLink.objects.select_related("target").order_by("pk"))
        measures = Prefetch("measures", Measure.objects.order_by("code"))
        quotes = Prefetch("quotes", Quote.objects.select_related("measure").order_by("pk"))
        rows = document.elements.select_related("parent").prefetch_related(links, measures, quotes)
        return rows if "version" in self.request.query_params else rows.filter(version=documents.latest(document))
