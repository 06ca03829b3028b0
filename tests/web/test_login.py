"""Signing in by the form, and what a session may write: only with its CSRF token."""

import json
from functools import cache

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from measures import audit
from measures.models import Person
from measures.vocabulary import Audience
from tests import builders
from tests.api import wire

PASSWORD = "五月雨を集めて早し最上川"


@cache
def hashed() -> str:
    """Hashing takes long by design, so it is done once."""
    return make_password(PASSWORD)


@transaction.atomic
def with_password(username: str) -> Person:
    person = Person.objects.get(username=username)
    person.password = hashed()
    person.save(update_fields=["password"])
    audit.record(at=timezone.now(), actor_id=None, verb="password", subject=("person", str(person.pk)),
                 audience=Audience.RESTRICTED)  # fmt: skip
    return person


def sign_in(
    browser: Client, username: str = "officer.jpo", password: str = PASSWORD, address: str = "/login"
) -> HttpResponse:
    """Fills in the form of /login as a browser does."""
    page = browser.get(address)
    assert page.status_code == 200
    form = {"username": username, "password": password, "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    return browser.post(address, form)


@pytest.fixture
def browser(loaded: None) -> Client:
    with_password("officer.jpo")
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
def test_a_good_password_opens_a_session_302_and_the_api_knows_who_it_is(browser: Client) -> None:
    assert browser.get("/api/v1/me").status_code == 401
    response = sign_in(browser)
    assert (response.status_code, response["Location"]) == (302, "/")
    me = browser.get("/api/v1/me").json()
    assert (me["username"], "report" in me["scopes"]) == ("officer.jpo", True)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("officer.jpo", "wrong"),
        ("officer.jpo", ""),
        ("nobody", PASSWORD),
        ("", ""),
        ("a\x00b", PASSWORD),
        ("x" * 999, "x"),
    ],
)
def test_a_wrong_password_is_the_form_again_200_and_no_session(browser: Client, username: str, password: str) -> None:
    response = sign_in(browser, username, password)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert settings.SESSION_COOKIE_NAME not in browser.cookies
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.django_db
def test_someone_who_left_cannot_sign_in_and_a_session_ends_with_the_account(browser: Client) -> None:
    assert sign_in(browser).status_code == 302
    assert browser.get("/api/v1/me").status_code == 200
    Person.objects.filter(username="officer.jpo").update(is_active=False)
    assert browser.get("/api/v1/me").status_code == 401
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 200


@pytest.mark.django_db
def test_the_form_without_its_csrf_token_is_403(browser: Client) -> None:
    response = browser.post("/login", {"username": "officer.jpo", "password": PASSWORD})
    wire.problem(response, 403, "csrf")


@pytest.mark.django_db
def test_signing_in_leads_to_no_other_site(browser: Client) -> None:
    response = sign_in(browser, address="/login?next=https://evil.example/")
    assert response["Location"] == "/"
    assert sign_in(Client(enforce_csrf_checks=True), address="/login?next=/api/v1/me")["Location"] == "/api/v1/me"


def write(browser: Client, **headers: str) -> HttpResponse:
    return browser.post(
        "/api/v1/updates",
        json.dumps(wire.a_report()),
        content_type="application/json",
        headers={"Idempotency-Key": "one", **headers},
    )


@pytest.mark.django_db
def test_a_write_of_a_session_without_the_csrf_token_is_403_and_with_it_201(browser: Client) -> None:
    builders.an_open_cycle()
    sign_in(browser)
    wire.problem(write(browser), 403)
    wire.problem(write(browser, **{"X-CSRFToken": "x" * 64}), 403)
    made = write(browser, **{"X-CSRFToken": browser.cookies["csrftoken"].value})
    assert (made.status_code, made.json()["author"]) == (201, "officer.jpo")


@pytest.mark.django_db
@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_form_of_a_session_with_the_csrf_token_is_415(browser: Client, content_type: str) -> None:
    builders.an_open_cycle()
    sign_in(browser)
    headers = {"Idempotency-Key": "one", "X-CSRFToken": browser.cookies["csrftoken"].value}
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    wire.problem(browser.post("/api/v1/updates", body, content_type=content_type, headers=headers), 415)


@pytest.mark.django_db
def test_a_token_needs_no_csrf_token_and_stands_before_the_session_201_401(browser: Client) -> None:
    builders.an_open_cycle()
    sign_in(browser)
    wire.problem(write(browser, Authorization="Bearer x.y"), 401)
    assert write(browser, Authorization=f"Bearer {builders.token('officer.jpo')}").status_code == 201


@pytest.mark.django_db
def test_an_answer_to_a_session_is_private(browser: Client) -> None:
    assert browser.get("/api/v1/kpis")["Cache-Control"] == "no-cache"
    sign_in(browser)
    assert browser.get("/api/v1/kpis")["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db
def test_signing_out_ends_the_session_and_needs_the_csrf_token_403_302(browser: Client) -> None:
    sign_in(browser)
    assert browser.post("/logout").status_code == 403
    assert browser.get("/api/v1/me").status_code == 200
    assert browser.get("/logout").status_code == 405
    page = browser.get("/")
    assert "デモ 担当者（特許庁）" in page.content.decode()
    assert browser.post("/logout", {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}).status_code == 302
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_session_commits_without_an_event_since_it_changes_nothing_of_the_record(loaded: None) -> None:
    person = with_password("officer.jpo")
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 302
    assert Person.objects.get(pk=person.pk).last_login is not None
