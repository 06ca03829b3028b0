"""The identity provider as this service sees it: where it is, what it is asked, and what of its answers is believed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from requests import RequestException, Session

PROVIDER, DONE_PAGE = "oidc", "/login/identity/done"
# By a key of the provider's alone: with the client's secret, or none, anybody who knows it could sign.
ALGORITHMS = ("RS256", "PS256", "ES256")
NEEDED = ("iss", "sub", "aud", "exp", "iat", "nonce")
# How far its clock and ours may be apart, in seconds.
LEEWAY = 60
LONGEST_SUBJECT = 191
# What the libraries raise for an answer that is none, or not what it should be.
BROKEN = (OAuth2Error, RequestException, jwt.PyJWTError, LookupError, TypeError, ValueError)


class UntrustedError(Exception):
    """The provider's answer cannot be believed; the words are for tests and never for a page or a log."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Who somebody is at the provider; `email` only if verified there, `with_factor` if more than a password was."""

    issuer: str
    subject: str
    email: str
    with_factor: bool


class Adapter(DefaultSocialAccountAdapter):
    """allauth's way to the provider, which is asked where it was configured and is followed nowhere else."""

    def get_requests_session(self) -> Session:
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class Provider(OpenIDConnectOAuth2Adapter):
    """Its configuration, which has to name the issuer that was configured."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != app()["settings"]["issuer"]:
            raise OAuth2Error("another issuer")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(DONE_PAGE)


def app() -> dict[str, Any]:
    """The provider that is configured; LookupError when none is."""
    found: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    return found


def name() -> str:
    """What people call the provider; blank when none is configured."""
    return str(app()["name"]) if settings.SOCIALACCOUNT_PROVIDERS else ""


def led_there(request: HttpRequest, *, to: str) -> HttpResponse:
    """The way to the provider; what brings the answer back to this browser, once, stays in its session.

    Raises one of BROKEN when the provider does not say where to go.
    """
    provider = Provider(request, PROVIDER).get_provider()
    provider.oauth2_adapter_class = Provider
    nonce = secrets.token_urlsafe(32)
    response: HttpResponse = provider.redirect(
        request, process="login", next_url=to, data={"nonce": nonce}, auth_params={"nonce": nonce}
    )
    return response


def begun(request: HttpRequest) -> dict[str, Any] | None:
    """What was kept for the answer that the request brings, and is not any more; None when nothing was."""
    state: dict[str, Any] | None = statekit.unstash_state(
        request, provider_id=PROVIDER, state_id=request.GET.get("state", "")
    )
    return state


def shown_by(request: HttpRequest, state: Mapping[str, Any]) -> Shown:
    """Changes the code of the request into who somebody is. Raises UntrustedError, whatever is wrong."""
    try:
        provider = Provider(request, PROVIDER)
        known = provider.get_provider().app
        client = provider.get_client(request, known)
        given = client.get_access_token(request.GET["code"], pkce_code_verifier=state["pkce_code_verifier"])
        claims = _claims(provider, given["id_token"], nonce=state["data"]["nonce"])
        return _shown(provider, given, claims)
    except BROKEN as error:
        raise UntrustedError(type(error).__name__) from None


def _claims(provider: Provider, token: str, *, nonce: str) -> dict[str, Any]:
    known = app()
    header = jwt.get_unverified_header(token)
    with get_adapter().get_requests_session() as session:
        response = session.get(provider.openid_config["jwks_uri"])
        response.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(response.json()).keys
    fitting = [key for key in keys if key.key_id == header.get("kid")]
    claims: dict[str, Any] = jwt.decode(
        token,
        key=fitting[0],
        algorithms=list(ALGORITHMS),
        audience=known["client_id"],
        issuer=known["settings"]["issuer"],
        leeway=LEEWAY,
        options={"require": list(NEEDED)},
    )
    if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise OAuth2Error("another nonce")
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_shared or "azp" in claims) and claims.get("azp") != known["client_id"]:
        raise OAuth2Error("for another party")
    return claims


def _shown(provider: Provider, given: Mapping[str, Any], claims: Mapping[str, Any]) -> Shown:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise OAuth2Error("no subject")
    named = claims
    if "email" not in claims and "userinfo_endpoint" in provider.openid_config:
        named = provider._fetch_user_info(given["access_token"])
        # What is said of someone else is of no use, whoever says it (OpenID Connect Core, 5.3.2).
        if named.get("sub") != subject:
            raise OAuth2Error("of another subject")
    is_verified = named.get("email_verified") is True and isinstance(named.get("email"), str)
    methods = claims.get("amr")
    return Shown(
        issuer=claims["iss"],
        subject=subject,
        email=named["email"] if is_verified and "\x00" not in named["email"] else "",
        with_factor=isinstance(methods, list) and "mfa" in methods,
    )
