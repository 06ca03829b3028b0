"""Who asks: a token as Bearer or Basic, or the session of a signed-in browser."""

import base64
import binascii

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as BrowserSession
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from measures.api import problems
from measures.models import Person, Token
from measures.operations import tokens
from measures.operations.moments import day_of
from measures.queries import people
from measures.rules.roles import Actor
from measures.vocabulary import Scope

REFUSED = "The token is unknown, ended or revoked; issue a new one."


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <id>.<secret>`, or Basic with the id as user name and the secret as password."""

    def authenticate(self, request: Request) -> tuple[Person, Token] | None:
        header = get_authorization_header(request)
        if not header:
            return None
        public_id, secret = _credentials(header)
        at = timezone.now()
        token = tokens.find(public_id=public_id, secret=secret, at=at)
        if token is None:
            raise AuthenticationFailed(REFUSED)
        tokens.note_use(token, at=at)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return problems.CHALLENGE


class SessionAuthentication(BrowserSession):
    """A signed-in browser; every write must carry the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        # The check looks for a form field, which reads the stream; a body held in memory can be read again.
        held = request._request
        _ = held.body
        super().enforce_csrf(held)

    def authenticate_header(self, request: Request) -> str:
        return problems.CHALLENGE


def actor_of(request: Request) -> Actor:
    """The caller with the duties of today; anonymous without credentials. One statement, once a request."""
    known = getattr(request, "_actor", None)
    if known is None:
        known = request._actor = _actor(request)
    return known


def _actor(request: Request) -> Actor:
    request_id = request._request.request_id
    if not request.user.is_authenticated:
        return Actor(request_id=request_id)
    scopes = request.auth.scopes if isinstance(request.auth, Token) else Scope.values
    on = day_of(timezone.now())
    return people.actor(person_id=request.user.pk, scopes=scopes, on=on, request_id=request_id)


def _credentials(header: bytes) -> tuple[str, str]:
    scheme, _, rest = header.partition(b" ")
    try:
        if scheme.lower() == b"bearer":
            public_id, dot, secret = rest.strip().decode("ascii").partition(".")
        elif scheme.lower() == b"basic":
            public_id, dot, secret = base64.b64decode(rest.strip(), validate=True).decode("ascii").partition(":")
        else:
            raise AuthenticationFailed("Send the token as 'Authorization: Bearer <id>.<secret>' or by HTTP Basic.")
    except (UnicodeDecodeError, binascii.Error):
        raise AuthenticationFailed("The Authorization header cannot be read; see how a token is sent.") from None
    if not (public_id and dot and secret) or "\x00" in public_id:
        raise AuthenticationFailed("The Authorization header holds no token of the form <id>.<secret>.")
    return public_id, secret
