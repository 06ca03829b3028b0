"""The audit bundle: all that the caller may see of a moment, with the log and what verifies it, as one ZIP."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from measures.api import files
from measures.api.authentication import actor_of
from measures.api.exports import EXPORTS, note
from measures.api.filters import wrong_parameters
from measures.api.known_at import PARAMETER, marked, moment_of
from measures.errors import BadInput, WrongTurn
from measures.exports import documents, registry, undertakings
from measures.exports.about import about
from measures.exports.bundle import content
from measures.exports.tables import Table
from measures.messages import say
from measures.operations import checkpoints
from measures.queries import as_of, log
from measures.rules import visibility

NAME, ZIP = "bundle.zip", "application/zip"


class ZipRenderer(BaseRenderer):
    """Stands for application/zip; the view streams the bytes itself."""

    media_type = ZIP
    format = "zip"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        raise TypeError("the bundle is streamed, not rendered")


class BundleExport(APIView):
    takes_known_at = True
    http_method_names = ["get", "head"]
    renderer_classes = [ZipRenderer]

    @extend_schema(responses={(200, ZIP): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponseBase:
        """Everything for an audit, offline: tables, texts, published reports, the sealed log, proofs, the verifier

        A Data Package (version 2) in a ZIP, the same bytes for the same `known_at` and the same caller. The tables
        and the bodies of events are those that the caller may see; the log's leaves, nodes and checkpoints are
        complete. `python3 -I verify_bundle.py bundle.zip`, which is in it, needs nothing but Python 3.11.
        """
        if problems := wrong_parameters(request, [PARAMETER]):
            raise BadInput(problems)
        moment = moment_of(request)
        # The tables, too, are asked for at the one moment that all of it is of.
        at = request._request.known_at = moment or timezone.now()
        if moment is None:
            checkpoints.newest_size(at=at)
        newest = log.checkpoint_at(at)
        if newest is None:
            raise WrongTurn("not-sealed", say("The log had no checkpoint then: ask for a later moment."))
        with as_of.known_at(at):
            said = about(moment=at)
            tables = [files.watched(request, table) for table in _tables(request)]
        sees = partial(visibility.sees_event, actor_of(request))
        made = content.Bundle(at, said, tables, newest, settings.LOG_ORIGIN, sees)
        note(request, NAME)
        return marked(files.streamed(request, NAME, ZIP, content.stream(made), said), moment)


def _tables(request: Request) -> Iterator[Table]:
    """Every list that there are files of, without filters, and what they refer to."""
    for view in EXPORTS.values():
        listed = view(request=request)
        yield listed.made(listed.get_queryset())
    for one in (registry, documents, undertakings):
        yield from one.tables()
