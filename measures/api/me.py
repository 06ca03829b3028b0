"""The caller: who they are, what they may do and for whom, and what waits for them."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from measures.api.authentication import actor_of
from measures.api.fields import LabelField
from measures.api.filters import wrong_parameters
from measures.api.openapi.operations import PREFIX
from measures.api.permissions import SignedIn
from measures.errors import BadInput
from measures.queries import tasks
from measures.rules.days import wire
from measures.vocabulary import EventVerb, Role, TaskKind


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


@extend_schema_field({"type": "string", "examples": ["2026-12-25", "2026-12-25T18:00:00.000000+09:00"]})
class EndField(serializers.Field[date, Any, str, Any]):
    """A day, or an instant in Japan's time; output only."""

    def to_representation(self, value: date) -> str:
        return wire(value) if isinstance(value, datetime) else value.isoformat()


class TaskOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=TaskKind)
    kind_label = LabelField(TaskKind, source="kind")
    measure = serializers.CharField(allow_null=True)
    cycle = serializers.CharField(allow_null=True)
    deadline = EndField(allow_null=True, help_text="The last day, or the instant at which it ends; null for no end.")
    link = serializers.SerializerMethodField(help_text="The address of what waits.")
    verb = serializers.ChoiceField(
        choices=EventVerb, allow_null=True, help_text="What is to be done with it; null where someone else does it."
    )

    def get_link(self, task: Any) -> str:
        return f"{PREFIX}/{task.subject}"


class TasksOut(serializers.Serializer[Any]):
    items = TaskOut(many=True)


class Tasks(APIView):
    permission_classes = [SignedIn]

    @extend_schema(responses=TasksOut)
    def get(self, request: Request) -> Response:
        """What waits for the caller now, whatever the scopes of the credential; what ends first comes first."""
        if problems := wrong_parameters(request, []):
            raise BadInput(problems)
        found = tasks.waiting_for(actor_of(request), at=timezone.now())
        return Response(TasksOut({"items": found}).data)
