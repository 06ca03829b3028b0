"""KPIs listed, entered, changed, and what belongs to one of them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from measures.api.fields import nearest
from measures.api.known_at import noted
from measures.api.kpis.filters import KpiFilter, ObservationFilter
from measures.api.kpis.inputs import KpiChangesIn, KpiIn, KpiLinkIn
from measures.api.kpis.outputs import KpiDetailOut, KpiMeasureOut, KpiOut, ObservationOut
from measures.api.pagination import PARAMETERS
from measures.api.registry import coordinated, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Kpi, KpiLink, Observation
from measures.operations import kpis
from measures.operations.moments import day_of
from measures.queries import standings
from measures.rules.roles import Actor
from measures.vocabulary import Against


def observed() -> QuerySet[Observation]:
    """Observations with all that an answer shows of them; two statements."""
    return Observation.objects.select_related("kpi", "source").prefetch_related("further_sources")


class KpiList(ListView):
    queryset = Kpi.objects.select_related("standing").prefetch_related("measure_links__measure")
    serializer_class = KpiOut
    filterset_class = KpiFilter
    parameters = (*PARAMETERS, "against")

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "against",
                str,
                enum=Against.values,
                description="Which target the standings are measured against: the one in force, or the one that the KPI"
                " had first, from its first baseline; then the list takes neither `state` nor `rating`, which are those"
                " of the one in force.",
            )
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def filter_queryset(self, queryset: QuerySet[Kpi]) -> QuerySet[Kpi]:
        filtered = super().filter_queryset(queryset)
        if problems := _wrong_against(self.request.query_params):
            raise BadInput(problems)
        return filtered

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        if page and self.request.query_params.get("against") == Against.ORIGINAL:
            on = day_of(noted(self.request) or timezone.now())
            first = standings.against_original([one.pk for one in page], on=on)
            for one in page:
                one.standing = first[one.pk]
        return page

    @extend_schema(request=KpiIn, responses={201: KpiDetailOut})
    def post(self, request: Request) -> HttpResponse:
        """Enter a KPI."""

        def act(at: datetime, actor: Actor) -> Answer:
            given = valid(KpiIn(data=request.data))
            code, reason = given.pop("code"), given.pop("reason")
            kpis.create(code=code, columns=given, reason=reason, actor=actor, at=at)
            return _whole(code, 201, location=f"{request.path}/{code}")

        return coordinated(request, act)


class KpiDetail(DetailView):
    queryset = KpiList.queryset
    serializer_class = KpiDetailOut

    @extend_schema(request=KpiChangesIn, responses=KpiDetailOut)
    def patch(self, request: Request, code: str) -> HttpResponse:
        """Change a KPI."""

        def act(at: datetime, actor: Actor) -> Answer:
            version = find(Kpi.objects.all(), "code", code).version
            require_version(request, version)
            given = valid(KpiChangesIn(data=request.data))
            reason = given.pop("reason")
            kpis.edit(code=code, changes=given, reason=reason, actor=actor, at=at, version=version)
            return _whole(code, 200)

        return coordinated(request, act, subject=lambda: find(Kpi.objects.all(), "code", code), needs_key=False)


class KpiPart(ListView):
    """A list that belongs to one KPI."""

    def kpi(self) -> Kpi:
        return find(Kpi.objects.all(), "code", self.kwargs["code"])


class KpiObservationList(KpiPart):
    serializer_class = ObservationOut
    keyset = ("period_start", "period_type", "id")

    class Filter(ObservationFilter):
        kpi = None
        measure = None

    filterset_class = Filter

    def get_queryset(self) -> QuerySet[Observation]:
        if getattr(self, "swagger_fake_view", False):
            return Observation.objects.none()
        return observed().filter(kpi=self.kpi())


class ObservationList(ListView):
    serializer_class = ObservationOut
    filterset_class = ObservationFilter
    keyset = ("kpi__code", "period_start", "period_type", "id")

    def get_queryset(self) -> QuerySet[Observation]:
        return observed()


class KpiMeasureList(KpiPart):
    serializer_class = KpiMeasureOut
    keyset = ("measure__code",)

    @extend_schema(request=KpiLinkIn, responses={201: KpiMeasureOut})
    def post(self, request: Request, code: str) -> HttpResponse:
        """Link the KPI to a measure."""

        def act(at: datetime, actor: Actor) -> Answer:
            kpi = self.kpi()
            made = kpis.link(kpi=kpi, **valid(KpiLinkIn(data=request.data)), actor=actor, at=at)
            return Answer(201, KpiMeasureOut(made).data, location=request.path)

        return coordinated(request, act, subject=self.kpi)

    def get_queryset(self) -> QuerySet[KpiLink]:
        if getattr(self, "swagger_fake_view", False):
            return KpiLink.objects.none()
        return KpiLink.objects.filter(kpi=self.kpi()).select_related("measure")


def _wrong_against(given: Any) -> list[Problem]:
    """What is wrong with `against`, alone and beside filters that are about the target in force."""
    against = given.get("against", Against.CURRENT)
    if against not in Against.values:
        detail = say(
            "'{given}' is not a known value. {hint}", given=against[:64], hint=nearest(against[:64], Against.values)
        )
        return [Problem("", "unknown-value", detail, parameter="against")]
    if against == Against.CURRENT or not {"state", "rating"} & set(given):
        return []
    detail = say("state and rating are asked of the target in force only: leave them or `against` out.")
    return [Problem("", "not-together", detail, parameter="against")]


def _whole(code: str, status: int, *, location: str = "") -> Answer:
    kpi = KpiList.queryset.get(code=code)
    return Answer(status, KpiDetailOut(kpi).data, location=location, version=kpi.version)
