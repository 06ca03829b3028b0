"""The caller: who they are, what they may do, and for whom."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from measures.api.authentication import actor_of
from measures.api.filters import wrong_parameters
from measures.api.permissions import SignedIn
from measures.errors import BadInput
from measures.vocabulary import Role


class HeldDutyOut(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role)
    ministry = serializers.CharField()


class MeOut(serializers.Serializer[Any]):
    username = serializers.CharField()
    display_name = serializers.CharField()
    is_demo = serializers.BooleanField()
    duties = HeldDutyOut(many=True)
    scopes = serializers.ListField(child=serializers.CharField())


class Me(APIView):
    permission_classes = [SignedIn]

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        """The caller's duties of today and the scopes of the credential."""
        if problems := wrong_parameters(request, []):
            raise BadInput(problems)
        actor = actor_of(request)
        duties = sorted(actor.duties, key=lambda duty: (duty.ministry, duty.role))
        return Response(
            {
                "username": request.user.username,
                "display_name": request.user.display_name,
                "is_demo": request.user.is_demo,
                "duties": [{"role": duty.role, "ministry": duty.ministry} for duty in duties],
                "scopes": sorted(actor.scopes),
            }
        )
