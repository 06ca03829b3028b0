"""Rollups of measures by ministry, section or document, with the measures that each is made of."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from measures.api.fields import InstantField, nearest
from measures.api.filters import wrong_parameters
from measures.api.known_at import PARAMETER, marked, moment_of
from measures.api.openapi.parameters import ASKS, REPEATED
from measures.api.summary import documents_of
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.models import Measure
from measures.queries import as_of, rollups
from measures.vocabulary import RollupBy


class RollupOut(serializers.Serializer[Any]):
    """Undertakings, of which measures that are the same, overlap or were merged are one; and who they are."""

    code = serializers.CharField()
    total = serializers.IntegerField(help_text="Undertakings: measures, with those of a group counted once.")
    ratable = serializers.IntegerField(help_text="Those with a KPI whose target has a number.")
    rated = serializers.IntegerField(help_text="Those that got A or B.")
    by_rating = serializers.DictField(child=serializers.IntegerField(), help_text="By the worst rating in each.")
    members = serializers.ListField(child=serializers.CharField(), help_text="Codes of the measures.")
    counted_once = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Groups of members that count as one."
    )


class RollupsOut(serializers.Serializer[Any]):
    by = serializers.ChoiceField(choices=RollupBy)
    known_at = InstantField(allow_null=True, help_text="The moment that was asked about; null for now.")
    items = RollupOut(many=True)


class Rollups(APIView):
    takes_known_at = True

    @extend_schema(
        responses=RollupsOut,
        parameters=[
            OpenApiParameter("by", str, enum=RollupBy.values, description="What the measures are grouped by."),
            OpenApiParameter("document", str, many=True, description=f"{ASKS['document']} {REPEATED}"),
        ],
    )
    def get(self, request: Request) -> Response:
        """How measures stand by lead ministry, section or document, with linked ones counted once."""
        if problems := wrong_parameters(request, ["by", "document", PARAMETER], several=["document"]):
            raise BadInput(problems)
        which, moment = _which(request.query_params.get("by", RollupBy.MINISTRY)), moment_of(request)
        codes = request.query_params.getlist("document")
        with as_of.known_at(moment):
            measures = Measure.objects.all()
            if codes:
                measures = measures.filter(element__document__in=documents_of(codes))
            found = rollups.by(which, measures)
        items = [{"code": code, **asdict(one)} for code, one in found.items()]
        return marked(Response(RollupsOut({"by": which, "known_at": moment, "items": items}).data), moment)


def _which(given: str) -> RollupBy:
    if given not in RollupBy.values:
        hint = nearest(given[:64], RollupBy.values)
        detail = say("'{given}' is not a known value. {hint}", given=given[:64], hint=hint)
        raise BadInput([Problem("", "unknown-value", detail, parameter="by")])
    return RollupBy(given)
