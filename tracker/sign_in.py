"""Turns what the environment says of signing in into settings, and says clearly what is wrong with it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from measures.vocabulary import Role


def duties_from(text: str) -> frozenset[str]:
    """'coordinator,approver' as a set; blank is none. Raises ImproperlyConfigured."""
    named = frozenset(one.strip() for one in text.split(",") if one.strip())
    if unknown := sorted(named - set(Role.values)):
        raise ImproperlyConfigured(
            f"SECOND_FACTOR_DUTIES names '{unknown[0]}', which is no duty; choose from {', '.join(Role.values)}."
        )
    return named


def providers_from(*, issuer: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """The identity provider as allauth takes it; none when nothing is given. Raises ImproperlyConfigured for a half.

    The issuer is the address that its own configuration names, to the letter.
    """
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": client_id, "OIDC_CLIENT_SECRET": secret}
    if not any([*given.values(), name]):
        return {}
    if missing := [one for one, value in given.items() if not value]:
        raise ImproperlyConfigured(f"{', '.join(missing)}: an identity provider needs all of {', '.join(given)}.")
    parts = urlsplit(issuer)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if not (is_here or (parts.scheme == "https" and parts.hostname)) or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"OIDC_ISSUER must be an https address without ? and #, not {issuer!r}.")
    settings = {"server_url": issuer.rstrip("/"), "issuer": issuer, "oauth_pkce_enabled": True}
    app = {
        "provider_id": "oidc",
        "name": name or parts.hostname,
        "client_id": client_id,
        "secret": secret,
        "settings": {**settings, "scope": ["openid", "email"]},
    }
    return {"openid_connect": {"APPS": [app]}}
