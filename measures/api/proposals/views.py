"""Documents on their way in: proposed, edited, discarded and confirmed by coordinators, read by auditors."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from measures.api import edge
from measures.api.evidence.uploads import FILE, UploadParser
from measures.api.filters import ChoicesFilter, StrictFilterSet
from measures.api.parsers import StrictJSONParser
from measures.api.permissions import SignedIn
from measures.api.problems import TooLarge
from measures.api.proposals.inputs import ConfirmationIn, ProposalChangesIn, ProposalFileIn, ProposalTextIn
from measures.api.proposals.outputs import ProposalDetailOut, ProposalOut
from measures.api.registry import coordinated, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version, write
from measures.errors import BadInput, WrongRole
from measures.messages import say
from measures.models import Proposal
from measures.operations import proposals
from measures.operations.files import Incoming
from measures.queries import proposals as queries
from measures.rules import registry
from measures.rules.outlines import texts
from measures.rules.roles import Actor
from measures.vocabulary import ProposalState


class ProposalFilter(StrictFilterSet):
    state = ChoicesFilter(ProposalState)


class ProposalList(ListView):
    permission_classes = [SignedIn]
    takes_known_at = False
    serializer_class = ProposalOut
    filterset_class = ProposalFilter
    keyset = ("-id",)
    parser_classes = [StrictJSONParser, UploadParser]

    def get_queryset(self) -> QuerySet[Proposal]:
        if getattr(self, "swagger_fake_view", False):
            return Proposal.objects.none()
        return queries.visible_to(self.actor).select_related("document", "replaces")

    @extend_schema(
        request={"application/json": ProposalTextIn, "multipart/form-data": ProposalFileIn},
        responses={201: ProposalDetailOut},
    )
    def post(self, request: Request) -> HttpResponse:
        """Propose the elements and measures of a document from its text: as JSON, or as a file in a form

        A text of at most 1 MiB, in UTF-8 or, if `encoding` says so, CP932. Nothing of it is public before it is
        confirmed.
        """
        if not edge.is_upload(request._request):
            return coordinated(request, self._add)
        if problem := registry.cannot_coordinate(self.actor):
            raise WrongRole(problem.code, problem.detail)
        given: dict[str, Any] = request.data
        try:
            return write(request, lambda at: self._add_file(at, self.actor), content=_told(given))
        finally:
            if isinstance(given.get(FILE), Incoming):
                given[FILE].discard()

    def _add(self, at: datetime, actor: Actor) -> Answer:
        given = valid(ProposalTextIn(data=self.request.data))
        return self._made(given.pop("text"), "", given, actor, at)

    def _add_file(self, at: datetime, actor: Actor) -> Answer:
        given = valid(ProposalFileIn(data=self.request.data))
        file, encoding = given.pop(FILE), given.pop("encoding")
        if file.size > texts.MOST_BYTES:
            raise TooLarge("too-large", say("A text of at most {most} bytes is taken.", most=texts.MOST_BYTES))
        try:
            text = texts.decoded(file.content(), encoding)
        except texts.NotText as error:
            raise BadInput([error.problem]) from None
        return self._made(text, file.sha256, given, actor, at)

    def _made(self, text: str, file_sha256: str, head: dict[str, Any], actor: Actor, at: datetime) -> Answer:
        call: dict[str, Any] = {"replaces": head.pop("replaces"), "actor": actor, "at": at}
        made = proposals.propose(text=text, file_sha256=file_sha256, head=head, **call)
        return _shown(made, 201, location=f"{self.request.path}/{made.pk}")


class ProposalView(DetailView):
    """One proposal among those the caller may see."""

    permission_classes = [SignedIn]
    takes_known_at = False
    serializer_class = ProposalDetailOut
    lookup_field = "pk"

    def get_queryset(self) -> QuerySet[Proposal]:
        if getattr(self, "swagger_fake_view", False):
            return Proposal.objects.none()
        return queries.visible_to(self.actor).select_related("document", "replaces")

    def _version(self, pk: int) -> int:
        """The version that the caller read; 428 and 412 otherwise."""
        version = int(find(self.get_queryset(), "pk", pk).version)
        require_version(self.request, version)
        return version


class ProposalDetail(ProposalView):
    # What stands in its way depends on what else is there.
    always_whole = True

    @extend_schema(request=ProposalChangesIn, responses=ProposalDetailOut)
    def patch(self, request: Request, pk: int) -> HttpResponse:
        """Change what was proposed: the document's head, its elements and measures, and which lines are noise."""

        def act(at: datetime, actor: Actor) -> Answer:
            version = self._version(pk)
            given = valid(ProposalChangesIn(data=request.data))
            edits = {"changes": given.pop("elements", []), "dropped": given.pop("drop", [])}
            edits |= {name: given.pop(name) for name in ("fates", "takes_suggestions") if name in given}
            noise = {one["line"]: one["reason"] for one in given.pop("noise", [])}
            call: dict[str, Any] = {"proposal_id": pk, "version": version, "actor": actor, "at": at}
            return _shown(proposals.edit(head=given, noise=noise, **edits, **call), 200)

        return coordinated(request, act, subject=lambda: find(self.get_queryset(), "pk", pk), needs_key=False)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> HttpResponse:
        """Discard it; it stays to be read."""

        def act(at: datetime, actor: Actor) -> Answer:
            proposals.discard(proposal_id=pk, version=self._version(pk), actor=actor, at=at)
            return Answer(204)

        return coordinated(request, act, subject=lambda: find(self.get_queryset(), "pk", pk), needs_key=False)


class ProposalConfirm(ProposalView):
    http_method_names = ["post", "options"]

    @extend_schema(request=ConfirmationIn, responses=ProposalDetailOut)
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Make the document with its elements and measures, all at once

        What stands in the way is named all at once, each with its place in the proposal.
        """

        def act(at: datetime, actor: Actor) -> Answer:
            version = self._version(pk)
            reason = valid(ConfirmationIn(data=request.data))["reason"]
            return _shown(proposals.confirm(proposal_id=pk, version=version, reason=reason, actor=actor, at=at), 200)

        return coordinated(request, act, subject=lambda: find(self.get_queryset(), "pk", pk))


def _shown(proposal: Proposal, status: int, *, location: str = "") -> Answer:
    return Answer(status, ProposalDetailOut(proposal).data, location=location, version=proposal.version)


def _told(given: dict[str, Any]) -> bytes:
    """What a form says, so that a key knows the same form again: its fields, and its file by name and sha256."""
    shown = {name: [one.name, one.sha256] if isinstance(one, Incoming) else one for name, one in given.items()}
    return sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).digest()
