"""Measures: what each says, who owns it, how far it is and which KPIs speak of it."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.assignments import OwnerIn
from measures.api.briefs import AssignedBrief, ExplanationBrief, KpiStandingBrief, MeasureStandingBrief
from measures.api.fields import DayField, InstantField, LabelField, LinesField, SelectedField, TextField
from measures.api.measure_filters import MeasureFilter
from measures.api.measure_links import MeasureLinkOut
from measures.api.orders import Order, by_day, by_word
from measures.api.registry import CODE, ElementField, ReasonIn, coordinated, valid
from measures.api.views import CompiledListView, DetailView, find
from measures.api.writes import Answer, require_version
from measures.models import Assignment, KpiLink, Measure, MeasureLink, ProgressUpdate, Quote
from measures.operations import measures
from measures.queries import revisions
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, Basis, Health, MeasureKind, MeasureLinkKind, MeasureStatus, Rating


class MeasureIn(ReasonIn):
    """A new measure; it begins as not started, and nobody assesses its health before the first report."""

    code = TextField(max_length=64, validators=[CODE])
    element = ElementField()
    kind = serializers.ChoiceField(choices=MeasureKind)
    title = TextField(max_length=200)
    title_en = TextField(max_length=200)
    action_type = TextField(allow_blank=True, default="", max_length=32)
    theme = TextField(allow_blank=True, default="", max_length=64)
    classification_basis = serializers.ChoiceField(choices=Basis)
    due_on = DayField(allow_null=True, default=None)
    lead = OwnerIn()


class MeasureChangesIn(ReasonIn):
    """What is left out stays."""

    kind = serializers.ChoiceField(required=False, choices=MeasureKind)
    title = TextField(required=False, max_length=200)
    title_en = TextField(required=False, max_length=200)
    action_type = TextField(required=False, allow_blank=True, max_length=32)
    theme = TextField(required=False, allow_blank=True, max_length=64)
    classification_basis = serializers.ChoiceField(required=False, choices=Basis)
    due_on = DayField(required=False, allow_null=True)
    status = serializers.ChoiceField(required=False, choices=MeasureStatus)


class MeasureKpiOut(serializers.ModelSerializer[KpiLink]):
    code = serializers.CharField(source="kpi.code")
    name = serializers.CharField(source="kpi.name")
    standing = KpiStandingBrief(source="kpi.standing")

    class Meta:
        model = KpiLink
        fields = ["code", "name", "basis", "reason", "standing"]


class OwnersField(SelectedField):
    """The ministries with a part in the measure now."""

    child = AssignedBrief()
    relation, column = "assignments", "role"


@extend_schema_field(AssignedBrief(allow_null=True))
class LeadField(OwnersField):
    words = (AssignmentRole.LEAD,)
    one = True


@extend_schema_field(AssignedBrief(many=True))
class SupportingField(OwnersField):
    words = tuple(role for role in AssignmentRole if role != AssignmentRole.LEAD)


class MeasureExplanationOut(ExplanationBrief):
    """The explanation of a divergence; `update` is the approved report that gives it."""

    update = serializers.IntegerField(source="id")

    class Meta(ExplanationBrief.Meta):
        model = ProgressUpdate
        fields = [*ExplanationBrief.Meta.fields, "update"]


class MeasureOut(serializers.ModelSerializer[Measure]):
    """A measure; `lines` are the 1-based lines of the source text where its quote stands."""

    document = serializers.CharField(source="element.document.code")
    element = serializers.CharField(source="element.code")
    lines = LinesField(source="element")
    text = serializers.CharField(source="element.text")
    section = serializers.CharField(source="element.parent.code", allow_null=True, default=None)
    viewpoints = serializers.ListField(child=serializers.CharField(), source="element.viewpoints")
    lead = LeadField()
    supporting = SupportingField()
    standing = MeasureStandingBrief()
    divergent = serializers.BooleanField(source="standing.divergent")
    explanation = MeasureExplanationOut(
        source="standing.explained_by",
        allow_null=True,
        help_text="Null where nothing diverges, or nobody explained it.",
    )
    kpis = MeasureKpiOut(source="kpi_links", many=True)
    updated_at = InstantField()
    revision = serializers.IntegerField(source="version")
    kind_label = LabelField(MeasureKind, source="kind")
    status_label = LabelField(MeasureStatus, source="status")
    health_label = LabelField(Health, source="health")

    class Meta:
        model = Measure
        fields = [
            "code",
            "document",
            "element",
            "lines",
            "text",
            "title",
            "title_en",
            "kind",
            "kind_label",
            "section",
            "viewpoints",
            "lead",
            "supporting",
            "status",
            "status_label",
            "status_since",
            "health",
            "health_label",
            "standing",
            "divergent",
            "explanation",
            "kpis",
            "due_on",
            "updated_at",
            "revision",
        ]


class QuoteOut(serializers.ModelSerializer[Quote]):
    """A measure in a later version of its document."""

    version = serializers.IntegerField(source="element.version")
    element = serializers.CharField(source="element.code")
    lines = LinesField(source="element")
    text = serializers.CharField(source="element.text")
    recorded_at = InstantField()

    class Meta:
        model = Quote
        fields = ["version", "element", "lines", "text", "recorded_at"]


class MeasureDetailOut(MeasureOut):
    """A measure in full; `merged_into` is the code of the one that it went into.

    Its `text` and `lines` are those it was first stated in, `quotes` those of later versions of the document.
    """

    text_normalized = serializers.CharField(source="element.text_normalized")
    text_en = serializers.CharField(source="element.text_en")
    viewpoints_basis = serializers.CharField(source="element.viewpoints_basis")
    viewpoints_reason = serializers.CharField(source="element.viewpoints_reason")
    due_on_proposed = DayField(allow_null=True, help_text="A later day that waits for approval.")
    merged_into = serializers.CharField(allow_null=True)
    quotes = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta(MeasureOut.Meta):
        fields = [
            *MeasureOut.Meta.fields,
            "text_normalized",
            "text_en",
            "viewpoints_basis",
            "viewpoints_reason",
            "action_type",
            "theme",
            "classification_basis",
            "due_on_proposed",
            "merged_into",
            "quotes",
            "links",
        ]

    @extend_schema_field(QuoteOut(many=True))
    def get_quotes(self, row: Measure) -> list[dict[str, Any]]:
        """Where each later version of the document says it, the newest last."""
        quotes = row.quotes.select_related("element").order_by("pk")
        return QuoteOut(quotes, many=True).data

    @extend_schema_field(MeasureLinkOut(many=True))
    def get_links(self, row: Measure) -> list[dict[str, Any]]:
        """Links in either direction; each pair of measures is stored once a theme."""
        links = MeasureLink.objects.filter(Q(measure=row) | Q(other=row)).select_related("measure", "other")
        return MeasureLinkOut(links.order_by("theme", "pk"), many=True).data


def shown() -> QuerySet[Measure]:
    """Measures with all that a list shows of them; three statements however many there are.

    A document comes without its text, which would come once for each of its measures.
    """
    whole = [f"element__document__{name}" for name in ("text", "noise_lines", "reading")]
    current = Assignment.objects.filter(valid_to=None).select_related("ministry", "element")
    measures = Measure.objects.select_related("element__document", "element__parent", "standing__explained_by").defer(
        *whole
    )
    return measures.prefetch_related(
        Prefetch("assignments", current.order_by("ministry__precedence", "ministry__code")),
        Prefetch("kpi_links", KpiLink.objects.select_related("kpi__standing").order_by("kpi__code")),
    )


def whole() -> QuerySet[Measure]:
    """Measures with all that the answer about one shows of it."""
    merged = MeasureLink.objects.filter(measure=OuterRef("pk"), kind=MeasureLinkKind.MERGED_INTO)
    return shown().annotate(
        due_on_proposed=revisions.proposed_day(measure=OuterRef("pk"), milestone=None),
        merged_into=Subquery(merged.values("other__code")[:1]),
    )


class MeasureList(CompiledListView):
    serializer_class = MeasureOut
    filterset_class = MeasureFilter
    keyset = ("element__document__code", "element__order", "code")
    orders = {
        "code": Order(lambda _: F("code")),
        "status": by_word("status", MeasureStatus),
        "health": by_word("health", Health),
        "standing": by_word("standing__rating", Rating),
        "due_on": by_day("due_on"),
        "updated_at": Order(lambda _: F("updated_at")),
    }

    rows = staticmethod(shown)

    @extend_schema(request=MeasureIn, responses={201: MeasureDetailOut})
    def post(self, request: Request) -> HttpResponse:
        """Enter a measure with its lead ministry."""

        def act(at: datetime, actor: Actor) -> Answer:
            given = valid(MeasureIn(data=request.data))
            subject = {name: given.pop(name) for name in ("code", "element", "reason")}
            lead = OwnerIn.owner(dict(given.pop("lead")))
            measure = measures.create(**subject, lead=lead, columns=given, actor=actor, at=at)
            return _whole(measure.code, 201, location=f"{request.path}/{measure.code}")

        return coordinated(request, act)


class MeasureDetail(DetailView):
    serializer_class = MeasureDetailOut

    def get_queryset(self) -> QuerySet[Measure]:
        return whole()

    @extend_schema(request=MeasureChangesIn, responses=MeasureDetailOut)
    def patch(self, request: Request, code: str) -> HttpResponse:
        """Change a measure, or its status along the table that reports follow; a later day is proposed."""

        def act(at: datetime, actor: Actor) -> Answer:
            version = find(Measure.objects.all(), "code", code).version
            require_version(request, version)
            given = valid(MeasureChangesIn(data=request.data))
            reason = given.pop("reason")
            measures.edit(code=code, changes=given, reason=reason, actor=actor, at=at, version=version)
            return _whole(code, 200)

        return coordinated(request, act, subject=lambda: find(Measure.objects.all(), "code", code), needs_key=False)


def _whole(code: str, status: int, *, location: str = "") -> Answer:
    measure = whole().get(code=code)
    return Answer(status, MeasureDetailOut(measure).data, location=location, version=measure.version)
