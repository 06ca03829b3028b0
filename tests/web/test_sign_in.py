"""The page at /login: what it says, what it locks, what it leaves in cookies, sessions and the log."""

import logging
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from measures.models import Event, Person
from tests.web.test_login import PASSWORD, sign_in, with_password

pytestmark = pytest.mark.django_db

DAY = 86_400


@pytest.fixture
def browser(loaded: None) -> Client:
    with_password("officer.jpo")
    return Client(enforce_csrf_checks=True)


def said(page: Any) -> str:
    """What the page's alert says."""
    text = page.content.decode()
    return text.partition('id="alert">')[2].partition("<")[0]


def test_a_locked_account_is_429_with_when_to_come_back_and_a_right_password_opens_nothing(
    browser: Client, settings: Any
) -> None:
    settings.LOCKOUT = (2, DAY)
    assert [sign_in(browser, password="wrong").status_code for _ in range(2)] == [200, 200]
    page = sign_in(browser)
    assert (page.status_code, said(page)[:60]) == (429, "Too often was a wrong password or code given for this user n")
    assert int(page["Retry-After"]) > 0
    assert browser.get("/api/v1/me").status_code == 401


def test_an_account_that_there_is_not_says_the_same(browser: Client, settings: Any) -> None:
    settings.LOCKOUT = (1, DAY)
    answers = [[sign_in(browser, name, "wrong") for _ in range(2)] for name in ("officer.jpo", "nobody")]
    known, unknown = [[(one.status_code, said(one).partition(":")[0]) for one in two] for two in answers]
    assert known == unknown
    assert known[0] == (200, "The user name or the password is wrong.")


def test_wrong_passwords_of_one_address_are_counted_over_all_accounts_429(browser: Client, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "sign-in": (3, DAY)}
    assert [sign_in(browser, f"person{number}", "x").status_code for number in range(4)] == [200, 200, 200, 429]
    assert sign_in(browser).status_code == 429


def test_right_passwords_of_one_address_are_not_counted(browser: Client, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "sign-in": (3, DAY)}
    assert [sign_in(Client(enforce_csrf_checks=True)).status_code for _ in range(5)] == [302] * 5


def test_a_session_begins_under_a_new_key_whatever_the_browser_brought(browser: Client) -> None:
    session = browser.session
    session["planted"] = "by someone else"
    session.save()
    browser.cookies[configured.SESSION_COOKIE_NAME] = session.session_key
    sign_in(browser)
    assert browser.session.session_key != session.session_key
    thief = Client()
    thief.cookies[configured.SESSION_COOKIE_NAME] = session.session_key
    assert thief.get("/api/v1/me").status_code == 401


def test_a_key_that_somebody_made_up_is_not_taken(browser: Client) -> None:
    browser.cookies[configured.SESSION_COOKIE_NAME] = "a" * 32
    sign_in(browser)
    assert browser.cookies[configured.SESSION_COOKIE_NAME].value != "a" * 32


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "/\t/evil.example",
        " https://evil.example",
        "%2F%2Fevil.example%2F",
    ],
)
def test_next_leads_to_no_other_site(browser: Client, away: str) -> None:
    page = browser.get("/login")
    form = {"username": "officer.jpo", "password": PASSWORD, "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    assert browser.post("/login", {**form, "next": away})["Location"] == "/"


def test_next_leads_back_to_a_page_of_ours(browser: Client) -> None:
    assert sign_in(browser, address="/login?next=/api/v1/me%3Fx=1")["Location"] == "/api/v1/me?x=1"


def test_signing_in_and_failing_are_events_for_auditors_alone(browser: Client) -> None:
    sign_in(browser, password="wrong")
    sign_in(browser)
    person = Person.objects.get(username="officer.jpo")
    left = Event.objects.filter(verb__in=["sign_in", "fail_sign_in"]).order_by("pk")
    assert [(one.verb, one.actor_id, one.audience) for one in left] == [
        ("fail_sign_in", None, "restricted"),
        ("sign_in", person.pk, "restricted"),
    ]
    assert all(one.request_id for one in left)


def test_nothing_that_is_typed_comes_into_the_logs(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_in(browser, "typed-as-a-name", "typed-as-a-password")
        sign_in(browser)
    assert "typed-as-a" not in caplog.text
    assert PASSWORD not in caplog.text


def test_the_page_is_kept_by_nobody_and_the_password_is_not_sent_back(browser: Client) -> None:
    page = sign_in(browser, password="typed-as-a-password")
    assert "no-store" in page["Cache-Control"]
    assert "typed-as-a-password" not in page.content.decode()


def test_the_cookies_of_a_service_behind_tls_are_for_tls_alone(browser: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    page = browser.get("/login")
    form = {"username": "officer.jpo", "password": PASSWORD, "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    cookie = browser.post("/login", form).cookies[configured.SESSION_COOKIE_NAME]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert page.cookies["csrftoken"]["secure"]


def test_it_is_said_in_japanese_to_who_asks_for_it(browser: Client) -> None:
    text = browser.get("/login", headers={"Accept-Language": "ja"}).content.decode()
    assert "利用者名" in text and "サインイン" in text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_page_takes_forms_only_405(browser: Client, method: str) -> None:
    assert getattr(Client(), method)("/login").status_code == 405
