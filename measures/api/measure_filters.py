"""What measures are asked for by: their list and its file take the same."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django_filters import CharFilter

from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, InstantFilter, StrictFilterSet, WordsFilter
from measures.api.known_at import day_asked
from measures.models import Assignment, Document, Element, KpiLink, Measure, Ministry
from measures.models.search import Fold
from measures.queries import obligations
from measures.vocabulary import AssignmentRole, Health, MeasureKind, MeasureStatus, Rating


class MeasureFilter(StrictFilterSet):
    """`role` narrows `ministry`: which part that ministry has in the measure."""

    document = CodesFilter(queryset=Document.objects.all(), field_name="element__document")
    section = CodesFilter(
        queryset=Element.objects.filter(children__measures__isnull=False).distinct(), field_name="element__parent"
    )
    viewpoint = WordsFilter(Element, "viewpoints", field_name="element__viewpoints")
    ministry = CodesFilter(queryset=Ministry.objects.all(), method="assigned_to")
    role = ChoicesFilter(AssignmentRole, method="in_the_role")
    status = ChoicesFilter(MeasureStatus)
    health = ChoicesFilter(Health)
    standing = ChoicesFilter(Rating, field_name="standing__rating")
    divergent = FlagFilter(field_name="standing__divergent")
    explained = FlagFilter(field_name="standing__explained_by", lookup_expr="isnull", exclude=True)
    kind = ChoicesFilter(MeasureKind)
    overdue = FlagFilter(method="owing_late")
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

    def owing_late(self, queryset: QuerySet[Measure], name: str, value: bool) -> QuerySet[Measure]:
        late = obligations.overdue(on=day_asked(self.request)).values("measure")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)

    def with_kpi(self, queryset: QuerySet[Measure], name: str, value: bool) -> QuerySet[Measure]:
        linked = KpiLink.objects.values("measure")
        return queryset.filter(pk__in=linked) if value else queryset.exclude(pk__in=linked)

    def saying(self, queryset: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        sought = Fold(Value(value))
        return queryset.filter(Q(folded__contains=sought) | Q(element__folded__contains=sought))
