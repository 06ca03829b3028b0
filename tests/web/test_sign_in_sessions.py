"""The page at /account: every session is there, the current one marked, and an end to any works at once."""

import re
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from measures.models import Event, SignIn
from measures.web.sign_in_sessions import device
from tests.api import wire
from tests.web.test_login import sign_in, with_password
from tests.web.test_sign_in_factors import post

pytestmark = pytest.mark.django_db

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox, Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    " Edg/140.0.0.0": "Edge, Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
    " Mobile/15E148 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile"
    " Safari/537.36": "Chrome, Android",
    "<script>alert(1)</script>": "An unknown browser",
}


def signed_in(username: str = "officer.jpo", agent: str = "") -> Client:
    browser = Client(enforce_csrf_checks=True, headers={"User-Agent": agent})
    assert sign_in(browser, username).status_code == 302
    return browser


@pytest.fixture
def two(loaded: None) -> tuple[Client, Client]:
    """Two browsers of one person."""
    with_password("officer.jpo")
    with_password("officer.meti")
    first, second = list(AGENTS)[:2]
    return signed_in(agent=first), signed_in(agent=second)


def rows(page: Any) -> list[str]:
    return re.findall(r"<tr.*?</tr>", page.content.decode().partition("<tbody>")[2], re.DOTALL)


def is_open(browser: Client) -> bool:
    return bool(browser.get("/api/v1/me").status_code == 200)


@pytest.mark.parametrize(("agent", "name"), AGENTS.items())
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert device(agent) == name


def test_every_session_is_listed_with_this_one_marked_and_no_key_of_any(two: tuple[Client, Client]) -> None:
    page = two[0].get("/account")
    found = rows(page)
    assert len(found) == 2
    (mine,) = [row for row in found if "(this one)" in row]
    assert "Firefox, Windows" in mine and "127.0.0.1" in mine
    assert not any(key in page.content.decode() for key in SignIn.objects.values_list("pk", flat=True))


def test_a_session_that_is_ended_is_closed_at_once_for_the_api_too(two: tuple[Client, Client]) -> None:
    one, other = two
    one.get("/account")
    public_id = SignIn.objects.get(pk=other.session.session_key).public_id
    assert post(one, "/account/sessions/end", session=public_id)["Location"] == "/account"
    assert (is_open(one), is_open(other)) == (True, False)
    assert other.get("/account")["Location"] == "/login?next=/account"
    assert Event.objects.get(verb="end").subject_code == public_id


def test_all_others_end_and_this_one_stays(two: tuple[Client, Client]) -> None:
    one, other = two
    someone_else = signed_in("officer.meti")
    one.get("/account")
    post(one, "/account/sessions/end")
    assert (is_open(one), is_open(other), is_open(someone_else)) == (True, False, True)


def test_ending_this_one_is_signing_out(two: tuple[Client, Client]) -> None:
    one, other = two
    one.get("/account")
    public_id = SignIn.objects.get(pk=one.session.session_key).public_id
    assert post(one, "/account/sessions/end", session=public_id)["Location"] == "/login"
    assert (is_open(one), is_open(other)) == (False, True)


@pytest.mark.parametrize("named", ["", "unknown", "a\x00b"])
def test_someone_elses_session_is_out_of_reach(two: tuple[Client, Client], named: str) -> None:
    someone_else = signed_in("officer.meti")
    theirs = SignIn.objects.get(pk=someone_else.session.session_key).public_id
    two[0].get("/account")
    assert post(two[0], "/account/sessions/end", session=named or theirs)["Location"] == "/account"
    assert is_open(someone_else)


def test_signing_out_ends_the_session_with_an_event(two: tuple[Client, Client]) -> None:
    one, _ = two
    one.get("/account")
    key = one.session.session_key
    assert post(one, "/logout").status_code == 302
    one.cookies[configured.SESSION_COOKIE_NAME] = key
    assert not is_open(one)
    assert '"why":"signed-out"' in Event.objects.get(verb="end").body


@pytest.mark.parametrize("address", ["/account/sessions/end", "/account/factor", "/account/factor/remove"])
def test_without_its_csrf_token_nothing_is_done_403(two: tuple[Client, Client], address: str) -> None:
    wire.problem(two[0].post(address, {}), 403, "csrf")
    assert is_open(two[1])


@pytest.mark.parametrize("address", ["/account", "/account/factor"])
def test_the_account_is_for_someone_who_is_signed_in(loaded: None, address: str) -> None:
    assert Client().get(address)["Location"] == f"/login?next={address}"


@pytest.mark.parametrize(
    "address",
    [
        "/signup",
        "/accounts/signup/",
        "/accounts/login/",
        "/password/reset",
        "/accounts/email/",
        "/2fa",
        "/confirm-email",
    ],
)
def test_nothing_else_of_the_libraries_is_reached_404(loaded: None, address: str) -> None:
    assert Client().get(address).status_code == 404
