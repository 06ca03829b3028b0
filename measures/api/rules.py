"""Rating rules: which there are, which is in force, what another would change, and the coordinator's change of it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from measures.api.fields import InstantField, nearest
from measures.api.filters import wrong_parameters
from measures.api.known_at import PARAMETER, marked, moment_of
from measures.api.permissions import SignedIn
from measures.api.registry import ReasonIn, coordinated, valid
from measures.api.writes import Answer
from measures.errors import BadInput, NotVisible
from measures.messages import say
from measures.operations import standings
from measures.operations.moments import day_of
from measures.queries import as_of, rules
from measures.rules import kpi
from measures.rules.roles import Actor
from measures.vocabulary import Rating


class RuleOut(serializers.Serializer[Any]):
    """A rule by which KPIs are rated; `since` and `reason` are null where it is not in force, or always was."""

    code = serializers.CharField()
    description = serializers.CharField()
    source = serializers.CharField(help_text="Where the rule comes from.")
    in_force = serializers.BooleanField()
    since = InstantField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class RulesOut(serializers.Serializer[Any]):
    items = RuleOut(many=True)


class FlipOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["kpi", "measure"])
    code = serializers.CharField()
    now = serializers.ChoiceField(choices=Rating, allow_null=True)
    then = serializers.ChoiceField(choices=Rating, allow_null=True)


class PreviewOut(serializers.Serializer[Any]):
    """Every rating that would flip, of KPIs and then of measures; none where the rule is in force."""

    rule = serializers.CharField()
    flips = FlipOut(many=True)


class RuleList(APIView):
    takes_known_at = True

    @extend_schema(responses=RulesOut)
    def get(self, request: Request) -> Response:
        """The rules by which KPIs are rated, and which of them is in force."""
        if problems := wrong_parameters(request, [PARAMETER]):
            raise BadInput(problems)
        moment = moment_of(request)
        with as_of.known_at(moment):
            items = rules.rules()
        return marked(Response(RulesOut({"items": items}).data), moment)


class RulePreview(APIView):
    # Everything is computed anew for it.
    permission_classes = [SignedIn]

    @extend_schema(responses=PreviewOut)
    def get(self, request: Request, code: str) -> Response:
        """Every rating that would flip if the rule came into force now."""
        if problems := wrong_parameters(request, []):
            raise BadInput(problems)
        flips = [one._asdict() for one in rules.preview(_found(code), on=day_of(timezone.now()))]
        return Response(PreviewOut({"rule": code, "flips": flips}).data)


class RuleAdopt(APIView):
    http_method_names = ["post", "options"]

    @extend_schema(request=ReasonIn, responses=RuleOut)
    def post(self, request: Request, code: str) -> HttpResponse:
        """Rate by this rule from now on; every answer about a moment before stays as it was."""

        def act(at: datetime, actor: Actor) -> Answer:
            standings.adopt(rule=code, reason=valid(ReasonIn(data=request.data))["reason"], actor=actor, at=at)
            return Answer(200, RuleOut(next(one for one in rules.rules() if one["code"] == code)).data)

        return coordinated(request, act, subject=lambda: _found(code))


def _found(code: str) -> str:
    if code not in kpi.RULES:
        hint = " " + nearest(code[:64], kpi.RULES)
        raise NotVisible("not-found", say("There is no rule '{code}'.", code=code[:64]) + hint)
    return code
