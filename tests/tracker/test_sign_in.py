"""What the environment says of signing in: all of it or none, and loud otherwise."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker.sign_in import duties_from, providers_from

WHOLE = {"issuer": "https://id.example.go.jp/realm", "client_id": "a", "secret": "b", "name": ""}


def test_no_provider_is_none_and_a_whole_one_is_called_by_its_host() -> None:
    assert providers_from(issuer="", client_id="", secret="", name="") == {}
    (app,) = providers_from(**WHOLE)["openid_connect"]["APPS"]
    assert (app["name"], app["settings"]["oauth_pkce_enabled"]) == ("id.example.go.jp", True)


@pytest.mark.parametrize("missing", ["issuer", "client_id", "secret"])
def test_half_a_provider_is_refused_with_what_is_missing(missing: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=missing.upper()):
        providers_from(**{**WHOLE, missing: ""})


def test_a_name_alone_is_no_provider() -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER"):
        providers_from(issuer="", client_id="", secret="", name="職員認証")


@pytest.mark.parametrize("issuer", ["http://id.example.go.jp", "id.example.go.jp", "https://", "https://a.jp/?x=1"])
def test_a_provider_is_asked_by_https_alone(issuer: str) -> None:
    given: dict[str, Any] = {**WHOLE, "issuer": issuer}
    with pytest.raises(ImproperlyConfigured, match="https"):
        providers_from(**given)


def test_duties_are_those_there_are() -> None:
    assert duties_from("") == frozenset()
    assert duties_from("coordinator, approver") == {"coordinator", "approver"}
    with pytest.raises(ImproperlyConfigured, match="'minister'"):
        duties_from("approver,minister")
