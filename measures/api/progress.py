"""Progress updates and the verbs of their workflow."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.api.cycles import CommentIn
from measures.api.fields import (
    CodeField,
    DayField,
    DecimalField,
    FlagField,
    InstantField,
    PeriodField,
    StrictSerializer,
    TextField,
    WebAddressField,
)
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, require_version, write
from measures.errors import WrongRole
from measures.models import Cycle, Kpi, Measure, Ministry, ProgressUpdate, ReportedValue, Review
from measures.operations import progress as operations
from measures.operations.moments import day_of
from measures.queries import progress as queries
from measures.rules import transitions, visibility
from measures.rules.roles import Actor
from measures.vocabulary import Health, MeasureStatus, ObservationStatus, UpdateKind, UpdateState

LONG = 20_000


class SourceIn(StrictSerializer):
    title = TextField(allow_blank=True, max_length=1000)
    publisher = TextField(allow_blank=True, default="", max_length=200)
    url = WebAddressField(allow_blank=True, default="", max_length=2000)
    published_on = DayField(allow_null=True, default=None)


class ObservationIn(StrictSerializer):
    """`value`, or both `low` and `high` where the publication gives a range."""

    kpi = CodeField(queryset=Kpi.objects.all())
    period = PeriodField()
    value = DecimalField(allow_null=True, default=None)
    low = DecimalField(allow_null=True, default=None)
    high = DecimalField(allow_null=True, default=None)
    status = serializers.ChoiceField(choices=ObservationStatus, default=ObservationStatus.FINAL)
    approximate = FlagField(default=False)
    derived = FlagField(default=False)
    derivation = TextField(allow_blank=True, default="", max_length=2000)
    note = TextField(allow_blank=True, default="", max_length=2000)
    source = SourceIn()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        number, low, high = attrs["value"], attrs["low"], attrs["high"]
        exact = number is not None and low is None and high is None
        between = number is None and low is not None and high is not None and low <= high
        if not (exact or between):
            hint = "Send either value, or both low and high with low at most high."
            raise serializers.ValidationError({"value": [serializers.ErrorDetail(hint, "value-or-range")]})
        return attrs


class ContentIn(StrictSerializer):
    narrative = TextField(allow_blank=True, default="", max_length=LONG)
    declared_status = serializers.ChoiceField(choices=MeasureStatus, allow_blank=True, default="")
    declared_health = serializers.ChoiceField(choices=Health, allow_blank=True, default="")
    observations = ObservationIn(many=True, default=list, max_length=200)


class UpdateIn(ContentIn):
    measure = CodeField(queryset=Measure.objects.all())
    cycle = CodeField(queryset=Cycle.objects.all())
    on_behalf_of = CodeField(queryset=Ministry.objects.all(), allow_null=True, default=None)


class ReportedSourceOut(serializers.Serializer[ReportedValue]):
    title = serializers.CharField(source="source_title")
    publisher = serializers.CharField(source="source_publisher")
    url = serializers.CharField(source="source_url")
    published_on = DayField(source="source_published_on", allow_null=True)


class ReportedValueOut(serializers.ModelSerializer[ReportedValue]):
    kpi = serializers.CharField(source="kpi.code")
    unit = serializers.CharField(source="kpi.unit")
    period = PeriodField()
    value = DecimalField(allow_null=True)
    low = DecimalField(allow_null=True)
    high = DecimalField(allow_null=True)
    source = ReportedSourceOut(source="*")

    class Meta:
        model = ReportedValue
        fields = [
            "kpi",
            "period",
            "value",
            "low",
            "high",
            "unit",
            "status",
            "approximate",
            "derived",
            "derivation",
            "note",
            "source",
        ]


class ReviewOut(serializers.ModelSerializer[Review]):
    actor = serializers.CharField(source="actor.username")
    at = InstantField(source="recorded_at")

    class Meta:
        model = Review
        fields = ["round", "verb", "comment", "actor", "at"]


class ActionOut(serializers.Serializer[Any]):
    """Something one may want to do: whether it is allowed to the caller now and, if not, why."""

    verb = serializers.ChoiceField(choices=[(verb, verb) for verb in transitions.VERBS])
    allowed = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class UpdateOut(serializers.ModelSerializer[ProgressUpdate]):
    """A report. Who wrote and decided it, and the comments of its rounds, are shown to those who see its rounds."""

    measure = serializers.CharField(source="measure.code")
    cycle = serializers.CharField(source="cycle.code")
    ministry = serializers.CharField(source="ministry.code")
    on_behalf_of = serializers.CharField(source="on_behalf_of.code", allow_null=True, default=None)
    observations = serializers.SerializerMethodField()
    author = serializers.SerializerMethodField()
    drafted_at = InstantField()
    submitted_at = InstantField(allow_null=True)
    decided_at = InstantField(allow_null=True)
    decided_by = serializers.SerializerMethodField()
    reviews = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = ProgressUpdate
        fields = [
            "id",
            "version",
            "measure",
            "cycle",
            "kind",
            "state",
            "round",
            "ministry",
            "narrative",
            "declared_status",
            "declared_health",
            "observations",
            "author",
            "on_behalf_of",
            "drafted_at",
            "submitted_at",
            "decided_at",
            "decided_by",
            "reviews",
            "actions",
        ]

    @extend_schema_field(ReportedValueOut(many=True))
    def get_observations(self, row: ProgressUpdate) -> list[dict[str, Any]]:
        return ReportedValueOut(sorted(row.observations.all(), key=lambda one: one.position), many=True).data

    def get_author(self, row: ProgressUpdate) -> str | None:
        return row.author.username if self._inside(row) else None

    def get_decided_by(self, row: ProgressUpdate) -> str | None:
        return row.decided_by.username if row.decided_by and self._inside(row) else None

    @extend_schema_field(ReviewOut(many=True, allow_null=True))
    def get_reviews(self, row: ProgressUpdate) -> list[dict[str, Any]] | None:
        if not self._inside(row):
            return None
        return ReviewOut(sorted(row.reviews.all(), key=lambda one: one.recorded_at), many=True).data

    @extend_schema_field(ActionOut(many=True))
    def get_actions(self, row: ProgressUpdate) -> list[dict[str, Any]]:
        return queries.actions(row, self._actor(), on=day_of(timezone.now()))

    def _actor(self) -> Actor:
        return actor_of(self.context["request"])

    def _inside(self, row: ProgressUpdate) -> bool:
        return visibility.sees_rounds_of(self._actor(), row.ministry.code)


class UpdateFilter(StrictFilterSet):
    measure = CodesFilter(queryset=Measure.objects.all())
    ministry = CodesFilter(queryset=Ministry.objects.all())
    cycle = CodesFilter(queryset=Cycle.objects.all())
    state = ChoicesFilter(UpdateState)
    kind = ChoicesFilter(UpdateKind)
    mine = FlagFilter(method="written_by_me")

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
        """Begin a report as a draft."""

        def act(at: datetime) -> Answer:
            if problem := transitions.cannot_report(self.actor):
                raise WrongRole(problem.code, problem.detail)
            given = _valid(UpdateIn(data=request.data))
            subject = {name: given.pop(name) for name in ("measure", "cycle", "on_behalf_of")}
            update = operations.draft(**subject, content=_content(given), actor=self.actor, at=at)
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
        update = find(self.get_queryset(), "pk", pk)
        if problem := transitions.forbidden(verb, queries.update_facts(update), self.actor):
            raise WrongRole(problem.code, problem.detail)
        require_version(self.request, update.version)
        return update


class UpdateDetail(UpdateView):
    @extend_schema(request=ContentIn(partial=True), responses=UpdateOut)
    def patch(self, request: Request, pk: int) -> HttpResponse:
        """Change a draft or a returned report; `observations` are replaced as a whole."""

        def act(at: datetime) -> Answer:
            update = self.found("edit", pk)
            given = _valid(ContentIn(data=request.data, partial=True))
            content = _content(given)
            operations.edit(update_id=pk, content=content, actor=self.actor, at=at, version=update.version)
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


def _content(given: Mapping[str, Any]) -> dict[str, Any]:
    """The operations' content: observations become ReportedValues that are not saved yet."""
    content = dict(given)
    if "observations" in content:
        content["observations"] = [_reported(dict(one)) for one in content["observations"]]
    return content


def _reported(given: dict[str, Any]) -> ReportedValue:
    period, source = given.pop("period"), given.pop("source")
    return ReportedValue(
        period_type=period.type,
        period_start=period.start,
        period_end=period.end,
        **{f"source_{name}": value for name, value in source.items()},
        **given,
    )


def _answer(request: Request, pk: int, status: int, *, location: str = "") -> Answer:
    update = queries.whole(ProgressUpdate.objects.all()).get(pk=pk)
    data = UpdateOut(update, context={"request": request}).data
    return Answer(status, data, location=location, version=update.version)
