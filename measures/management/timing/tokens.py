"""Tokens by which the generated people speak."""

from datetime import datetime, timedelta

from measures.models import Duty, Person
from measures.operations import tokens
from measures.vocabulary import Role, Scope


def tokens_of(role: Role, *, at: datetime) -> dict[int, str]:
    """A token of everyone with that role, by the id of their ministry."""
    duties = Duty.objects.filter(role=role, valid_to=None).select_related("person").order_by("pk")
    return {duty.ministry_id: token_of(duty.person, at=at) for duty in duties}


def token_of(person: Person, *, at: datetime) -> str:
    """A token that is good for a day, with every scope."""
    end = at + timedelta(days=1)
    return tokens.issue(person=person, scopes=Scope.values, expires_at=end, at=at, label="bench", issuer_id=None)[1]
