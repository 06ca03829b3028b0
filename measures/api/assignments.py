"""Who owns which measure, since when and until when, and why we think so."""

from datetime import datetime

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.fields import CodeField, DayField, InstantField, LabelField
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet
from measures.api.registry import BasisIn, ElementField, ReasonIn, coordinated, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer
from measures.messages import say
from measures.models import Assignment, Measure, Ministry
from measures.operations import assignments
from measures.operations.measures import Owner
from measures.rules.roles import Actor
from measures.vocabulary import AssignmentRole, Basis


class OwnerIn(BasisIn):
    """A ministry and since when; a `stated` one names the element of the document that says so."""

    ministry = CodeField(queryset=Ministry.objects.all())
    valid_from = DayField()
    element = ElementField(allow_null=True, default=None)

    def validate(self, attrs: dict) -> dict:
        if attrs["basis"] == Basis.STATED and attrs["element"] is None:
            hint = say("What is stated names the element that states it.")
            raise serializers.ValidationError({"element": [serializers.ErrorDetail(hint, "required")]})
        return attrs

    @staticmethod
    def owner(given: dict) -> Owner:
        """The operation's Owner; takes its columns out of `given`."""
        return Owner(**{name: given.pop(name) for name in ("ministry", "valid_from", "basis", "reason", "element")})


class AssignmentIn(OwnerIn):
    measure = CodeField(queryset=Measure.objects.all())
    role = serializers.ChoiceField(choices=AssignmentRole)


class AssignmentEndIn(ReasonIn):
    """`valid_to` is the first day without the assignment."""

    valid_to = DayField()


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    measure = serializers.CharField(source="measure.code")
    ministry = serializers.CharField(source="ministry.code")
    element = serializers.CharField(source="element.code", allow_null=True, default=None)
    recorded_at = InstantField()
    role_label = LabelField(AssignmentRole, source="role")
    basis_label = LabelField(Basis, source="basis")

    class Meta:
        model = Assignment
        fields = [
            "id",
            "measure",
            "ministry",
            "role",
            "role_label",
            "valid_from",
            "valid_to",
            "basis",
            "basis_label",
            "reason",
            "element",
            "recorded_at",
        ]


class AssignmentFilter(StrictFilterSet):
    """`current=true` leaves out what has ended."""

    measure = CodesFilter(queryset=Measure.objects.all())
    ministry = CodesFilter(queryset=Ministry.objects.all())
    role = ChoicesFilter(AssignmentRole)
    current = FlagFilter(field_name="valid_to", lookup_expr="isnull")


class AssignmentList(ListView):
    serializer_class = AssignmentOut
    filterset_class = AssignmentFilter
    keyset = ("measure__code", "id")
    queryset = Assignment.objects.select_related("measure", "ministry", "element")

    @extend_schema(request=AssignmentIn, responses={201: AssignmentOut})
    def post(self, request: Request) -> HttpResponse:
        """Give a ministry a role on a measure; a new lead ends the old one's."""

        def act(at: datetime, actor: Actor) -> Answer:
            given = valid(AssignmentIn(data=request.data))
            made = assignments.assign(
                measure=given.pop("measure"), role=given.pop("role"), owner=OwnerIn.owner(given), actor=actor, at=at
            )
            return Answer(201, AssignmentOut(made).data, location=f"{request.path}/{made.pk}")

        return coordinated(request, act)


class AssignmentDetail(DetailView):
    serializer_class = AssignmentOut
    lookup_field = "pk"
    queryset = Assignment.objects.select_related("measure", "ministry", "element")

    @extend_schema(request=AssignmentEndIn, responses=AssignmentOut)
    def patch(self, request: Request, pk: int) -> HttpResponse:
        """End a supporting ministry's part in a measure."""

        def act(at: datetime, actor: Actor) -> Answer:
            given = valid(AssignmentEndIn(data=request.data))
            return Answer(200, AssignmentOut(assignments.end(assignment_id=pk, actor=actor, at=at, **given)).data)

        return coordinated(request, act, subject=lambda: find(Assignment.objects.all(), "pk", pk), needs_key=False)
