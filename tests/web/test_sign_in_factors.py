"""A second factor in the browser: set up, asked for, owed by duties, replaced and removed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from measures.models import Event, Factor, Person, RequestCount
from measures.operations import people, sign_in_factors
from tests import builders
from tests.api import wire
from tests.web.test_login import PASSWORD, sign_in, with_password

pytestmark = pytest.mark.django_db

STEP = timedelta(seconds=30)
OFFICER, APPROVER = "officer.jpo", "approver.jpo"


@pytest.fixture
def browser(loaded: None) -> Client:
    with_password(OFFICER)
    with_password(APPROVER)
    return Client(enforce_csrf_checks=True)


def post(browser: Client, address: str, **form: str) -> Any:
    token = browser.cookies["csrftoken"].value
    return browser.post(address, {"csrfmiddlewaretoken": token, **form})


def a_factor(username: str = OFFICER) -> tuple[str, list[str]]:
    """The key and the recovery codes of a factor that was set up some time ago."""
    secret, at = sign_in_factors.new_secret(), timezone.now() - 20 * STEP
    person = Person.objects.get(username=username)
    given = {"code": builders.code_of(secret, at), "session_key": None, "request_id": "test-request"}
    return secret, sign_in_factors.set_up(person=person, secret=secret, at=at, **given)


def code(secret: str) -> str:
    return builders.code_of(secret, timezone.now())


def offered(page: Any) -> str:
    """The key that a page shows as text."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode())
    assert found
    return found[1].replace(" ", "")


def test_a_factor_is_set_up_with_the_code_of_the_key_that_is_shown(browser: Client) -> None:
    sign_in(browser)
    page = browser.get("/account/factor")
    secret = offered(page)
    assert offered(browser.get("/account/factor")) == secret, "the same until it is taken"
    assert "000000" not in (code(secret),)
    assert 'role="alert"' in post(browser, "/account/factor", code="000000").content.decode()
    shown = post(browser, "/account/factor", code=code(secret)).content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", shown)) == 10
    again = browser.get("/account/factor").content.decode()
    assert secret not in again and not re.search(r"\d{4} \d{4}</code>", again)
    assert Event.objects.get(verb="set_up").audience == "restricted"


def test_the_picture_of_the_key_is_drawn_in_the_page_without_styles_or_other_addresses(browser: Client) -> None:
    sign_in(browser)
    text = browser.get("/account/factor").content.decode()
    drawn = text[text.index("<svg") : text.index("</svg>")]
    assert "style" not in drawn and "http:" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text and " style=" not in text


def test_with_a_factor_a_password_opens_nothing_before_its_code(browser: Client) -> None:
    secret, _ = a_factor()
    first = sign_in(browser, address="/login?next=/api/v1/me")
    assert (first.status_code, first["Location"]) == (302, "/login/code")
    assert browser.get("/api/v1/me").status_code == 401
    assert not Event.objects.filter(verb="sign_in").exists()
    before = browser.session.session_key
    browser.get("/login/code")
    assert post(browser, "/login/code", code="000000").status_code == 200
    done = post(browser, "/login/code", code=code(secret))
    assert (done.status_code, done["Location"]) == (302, "/api/v1/me")
    assert browser.get("/api/v1/me").json()["username"] == OFFICER
    assert browser.session.session_key != before


def test_a_code_that_was_used_opens_no_second_session(browser: Client) -> None:
    secret, _ = a_factor()
    seen = code(secret)
    sign_in(browser)
    assert post(browser, "/login/code", code=seen).status_code == 302
    other = Client(enforce_csrf_checks=True)
    sign_in(other)
    assert post(other, "/login/code", code=seen).status_code == 200
    assert other.get("/api/v1/me").status_code == 401


def test_a_recovery_code_opens_a_session_once(browser: Client) -> None:
    _, codes = a_factor()
    for expected in (302, 200):
        other = Client(enforce_csrf_checks=True)
        sign_in(other)
        assert post(other, "/login/code", code=codes[0]).status_code == expected


def test_nobody_gets_to_the_code_without_a_password(browser: Client) -> None:
    a_factor()
    assert browser.get("/login/code")["Location"] == "/login"


@pytest.mark.parametrize("change", ["closed", "new password", "too late"])
def test_a_password_that_counts_no_more_leads_back_to_the_beginning(
    browser: Client, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = a_factor()
    sign_in(browser)
    person = Person.objects.filter(username=OFFICER)
    if change == "closed":
        person.update(is_active=False)
    elif change == "new password":
        people.set_new_password(people=person, at=timezone.now(), setter_id=None)
    else:
        session = browser.session
        session["sign_in"] = {**session["sign_in"], "until": 0}
        session.save()
    assert post(browser, "/login/code", code=code(secret))["Location"] == "/login"
    assert browser.get("/api/v1/me").status_code == 401


def test_wrong_codes_lock_429_and_count_for_the_address(browser: Client, settings: Any) -> None:
    settings.LOCKOUT = (2, 86_400)
    secret, _ = a_factor()
    sign_in(browser)
    assert [post(browser, "/login/code", code="000000").status_code for _ in range(3)] == [200, 200, 429]
    assert post(browser, "/login/code", code=code(secret)).status_code == 429
    # Windows of ten minutes and of a day end at one moment at the end of a day, and are then counted as one.
    RequestCount.objects.all().delete()
    settings.LOCKOUT, settings.LIMITS = (0, 0), {**settings.LIMITS, "sign-in": (1, 86_400)}
    assert [post(browser, "/login/code", code="000000").status_code for _ in range(2)] == [200, 429]


def test_setting_it_up_ends_sessions_that_began_without_it(browser: Client) -> None:
    other = Client(enforce_csrf_checks=True)
    sign_in(other)
    sign_in(browser)
    secret = offered(browser.get("/account/factor"))
    post(browser, "/account/factor", code=code(secret))
    assert (browser.get("/api/v1/me").status_code, other.get("/api/v1/me").status_code) == (200, 401)


def test_it_is_removed_and_its_codes_replaced_only_for_a_code(browser: Client) -> None:
    secret, codes = a_factor()
    sign_in(browser)
    post(browser, "/login/code", code=code(secret))
    browser.get("/account/factor")
    for address in ("/account/factor/codes", "/account/factor/remove"):
        assert 'role="alert"' in post(browser, address, code="000000").content.decode()
    shown = post(browser, "/account/factor/codes", code=codes[0]).content.decode()
    new = re.findall(r"<code>(\d{4} \d{4})</code>", shown)
    assert post(browser, "/account/factor/remove", code=new[0])["Location"] == "/account"
    assert not Factor.objects.exists()
    assert sign_in(Client(enforce_csrf_checks=True))["Location"] == "/"


@pytest.fixture
def owed(browser: Client, settings: Any) -> Client:
    """The browser of an approver, whose duty asks for a factor that is not there."""
    settings.SECOND_FACTOR_DUTIES = frozenset({"approver"})
    sign_in(browser, APPROVER)
    return browser


def test_who_owes_a_factor_is_led_to_it_from_every_page(owed: Client) -> None:
    page = owed.get("/account?x=1")
    assert (page.status_code, page["Location"]) == (302, "/account/factor?next=%2Faccount%3Fx%3D1")
    assert owed.get("/account/factor").status_code == 200
    assert owed.get("/livez").status_code == 200


def test_who_owes_a_factor_neither_reads_nor_writes_by_the_api_403(owed: Client) -> None:
    for path in ("/api/v1/me", "/api/v1/measures", "/api/v1/updates", "/api/v1/me/tasks"):
        wire.problem(owed.get(path), 403, "second-factor-needed")
    token = owed.cookies["csrftoken"].value
    written = owed.post(
        "/api/v1/tokens", "{}", content_type="application/json", headers={"X-CSRFToken": token, "Idempotency-Key": "x"}
    )
    wire.problem(written, 403, "second-factor-needed")
    wire.problem(owed.get("/api/v1/me", headers={"Acting-As": "officer@jpo"}), 403, "second-factor-needed")


def test_a_factor_that_is_owed_opens_everything_once_it_is_set_up_and_cannot_be_removed(owed: Client) -> None:
    secret = offered(owed.get("/account/factor?next=/account"))
    shown = post(owed, "/account/factor?next=/account", code=code(secret)).content.decode()
    assert 'href="/account"' in shown
    assert owed.get("/api/v1/me").status_code == 200
    assert owed.get("/account").status_code == 200
    assert post(owed, "/account/factor/remove", code=code(secret)).status_code == 403
    assert Factor.objects.exists()


def test_a_session_from_before_the_duty_shows_the_factor_first(owed: Client) -> None:
    a_factor(APPROVER)
    sign_in(owed, APPROVER)
    session = owed.session
    assert "second_factor_shown" not in session or not session["second_factor_shown"]
    wire.problem(owed.get("/api/v1/me"), 401)


def test_others_owe_none_and_a_token_is_no_browser(owed: Client) -> None:
    officer = Client(enforce_csrf_checks=True)
    sign_in(officer, OFFICER)
    assert officer.get("/api/v1/me").status_code == 200
    assert builders.client(APPROVER).get("/api/v1/me").status_code == 200


def test_the_api_without_the_rule_would_let_them_pass(owed: Client, settings: Any) -> None:
    """The planted fault: with no duty named, nothing is asked."""
    settings.SECOND_FACTOR_DUTIES = frozenset()
    assert owed.get("/api/v1/me").status_code == 200


def test_the_key_is_not_in_clear_in_the_session(browser: Client) -> None:
    sign_in(browser)
    secret = offered(browser.get("/account/factor"))
    assert secret not in str(dict(browser.session.items()))
    assert PASSWORD not in str(dict(browser.session.items()))
    assert configured.SESSION_COOKIE_HTTPONLY
