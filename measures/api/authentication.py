"""Who asks: a token as Bearer or Basic, or the session of a signed-in browser."""

import base64
import binascii
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as BrowserSession
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from measures.api import problems
from measures.api.edge import is_upload
from measures.errors import BadInput, Problem, WrongRole
from measures.messages import lazy, say
from measures.models import Person, Token
from measures.operations import tokens
from measures.operations.moments import day_of
from measures.queries import people
from measures.rules import sign_in
from measures.rules.roles import Actor, DutyHeld, under
from measures.vocabulary import Role, Scope

# Names one of the caller's duties, such as officer@mext, to act under that one alone.
ACTING_AS = "Acting-As"
# Where a session notes whether a second factor was shown in it.
FACTOR_SHOWN = "second_factor_shown"
FACTOR_PAGE = "/account/factor"
REFUSED = lazy("The token is unknown, ended or revoked; issue a new one.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the Authorization header of a request comes to: a good token, or why there is none.

    A guess has the form of a token and opens nothing; a token that ended is no guess, since its secret was known.
    """

    token: Token | None = None
    refusal: str = ""
    is_guess: bool = False


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <id>.<secret>`, or Basic with the id as user name and the secret as password."""

    def authenticate(self, request: Request) -> tuple[Person, Token] | None:
        shown = shown_by(request._request)
        if shown is None:
            return None
        if shown.token is None:
            raise AuthenticationFailed(shown.refusal)
        tokens.note_use(shown.token, at=timezone.now())
        return shown.token.person, shown.token

    def authenticate_header(self, request: Request) -> str:
        return problems.CHALLENGE


class SessionAuthentication(BrowserSession):
    """A signed-in browser; every write must carry the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        # The check looks for a form field, which reads the stream; a body held in memory can be read again.
        held = request._request
        if is_upload(held):
            # Not held, since it is large, and not read, since its fields are for its own parser.
            held._post, held._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
        else:
            _ = held.body
        try:
            super().enforce_csrf(held)
        except PermissionDenied:
            raise WrongRole("csrf", say("A signed-in browser must send its CSRF token as X-CSRFToken.")) from None

    def authenticate_header(self, request: Request) -> str:
        return problems.CHALLENGE


def shown_by(request: HttpRequest) -> Shown | None:
    """The credentials in the request's header, if there are any; one statement, once a request."""
    if not hasattr(request, "_shown"):
        header = get_authorization_header(request)
        request._shown = _shown(header) if header else None
    return request._shown


def _shown(header: bytes) -> Shown:
    try:
        public_id, secret = credentials(header)
    except AuthenticationFailed as error:
        return Shown(refusal=str(error.detail))
    token = tokens.find(public_id=public_id, secret=secret)
    if token is None:
        return Shown(refusal=REFUSED, is_guess=True)
    return Shown(token) if tokens.is_good(token, at=timezone.now()) else Shown(refusal=REFUSED)


def actor_of(request: Request) -> Actor:
    """The caller with the duties of today, or with the one that the request names; anonymous without credentials.

    One statement, once a request. Raises WrongRole when the caller does not hold the duty that is named, BadInput when
    it names none.
    """
    known = getattr(request, "_actor", None)
    if known is None:
        known = request._actor = _named(request, _actor(request))
    return known


def _named(request: Request, actor: Actor) -> Actor:
    named = request.headers.get(ACTING_AS)
    if named is None:
        return actor
    if actor.person_id is None:
        raise NotAuthenticated(say("Send a token or sign in; './dev manage issue_token' makes a token."))
    role, at, ministry = named.partition("@")
    if not (at and ministry and role in Role.values):
        detail = say("Name a role and a ministry as 'officer@mext': one of your duties, which /me lists.")
        raise BadInput([Problem("", "acting-as", detail, parameter=ACTING_AS)])
    found = under(actor, DutyHeld(Role(role), ministry))
    if found is None:
        raise WrongRole("duty-not-held", say("You do not hold the duty '{duty}'; /me lists yours.", duty=named[:64]))
    return found


def _actor(request: Request) -> Actor:
    # The gate has read it already, in the statement by which it also keeps the answer.
    if known := getattr(request._request, "actor", None):
        return known
    request_id = request._request.request_id
    if not request.user.is_authenticated:
        return Actor(request_id=request_id)
    scopes = request.auth.scopes if isinstance(request.auth, Token) else Scope.values
    on = day_of(timezone.now())
    actor = people.actor(person_id=request.user.pk, scopes=scopes, on=on, request_id=request_id)
    if not isinstance(request.auth, Token) and owes_factor(request._request, actor):
        detail = say("Your duty asks for a second factor: set it up at {address} first.", address=FACTOR_PAGE)
        raise WrongRole("second-factor-needed", detail)
    return actor


def owes_factor(request: HttpRequest, actor: Actor) -> bool:
    """Whether the session of `request` has to show a second factor before anything else."""
    shown = bool(request.session.get(FACTOR_SHOWN))
    return sign_in.owes_factor(actor.duties, asked_of=settings.SECOND_FACTOR_DUTIES, has_shown=shown)


def credentials(header: bytes) -> tuple[str, str]:
    """The id and the secret in an Authorization header. Raises AuthenticationFailed."""
    scheme, _, rest = header.partition(b" ")
    try:
        if scheme.lower() == b"bearer":
            public_id, dot, secret = rest.strip().decode("ascii").partition(".")
        elif scheme.lower() == b"basic":
            public_id, dot, secret = base64.b64decode(rest.strip(), validate=True).decode("ascii").partition(":")
        else:
            raise AuthenticationFailed(say("Send the token as 'Authorization: Bearer <id>.<secret>' or by HTTP Basic."))
    except (UnicodeDecodeError, binascii.Error):
        raise AuthenticationFailed(say("The Authorization header cannot be read; see how a token is sent.")) from None
    if not (public_id and dot and secret) or "\x00" in public_id:
        raise AuthenticationFailed(say("The Authorization header holds no token of the form <id>.<secret>."))
    return public_id, secret
