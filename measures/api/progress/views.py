"""Updates listed, begun, changed, and taken through the workflow."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.api.cycles import CommentIn
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet
from measures.api.progress.inputs import ContentIn, UpdateIn, content
from measures.api.progress.outputs import UpdateOut
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version, write
from measures.errors import WrongRole
from measures.models import Cycle, Measure, Ministry, ProgressUpdate
from measures.operations import progress as operations
from measures.queries import progress as queries
from measures.rules import transitions
from measures.vocabulary import UpdateKind, UpdateState


class UpdateFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all())
    ministry = CodesFilter(queryset=Ministry.objects.all())
    cycle = CodesFilter(queryset=Cycle.objects.all())
    state = ChoicesFilter(UpdateState)
    kind = ChoicesFilter(UpdateKind)
    author = CharFilter(method="written_by")
    mine = FlagFilter(method="written_by_me")

    def written_by(self, queryset: QuerySet[ProgressUpdate], name: str, value: str) -> QuerySet[ProgressUpdate]:
        """Who wrote a report is known to those who see its rounds, so others find nothing by it."""
        return queries.inside(queryset, actor_of(self.request)).filter(author__username=value)

    def written_by_me(self, queryset: QuerySet[ProgressUpdate], name: str, value: bool) -> QuerySet[ProgressUpdate]:
        me = actor_of(self.request).person_id
        mine = queryset.filter(contributors__contains=[me or 0])
        return mine if value else queryset.exclude(pk__in=mine.values("pk"))


class UpdateList(ListView):
    serializer_class = UpdateOut
    filterset_class = UpdateFilter
    keyset = ("-id",)

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        if getattr(self, "swagger_fake_view", False):
            return ProgressUpdate.objects.none()
        return queries.whole(queries.visible_to(self.actor))

    @extend_schema(request=UpdateIn, responses={201: UpdateOut})
    def post(self, request: Request) -> HttpResponse:
        """Begin a report, or the correction of an approved one, as a draft."""

        def act(at: datetime) -> Answer:
            if problem := transitions.cannot_report(self.actor):
                raise WrongRole(problem.code, problem.detail)
            given = _valid(UpdateIn(data=request.data))
            subject = {name: given.pop(name) for name in ("measure", "cycle", "kind", "on_behalf_of")}
            update = operations.draft(**subject, content=content(given), actor=self.actor, at=at)
            return _answer(request, update.pk, 201, location=f"{request.path}/{update.pk}")

        return write(request, act)


class UpdateView(DetailView):
    """One update among those the caller may see."""

    serializer_class = UpdateOut
    lookup_field = "pk"
    # `actions` depend on the cycle and on the caller's duties, which the update's version does not count.
    always_whole = True

    def get_queryset(self) -> QuerySet[ProgressUpdate]:
        if getattr(self, "swagger_fake_view", False):
            return ProgressUpdate.objects.none()
        return queries.whole(queries.visible_to(self.actor))

    def found(self, verb: str, pk: int) -> ProgressUpdate:
        """The update to act on: 404 if it is not to be seen, 403 if not to be acted on, 428 and 412 by If-Match."""
        # What decides needs neither values nor rounds, so their statements are left to the answer.
        update = find(queries.related(queries.visible_to(self.actor)), "pk", pk)
        if problem := transitions.forbidden(verb, queries.update_facts(update, at=timezone.now()), self.actor):
            raise WrongRole(problem.code, problem.detail)
        require_version(self.request, update.version)
        return update


class UpdateDetail(UpdateView):
    @extend_schema(request=ContentIn, responses=UpdateOut)
    def patch(self, request: Request, pk: int) -> HttpResponse:
        """Change a draft or a returned report; `observations` are replaced as a whole."""

        def act(at: datetime) -> Answer:
            update = self.found("edit", pk)
            given = content(_valid(ContentIn(data=request.data)))
            operations.edit(update_id=pk, content=given, actor=self.actor, at=at, version=update.version)
            return _answer(request, pk, 200)

        return write(request, act, needs_key=False)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> HttpResponse:
        """Discard a draft."""

        def act(at: datetime) -> Answer:
            update = self.found("discard", pk)
            operations.discard(update_id=pk, actor=self.actor, at=at, version=update.version)
            return Answer(204)

        return write(request, act, needs_key=False)


class UpdateVerb(UpdateView):
    """A turn of the workflow; the answer is the whole update."""

    http_method_names = ["post", "options"]
    verb: str
    operation: Callable[..., ProgressUpdate]

    @extend_schema(request=CommentIn, responses=UpdateOut)
    def post(self, request: Request, pk: int) -> HttpResponse:
        def act(at: datetime) -> Answer:
            update = self.found(self.verb, pk)
            given = _valid(CommentIn(data=request.data))
            turn = type(self).operation
            turn(update_id=pk, actor=self.actor, at=at, version=update.version, **given)
            return _answer(request, pk, 200)

        return write(request, act)


class UpdateSubmit(UpdateVerb):
    """Hand a complete report to the approver."""

    verb, operation = "submit", operations.submit


class UpdateWithdraw(UpdateVerb):
    """Take a submitted or returned report back for good."""

    verb, operation = "withdraw", operations.withdraw


class UpdateReturn(UpdateVerb):
    """Give a submitted report back to be changed; the comment says why."""

    verb, operation = "return", operations.send_back


class UpdateApprove(UpdateVerb):
    """Approve and publish a submitted report."""

    verb, operation = "approve", operations.approve


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _answer(request: Request, pk: int, status: int, *, location: str = "") -> Answer:
    update = queries.whole(ProgressUpdate.objects.all()).get(pk=pk)
    data = UpdateOut(update, context={"request": request}).data
    return Answer(status, data, location=location, version=update.version)
