"""People and their duties, for the administrator alone."""

from datetime import datetime

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.authentication import actor_of
from measures.api.fields import CodeField, DayField, FlagField, LabelField, StrictSerializer, TextField
from measures.api.filters import ChoicesFilter, CodesFilter, FlagFilter, StrictFilterSet
from measures.api.permissions import SignedIn
from measures.api.registry import CODE, ReasonIn, administered, valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer
from measures.errors import WrongRole
from measures.messages import lazy
from measures.models import Duty, Ministry, Person
from measures.operations import people
from measures.rules import registry
from measures.rules.roles import Actor
from measures.vocabulary import Role


class MayAdminister(SignedIn):
    """Reading people and duties is the administrator's too: names are personal data."""

    def has_permission(self, request: Request, view: object) -> bool:
        super().has_permission(request, view)
        if problem := registry.cannot_administer(actor_of(request)):
            raise WrongRole(problem.code, problem.detail)
        return True


@extend_schema_field({"type": "string", "minLength": 1})
class PersonField(serializers.SlugRelatedField):
    """A person by user name."""

    default_error_messages = {
        "does_not_exist": lazy("There is no account '{value}'."),
        "invalid": lazy("Send a user name."),
    }

    def __init__(self, **kwargs: object) -> None:
        super().__init__(slug_field="username", queryset=Person.objects.all(), **kwargs)

    def to_internal_value(self, data: object) -> Person:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PersonIn(StrictSerializer):
    username = TextField(max_length=64, validators=[CODE])
    display_name = TextField(max_length=200)
    email = serializers.EmailField(allow_blank=True, required=False)


class PersonChangesIn(ReasonIn):
    """`is_active` false closes the account and all its tokens at once."""

    is_active = FlagField()


class PersonOut(serializers.ModelSerializer[Person]):
    """`email` is blank where there is none."""

    email = serializers.CharField()

    class Meta:
        model = Person
        fields = ["username", "display_name", "email", "is_active", "is_demo"]


class DutyIn(StrictSerializer):
    person = PersonField()
    role = serializers.ChoiceField(choices=Role)
    ministry = CodeField(queryset=Ministry.objects.all())
    valid_from = DayField()


class DutyEndIn(ReasonIn):
    """`valid_to` is the first day without the duty."""

    valid_to = DayField()


class DutyOut(serializers.ModelSerializer[Duty]):
    person = serializers.CharField(source="person.username")
    ministry = serializers.CharField(source="ministry.code")
    role_label = LabelField(Role, source="role")

    class Meta:
        model = Duty
        fields = ["id", "person", "role", "role_label", "ministry", "valid_from", "valid_to"]


class PersonFilter(StrictFilterSet):
    is_active = FlagFilter()
    is_demo = FlagFilter()


class DutyFilter(StrictFilterSet):
    role = ChoicesFilter(Role)
    ministry = CodesFilter(queryset=Ministry.objects.all())


class PersonList(ListView):
    takes_known_at = False
    permission_classes = [MayAdminister]
    queryset = Person.objects.all()
    serializer_class = PersonOut
    filterset_class = PersonFilter
    keyset = ("username",)

    @extend_schema(request=PersonIn, responses={201: PersonOut})
    def post(self, request: Request) -> HttpResponse:
        """Open an account; a command gives it its password, a duty its rights."""

        def act(at: datetime, actor: Actor) -> Answer:
            given = {"email": "", **valid(PersonIn(data=request.data))}
            person = people.add(**given, actor=actor, at=at)
            return Answer(201, PersonOut(person).data, location=f"{request.path}/{person.username}")

        return administered(request, act)


class PersonDetail(DetailView):
    takes_known_at = False
    permission_classes = [MayAdminister]
    queryset = Person.objects.all()
    serializer_class = PersonOut
    lookup_field = "username"

    @extend_schema(request=PersonChangesIn, responses=PersonOut)
    def patch(self, request: Request, username: str) -> HttpResponse:
        """Close or re-open an account."""

        def act(at: datetime, actor: Actor) -> Answer:
            find(Person.objects.all(), "username", username)
            given = valid(PersonChangesIn(data=request.data))
            person = people.set_active(
                username=username, active=given["is_active"], reason=given["reason"], actor=actor, at=at
            )
            return Answer(200, PersonOut(person).data)

        return administered(request, act, needs_key=False)


class DutyList(ListView):
    takes_known_at = False
    permission_classes = [MayAdminister]
    queryset = Duty.objects.select_related("person", "ministry")
    serializer_class = DutyOut
    filterset_class = DutyFilter
    keyset = ("id",)

    @extend_schema(request=DutyIn, responses={201: DutyOut})
    def post(self, request: Request) -> HttpResponse:
        """Give a person a duty."""

        def act(at: datetime, actor: Actor) -> Answer:
            duty = people.grant(**valid(DutyIn(data=request.data)), actor=actor, at=at)
            return Answer(201, DutyOut(duty).data, location=f"{request.path}/{duty.pk}")

        return administered(request, act)


class DutyDetail(DetailView):
    takes_known_at = False
    permission_classes = [MayAdminister]
    queryset = Duty.objects.select_related("person", "ministry")
    serializer_class = DutyOut
    lookup_field = "pk"

    @extend_schema(request=DutyEndIn, responses=DutyOut)
    def patch(self, request: Request, pk: int) -> HttpResponse:
        """End a duty."""

        def act(at: datetime, actor: Actor) -> Answer:
            find(Duty.objects.all(), "pk", pk)
            given = valid(DutyEndIn(data=request.data))
            return Answer(200, DutyOut(people.end_duty(duty_id=pk, actor=actor, at=at, **given)).data)

        return administered(request, act, needs_key=False)
