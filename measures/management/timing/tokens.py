"""Tokens and sessions by which the generated people speak."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from measures.models import Duty, Person
from measures.operations import sign_in_sessions, tokens
from measures.vocabulary import Role, Scope


def tokens_of(role: Role, *, at: datetime) -> dict[int, str]:
    """A token of everyone with that role, by the id of their ministry."""
    duties = Duty.objects.filter(role=role, valid_to=None).select_related("person").order_by("pk")
    return {duty.ministry_id: token_of(duty.person, at=at) for duty in duties}


def token_of(person: Person, *, at: datetime) -> str:
    """A token that is good for a day, with every scope."""
    end = at + timedelta(days=1)
    return tokens.issue(person=person, scopes=Scope.values, expires_at=end, at=at, label="bench", issuer_id=None)[1]


def cookie_of(person: Person, *, at: datetime) -> str:
    """The cookie of a browser in which they are signed in, as a request has it."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    told = {"how": "bench", "address": "", "agent": "bench", "caller": "", "request_id": "bench"}
    sign_in_sessions.begin(session=session, person=person, at=at, **told)
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
