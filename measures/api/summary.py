"""The summary that dashboards poll."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from measures.api.fields import InstantField, nearest
from measures.api.filters import wrong_parameters
from measures.api.known_at import PARAMETER, day_asked, marked, moment_of
from measures.api.obligations import OwedOut
from measures.api.openapi.parameters import ASKS, REPEATED
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Document
from measures.queries import as_of, summary


class MeasureCountsOut(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    by_status = serializers.DictField(child=serializers.IntegerField())
    by_ministry = serializers.DictField(child=serializers.IntegerField(), help_text="By lead ministry.")
    by_section = serializers.DictField(child=serializers.IntegerField())
    by_viewpoint = serializers.DictField(
        child=serializers.IntegerField(), help_text="A measure counts under each of its viewpoints."
    )
    divergent = serializers.IntegerField(help_text="Measures whose declared health contradicts their KPIs.")
    unexplained = serializers.IntegerField(help_text="Those of them that no approved report explains.")


class KpiCountsOut(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    ratable = serializers.IntegerField(help_text="KPIs whose target has a number.")
    rated = serializers.IntegerField(help_text="KPIs that got A or B.")
    by_rating = serializers.DictField(child=serializers.IntegerField())
    met = serializers.IntegerField()


class RollupCountsOut(serializers.Serializer[Any]):
    """Measures of which those that are the same, overlap or were merged count once; /rollups names the members."""

    total = serializers.IntegerField()
    ratable = serializers.IntegerField(help_text="Those with a KPI whose target has a number.")
    rated = serializers.IntegerField(help_text="Those that got A or B.")
    by_rating = serializers.DictField(child=serializers.IntegerField(), help_text="By the worst rating in each.")
    counted_once = serializers.IntegerField(help_text="Groups of linked measures that count as one.")


class OwedByMinistryOut(OwedOut):
    by_ministry = serializers.DictField(child=OwedOut(), help_text="By the ministry that leads on the day it is due.")


class SummaryOut(serializers.Serializer[Any]):
    """Counts; `revision` grows with every public change."""

    revision = serializers.IntegerField()
    known_at = InstantField(allow_null=True, help_text="The moment that was asked about; null for now.")
    measures = MeasureCountsOut()
    rollup = RollupCountsOut()
    kpis = KpiCountsOut()
    obligations = OwedByMinistryOut(help_text="Of the cycles that are open.")


class Summary(APIView):
    takes_known_at = True

    @extend_schema(
        responses=SummaryOut,
        parameters=[OpenApiParameter("document", str, many=True, description=f"{ASKS['document']} {REPEATED}")],
    )
    def get(self, request: Request) -> Response:
        """Counts by status, ministry, section and viewpoint, and how the KPIs stand."""
        if problems := wrong_parameters(request, ["document", PARAMETER], several=["document"]):
            raise BadInput(problems)
        codes, moment = request.query_params.getlist("document"), moment_of(request)
        with as_of.known_at(moment):
            documents = documents_of(codes) if codes else None
            counts = summary.summary(on=day_asked(request), documents=documents)
        return marked(Response(SummaryOut({**counts, "known_at": moment}).data), moment)


def documents_of(codes: list[str]) -> list[int]:
    """Ids of the documents with these codes; BadInput for codes there are not."""
    found = dict(Document.objects.order_by("code").values_list("code", "pk"))
    problems = [
        Problem(
            "",
            "unknown-value",
            say("'{code}' is not a known value. {hint}", code=code[:64], hint=nearest(code[:64], found)),
            "document",
        )
        for code in codes
        if code not in found
    ]
    if problems:
        raise BadInput(problems)
    return [found[code] for code in codes]
