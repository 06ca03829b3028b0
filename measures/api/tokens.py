"""A person's tokens: their own to issue and revoke, and everyone's to the administrator."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from measures.api.fields import InstantField, StrictSerializer, TextField, WholeNumberField
from measures.api.people import PersonField
from measures.api.permissions import SignedIn
from measures.api.registry import valid
from measures.api.views import DetailView, ListView, find
from measures.api.writes import Answer, write
from measures.errors import BadInput, Problem, WrongRole
from measures.messages import say
from measures.models import Person, Token
from measures.operations import tokens
from measures.rules import registry
from measures.rules.roles import Actor
from measures.vocabulary import Scope

LONGEST_DAYS = 366


class TokenIn(StrictSerializer):
    """`days` is how long it is good for; `person` is left out for one's own."""

    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope), allow_empty=False, max_length=10)
    days = WholeNumberField(min_value=1, max_value=LONGEST_DAYS, default=90)
    label = TextField(allow_blank=True, default="", max_length=100)
    person = PersonField(required=False)


class TokenOut(serializers.ModelSerializer[Token]):
    id = serializers.CharField(source="public_id")
    person = serializers.CharField(source="person.username")
    created_at = InstantField()
    expires_at = InstantField()
    revoked_at = InstantField(allow_null=True)
    last_used_at = InstantField(allow_null=True)

    class Meta:
        model = Token
        fields = ["id", "person", "label", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at"]


class TokenMadeOut(TokenOut):
    """With the token itself, which is shown this once."""

    token = serializers.CharField()

    class Meta(TokenOut.Meta):
        fields = [*TokenOut.Meta.fields, "token"]


def seen_by(actor: Actor) -> QuerySet[Token]:
    """One's own tokens, or all of them for the administrator."""
    rows = Token.objects.select_related("person")
    return rows if registry.cannot_administer(actor) is None else rows.filter(person=actor.person_id)


class TokenList(ListView):
    takes_known_at = False
    permission_classes = [SignedIn]
    serializer_class = TokenOut
    keyset = ("id",)

    def get_queryset(self) -> QuerySet[Token]:
        if getattr(self, "swagger_fake_view", False):
            return Token.objects.none()
        return seen_by(self.actor)

    @extend_schema(request=TokenIn, responses={201: TokenMadeOut})
    def post(self, request: Request) -> HttpResponse:
        """Issue a token; its text is in this answer and nowhere else, so a repeated request gets a new key."""

        def act(at: datetime) -> Answer:
            given = valid(TokenIn(data=request.data))
            person = given.get("person") or Person.objects.get(pk=self.actor.signed_in_id)
            _refuse(self.actor, person, given["scopes"])
            token, text = tokens.issue(
                person=person,
                scopes=given["scopes"],
                expires_at=at + timedelta(days=given["days"]),
                at=at,
                label=given["label"],
                issuer_id=self.actor.person_id,
            )
            data = {**TokenOut(token).data, "token": text}
            return Answer(201, data, location=f"{request.path}/{token.public_id}")

        # The answer holds a secret, so it is not stored for a replay.
        return write(request, act, needs_key=False, keeps=False)


class TokenDetail(DetailView):
    takes_known_at = False
    permission_classes = [SignedIn]
    serializer_class = TokenOut
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Token]:
        if getattr(self, "swagger_fake_view", False):
            return Token.objects.none()
        return seen_by(self.actor)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str) -> HttpResponse:
        """Revoke a token at once and for good."""

        def act(at: datetime) -> Answer:
            found = find(self.get_queryset(), "public_id", public_id)
            tokens.revoke(public_id=found.public_id, at=at, revoker_id=self.actor.person_id)
            return Answer(204)

        return write(request, act, needs_key=False)


def _refuse(actor: Actor, person: Person, scopes: list[str]) -> None:
    """A token is issued for oneself with no more scopes than one has, or by the administrator for anyone."""
    if problem := registry.cannot_administer(actor):
        if person.pk != actor.person_id:
            raise WrongRole(problem.code, problem.detail)
        if more := sorted(set(scopes) - set(actor.scopes)):
            detail = say("This token lacks the scope '{more}' itself, so it cannot give it to another.", more=more[0])
            raise BadInput([Problem("/scopes", "insufficient-scope", detail)])
