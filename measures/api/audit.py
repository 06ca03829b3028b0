"""The log for those who check it: its checkpoints, its public keys, and proofs that others can verify."""

import re
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from measures.api.authentication import actor_of
from measures.api.fields import InstantField
from measures.api.filters import wrong_parameters
from measures.api.views import find
from measures.errors import BadInput, NotVisible, Problem, WrongTurn
from measures.messages import say
from measures.models import Checkpoint, LogKey, SealedEvent
from measures.queries import log

SIZE = re.compile(r"[1-9][0-9]{0,17}")
LARGEST_SIZE = 10**18 - 1


class LogKeyOut(serializers.Serializer[Any]):
    vkey = serializers.CharField(help_text="The public key, as signed notes write it.")
    since = InstantField(help_text="From then on it signs.")
    since_size = serializers.IntegerField(help_text="How long the log was then.")


class LogKeysOut(serializers.Serializer[Any]):
    origin = serializers.CharField(help_text="The first line of every checkpoint.")
    keys = LogKeyOut(many=True)


class EventProofOut(serializers.Serializer[Any]):
    """By RFC 9162, section 2.1.3: `path` leads from the leaf to the root that the checkpoint signs."""

    event = serializers.IntegerField()
    position = serializers.IntegerField()
    leaf_index = serializers.IntegerField(help_text="`position` - 1.")
    size = serializers.IntegerField()
    leaf_hash = serializers.CharField(help_text="The leaf as it was sealed, in hexadecimal.")
    path = serializers.ListField(child=serializers.CharField())
    checkpoint = serializers.CharField(help_text="The signed note of that size.")


class ConsistencyProofOut(serializers.Serializer[Any]):
    """By RFC 9162, section 2.1.4: the log of size `to` begins with that of size `from`."""

    path = serializers.ListField(child=serializers.CharField())
    from_checkpoint = serializers.CharField()
    to_checkpoint = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        sizes = {"from": serializers.IntegerField(), "to": serializers.IntegerField()}
        return {**sizes, **super().get_fields()}


class NoteRenderer(BaseRenderer):
    """Stands for text/plain in the content negotiation and in the OpenAPI document."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return str(data).encode()


def _of_size(name: str, text: str) -> OpenApiParameter:
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE}
    return OpenApiParameter(name, schema, description=text)


class LogCheckpoint(APIView):
    renderer_classes = [NoteRenderer]

    @extend_schema(
        responses={(200, "text/plain"): OpenApiTypes.STR},
        parameters=[_of_size("size", "An earlier one, by its size; the newest without.")],
    )
    def get(self, request: Request) -> Response:
        """The newest checkpoint: a signed note on how long the log is and what its root hash is

        Keep it: a log that was rewritten cannot be proved to go on from a checkpoint of before.
        """
        _permit(request, "size")
        return Response(_checkpoint(request, "size").text)


class LogKeys(APIView):
    @extend_schema(responses=LogKeysOut)
    def get(self, request: Request) -> Response:
        """The public keys that sign the log, the present one last."""
        _permit(request)
        keys = LogKey.objects.order_by("id")
        return Response({"origin": settings.LOG_ORIGIN, "keys": LogKeyOut(keys, many=True).data})


class EventProof(APIView):
    @extend_schema(
        responses=EventProofOut,
        parameters=[_of_size("size", "The size of the checkpoint it is proved for; the newest without.")],
    )
    def get(self, request: Request, pk: int) -> Response:
        """The proof that an event is in the log."""
        _permit(request, "size")
        event = find(log.visible_to(actor_of(request)), "pk", pk)
        sealed = SealedEvent.objects.filter(event=event).first()
        newest = log.newest_checkpoint()
        if sealed is None or newest is None or newest.size < sealed.position:
            raise WrongTurn("not-sealed", say("No checkpoint covers the event yet: ask again in a minute."))
        checkpoint = _checkpoint(request, "size", newest)
        position = sealed.position
        if checkpoint.size < position:
            detail = say("The event stands at position {position}: ask for that size or more.", position=position)
            raise BadInput([Problem("", "min-value", detail, parameter="size")])
        leaf = log.nodes([(0, position - 1)])[0, position - 1]
        return Response(
            {
                "event": event.pk,
                "position": position,
                "leaf_index": position - 1,
                "size": checkpoint.size,
                "leaf_hash": leaf.hex(),
                "path": [one.hex() for one in log.inclusion(position, checkpoint.size)],
                "checkpoint": checkpoint.text,
            }
        )


class LogConsistency(APIView):
    @extend_schema(
        responses=ConsistencyProofOut,
        parameters=[
            _of_size("from", "The size of the earlier checkpoint; that of the one before the later without."),
            _of_size("to", "The size of the later checkpoint; the newest without."),
        ],
    )
    def get(self, request: Request) -> Response:
        """The proof that the log of one checkpoint goes on from the log of an earlier one."""
        _permit(request, "from", "to")
        later = _checkpoint(request, "to")
        earlier = _checkpoint(request, "from", log.checkpoints_before(later.size, most=2)[-1])
        if earlier.size > later.size:
            detail = say("The checkpoint of size {size} is the later one.", size=earlier.size)
            raise BadInput([Problem("", "out-of-order", detail, parameter="from")])
        return Response(
            {
                "from": earlier.size,
                "to": later.size,
                "path": [one.hex() for one in log.consistency(earlier.size, later.size)],
                "from_checkpoint": earlier.text,
                "to_checkpoint": later.text,
            }
        )


def _permit(request: Request, *known: str) -> None:
    problems = wrong_parameters(request, known)
    wrong = {problem.parameter for problem in problems}
    for name in known:
        if name not in wrong and not SIZE.fullmatch(request.query_params.get(name, "1")):
            detail = say("{name} must be a whole number from {least} to {most}.", name=name, least=1, most=LARGEST_SIZE)
            problems = [*problems, Problem("", "invalid", detail, parameter=name)]
    if problems:
        raise BadInput(problems)


def _checkpoint(request: Request, name: str, default: Checkpoint | None = None) -> Checkpoint:
    """The checkpoint of the size that the parameter `name` gives, or else `default`, or else the newest."""
    given = request.query_params.get(name)
    if given is None:
        found = default or log.newest_checkpoint()
        missing = say("There is no checkpoint yet: ask again in a minute.")
    else:
        found = Checkpoint.objects.filter(size=int(given)).first()
        missing = say("There is no checkpoint of size {size}.", size=given)
    if found is None:
        raise NotVisible("not-found", missing)
    return found
