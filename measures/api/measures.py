"""Measures: what each says, who owns it, how far it is and which KPIs speak of it."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django_filters import CharFilter
from rest_framework import serializers

from measures.api.briefs import AssignedBrief, KpiStandingBrief, MeasureStandingBrief
from measures.api.fields import InstantField
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, InstantFilter, StrictFilterSet, WordsFilter
from measures.api.views import DetailView, ListView
from measures.models import Assignment, Document, Element, KpiLink, Measure, MeasureLink, Ministry
from measures.vocabulary import AssignmentRole, Health, MeasureKind, MeasureStatus, Rating


class MeasureKpiOut(serializers.ModelSerializer[KpiLink]):
    code = serializers.CharField(source="kpi.code")
    name = serializers.CharField(source="kpi.name")
    standing = KpiStandingBrief(source="kpi.standing")

    class Meta:
        model = KpiLink
        fields = ["code", "name", "basis", "reason", "standing"]


class MeasureOut(serializers.ModelSerializer[Measure]):
    """A measure; `lines` are the 1-based lines of the source text where its quote stands."""

    document = serializers.CharField(source="element.document.code")
    element = serializers.CharField(source="element.code")
    lines = serializers.SerializerMethodField()
    text = serializers.CharField(source="element.text")
    section = serializers.CharField(source="element.parent.code", allow_null=True, default=None)
    viewpoints = serializers.ListField(child=serializers.CharField(), source="element.viewpoints")
    lead = serializers.SerializerMethodField()
    supporting = serializers.SerializerMethodField()
    standing = MeasureStandingBrief()
    divergent = serializers.BooleanField(source="standing.divergent")
    kpis = MeasureKpiOut(source="kpi_links", many=True)
    updated_at = InstantField()
    revision = serializers.IntegerField(source="version")

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
            "section",
            "viewpoints",
            "lead",
            "supporting",
            "status",
            "status_since",
            "health",
            "standing",
            "divergent",
            "kpis",
            "due_on",
            "updated_at",
            "revision",
        ]

    def get_lines(self, row: Measure) -> list[int]:
        return [row.element.first_line, row.element.last_line]

    def get_lead(self, row: Measure) -> dict[str, Any] | None:
        leads = [one for one in row.assignments.all() if one.role == AssignmentRole.LEAD]
        return AssignedBrief(leads[0]).data if leads else None

    def get_supporting(self, row: Measure) -> list[dict[str, Any]]:
        return AssignedBrief([one for one in row.assignments.all() if one.role != AssignmentRole.LEAD], many=True).data


class MeasureLinkOut(serializers.ModelSerializer[MeasureLink]):
    class Meta:
        model = MeasureLink
        fields = ["measure", "other", "kind", "theme", "basis", "reason"]

    measure = serializers.CharField(source="measure.code")
    other = serializers.CharField(source="other.code")


class MeasureDetailOut(MeasureOut):
    text_normalized = serializers.CharField(source="element.text_normalized")
    text_en = serializers.CharField(source="element.text_en")
    viewpoints_basis = serializers.CharField(source="element.viewpoints_basis")
    viewpoints_reason = serializers.CharField(source="element.viewpoints_reason")
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
            "links",
        ]

    def get_links(self, row: Measure) -> list[dict[str, Any]]:
        """Links in either direction; each pair of measures is stored once a theme."""
        links = MeasureLink.objects.filter(Q(measure=row) | Q(other=row)).select_related("measure", "other")
        return MeasureLinkOut(links.order_by("theme", "pk"), many=True).data


class MeasureFilter(StrictFilterSet):
    """`role` narrows `ministry`: which part that ministry has in the measure."""

    document = CodesFilter(queryset=Document.objects.all(), field_name="element__document")
    section = CodesFilter(
        queryset=Element.objects.filter(children__measures__isnull=False).distinct(), field_name="element__parent"
    )
    viewpoint = WordsFilter(field_name="element__viewpoints", method="seen_from")
    ministry = CodesFilter(queryset=Ministry.objects.all(), method="assigned_to")
    role = ChoicesFilter(AssignmentRole, method="in_the_role")
    status = ChoicesFilter(MeasureStatus)
    health = ChoicesFilter(Health)
    standing = ChoicesFilter(Rating, field_name="standing__rating")
    divergent = FlagFilter(field_name="standing__divergent")
    kind = ChoicesFilter(MeasureKind)
    has_kpi = FlagFilter(method="with_kpi")
    q = CharFilter(method="saying")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")

    def assigned_to(self, queryset: QuerySet[Measure], name: str, value: Any) -> QuerySet[Measure]:
        if not value:
            return queryset
        assigned = Assignment.objects.filter(ministry__in=value, valid_to=None)
        if roles := self.form.cleaned_data.get("role"):
            assigned = assigned.filter(role__in=roles)
        return queryset.filter(pk__in=assigned.values("measure"))

    def in_the_role(self, queryset: QuerySet[Measure], name: str, value: Any) -> QuerySet[Measure]:
        # With `ministry` the role is part of that question; alone it asks for measures that have such an owner.
        if not value or self.form.cleaned_data.get("ministry"):
            return queryset
        return queryset.filter(pk__in=Assignment.objects.filter(role__in=value, valid_to=None).values("measure"))

    def seen_from(self, queryset: QuerySet[Measure], name: str, value: Any) -> QuerySet[Measure]:
        return queryset.filter(element__viewpoints__overlap=list(value)) if value else queryset

    def with_kpi(self, queryset: QuerySet[Measure], name: str, value: bool) -> QuerySet[Measure]:
        linked = KpiLink.objects.values("measure")
        return queryset.filter(pk__in=linked) if value else queryset.exclude(pk__in=linked)

    def saying(self, queryset: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        said = Q(code__icontains=value) | Q(title__icontains=value) | Q(title_en__icontains=value)
        return queryset.filter(
            said
            | Q(element__text__icontains=value)
            | Q(element__text_normalized__icontains=value)
            | Q(element__text_en__icontains=value)
        )


def shown() -> QuerySet[Measure]:
    """Measures with all that a list shows of them; three statements however many there are."""
    current = Assignment.objects.filter(valid_to=None).select_related("ministry", "element")
    return Measure.objects.select_related("element__document", "element__parent", "standing").prefetch_related(
        Prefetch("assignments", current.order_by("ministry__precedence", "ministry__code")),
        Prefetch("kpi_links", KpiLink.objects.select_related("kpi__standing").order_by("kpi__code")),
    )


class MeasureList(ListView):
    serializer_class = MeasureOut
    filterset_class = MeasureFilter
    keyset = ("element__document__code", "element__order", "code")

    def get_queryset(self) -> QuerySet[Measure]:
        return shown()


class MeasureDetail(DetailView):
    serializer_class = MeasureDetailOut

    def get_queryset(self) -> QuerySet[Measure]:
        return shown()
