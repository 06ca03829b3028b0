"""Signing in with the identity provider, over HTTP with one that a test runs: who gets in, and who never does."""

import http.client
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from measures.models import Event, Identity, Person
from measures.operations import sign_in_factors, sign_in_identities
from measures.web import sign_in_provider
from tests import builders
from tests.web.provider import CLIENT, SECRET, FakeProvider, running
from tests.web.test_sign_in import said
from tests.web.test_sign_in_factors import a_factor
from tracker.sign_in import providers_from

pytestmark = pytest.mark.django_db

MAIL = "hanako@example.go.jp"


@pytest.fixture(scope="module")
def one() -> Iterator[FakeProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(one: FakeProvider, settings: Any, loaded: None) -> FakeProvider:
    """The provider, configured, with an officer who is linked to its subject-1."""
    one.begin_anew()
    settings.SOCIALACCOUNT_PROVIDERS = providers_from(issuer=one.base, client_id=CLIENT, secret=SECRET, name="職員認証")
    link("officer.jpo", one)
    return one


def link(username: str, provider: FakeProvider, subject: str = "subject-1") -> None:
    person = Person.objects.get(username=username)
    given = {"issuer": provider.base, "subject": subject, "at": timezone.now(), "linker_id": None}
    sign_in_identities.link(person=person, **given)


def with_mail(username: str = "officer.meti", mail: str = MAIL) -> None:
    Person.objects.filter(username=username).update(email=mail)


def get(address: str) -> str:
    """Where the provider sends a browser that comes to `address`."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    location = connection.getresponse().headers["Location"]
    connection.close()
    return str(location)


def there(browser: Client, to: str = "") -> str:
    """The way to the provider and through it; the address that leads back, with the code."""
    led = browser.get("/login/identity", {"next": to} if to else {})
    assert led.status_code == 302
    parts = urlsplit(get(led["Location"]))
    assert parts.path == "/login/identity/done"
    return f"{parts.path}?{parts.query}"


def sign_in(browser: Client | None = None, to: str = "") -> Any:
    browser = browser or Client()
    return browser.get(there(browser, to))


def name(browser: Client) -> str:
    """Whom the API takes the browser for."""
    answer = browser.get("/api/v1/me")
    return str(answer.json()["username"]) if answer.status_code == 200 else ""


def test_the_login_page_leads_to_the_provider_by_its_name(provider: FakeProvider) -> None:
    text = Client().get("/login?next=/account").content.decode()
    assert 'href="/login/identity?next=%2Faccount"' in text
    assert "職員認証" in text


def test_someone_who_is_linked_gets_in_and_where_they_wanted_to_go(provider: FakeProvider) -> None:
    browser = Client()
    done = sign_in(browser, "/account")
    assert (done.status_code, done["Location"], name(browser)) == (302, "/account", "officer.jpo")
    assert '"how":"identity"' in Event.objects.get(verb="sign_in").body


def test_the_account_shows_the_identity_that_opens_it(provider: FakeProvider) -> None:
    linked, other = (Client(headers={"Accept-Language": "en"}) for _ in range(2))
    for browser, username in ((linked, "officer.jpo"), (other, "officer.meti")):
        browser.force_login(Person.objects.get(username=username))
    assert f"{provider.base}: <code>subject-1</code>" in linked.get("/account").content.decode()
    assert "Identity provider" not in other.get("/account").content.decode()


def test_what_is_asked_has_a_state_a_nonce_and_a_challenge_and_no_more_than_is_needed(provider: FakeProvider) -> None:
    sign_in()
    (asked,) = provider.asked
    assert set(asked["scope"].split()) == {"openid", "email"}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["nonce"]) > 40 and len(asked["state"]) >= 16
    assert asked["redirect_uri"] == "http://testserver/login/identity/done"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_next_leads_to_no_other_site(provider: FakeProvider, away: str) -> None:
    assert sign_in(to=away)["Location"] == "/"


def test_the_session_begins_under_a_new_key(provider: FakeProvider) -> None:
    browser = Client()
    address = there(browser)
    before = browser.session.session_key
    browser.get(address)
    assert browser.session.session_key != before


def test_an_unknown_identity_gets_a_page_and_nothing_is_made(provider: FakeProvider) -> None:
    provider.subject, people = "subject-2", Person.objects.count()
    browser = Client()
    page = sign_in(browser)
    assert (page.status_code, "subject-2" in said(page), name(browser)) == (403, True, "")
    assert (Person.objects.count(), Identity.objects.count()) == (people, 1)
    event = Event.objects.get(verb="fail_sign_in")
    assert event.subject_code == "unknown" and "subject-2" not in event.body


def test_a_closed_account_stays_closed(provider: FakeProvider) -> None:
    Person.objects.filter(username="officer.jpo").update(is_active=False)
    browser = Client()
    assert (sign_in(browser).status_code, name(browser)) == (403, "")


def test_a_verified_address_that_the_administrator_set_links_once_and_for_all(provider: FakeProvider) -> None:
    with_mail()
    provider.subject, provider.claims = "subject-2", {"email": MAIL.title(), "email_verified": True}
    browser = Client()
    assert (sign_in(browser).status_code, name(browser)) == (302, "officer.meti")
    assert Event.objects.filter(verb="link", subject_type="identity", audience="restricted").count() == 2
    provider.claims = {}
    again = Client()
    sign_in(again)
    assert name(again) == "officer.meti"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_links_nobody(provider: FakeProvider, verified: Any) -> None:
    with_mail()
    provider.subject, provider.claims = "subject-2", {"email": MAIL, "email_verified": verified}
    assert sign_in().status_code == 403


def test_an_address_that_was_given_anew_does_not_open_its_former_owners_account(provider: FakeProvider) -> None:
    with_mail("officer.jpo")
    provider.subject, provider.claims = "subject-2", {"email": MAIL, "email_verified": True}
    assert sign_in().status_code == 403
    assert Identity.objects.count() == 1


def test_an_address_that_two_have_links_neither(provider: FakeProvider) -> None:
    with_mail()
    with_mail("approver.meti")
    provider.subject, provider.claims = "subject-2", {"email": MAIL, "email_verified": True}
    assert sign_in().status_code == 403


def test_nobody_without_an_address_is_found_by_none(provider: FakeProvider) -> None:
    provider.subject, provider.claims = "subject-2", {"email": "", "email_verified": True}
    assert sign_in().status_code == 403


def test_the_address_may_come_from_userinfo_of_the_same_subject_alone(provider: FakeProvider) -> None:
    with_mail()
    provider.subject = "subject-2"
    provider.userinfo = {"sub": "subject-1", "email": MAIL, "email_verified": True}
    assert sign_in().status_code == 400
    provider.userinfo["sub"] = "subject-2"
    assert sign_in().status_code == 302


NOW = int(time.time())
CHEATS: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "x"}},
    "no nonce": {"left_out": {"nonce"}},
    "an ended token": {"claims": {"exp": NOW - 3600, "iat": NOW - 7200}},
    "a token without an end": {"left_out": {"exp"}},
    "a token of tomorrow": {"claims": {"iat": NOW + 86_400}},
    "for another client": {"claims": {"aud": "another"}},
    "for nobody": {"left_out": {"aud"}},
    "for several and given to another": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "for several and given to nobody": {"claims": {"aud": [CLIENT, "another"]}},
    "from another issuer": {"claims": {"iss": "https://evil.example"}},
    "without a subject": {"left_out": {"sub"}},
    "a number for a subject": {"claims": {"sub": 1}},
    "an endless subject": {"claims": {"sub": "x" * 192}},
    "signed with another key": {"signed_with": "another"},
    "signed with the client's secret": {"algorithm": "HS256"},
    "not signed": {"algorithm": "none"},
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_token_that_cannot_be_trusted_opens_nothing(provider: FakeProvider, cheat: str) -> None:
    browser = Client()
    vars(provider).update(CHEATS[cheat])
    page = sign_in(browser)
    assert (page.status_code, name(browser)) == (400, "")
    assert "cannot be trusted" in said(page)
    assert Event.objects.get(verb="fail_sign_in").audience == "restricted"


def test_a_check_that_is_left_out_lets_a_cheat_pass(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: without the check of the nonce, a token of another sign-in would be taken."""
    monkeypatch.setattr(sign_in_provider.secrets, "compare_digest", lambda *_: True)
    provider.claims = {"nonce": "x"}
    assert sign_in().status_code == 302


def test_another_issuer_in_the_providers_own_words_is_not_followed(provider: FakeProvider) -> None:
    provider.issuer = "https://evil.example"
    assert Client().get("/login/identity").status_code == 503


@pytest.mark.parametrize("trouble", ["is_down", "moved"])
def test_a_provider_that_does_not_answer_here_is_503(provider: FakeProvider, trouble: str) -> None:
    setattr(provider, trouble, True)
    page = Client().get("/login/identity")
    assert (page.status_code, "does not answer" in said(page)) == (503, True)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=x", "?state=x", "?code=x&state=", "?code=x&state=a%00b"]
)
def test_an_answer_that_nobody_asked_for_is_refused(provider: FakeProvider, query: str) -> None:
    page = Client().get(f"/login/identity/done{query}")
    assert (page.status_code, "begin again" in said(page)) == (400, True)


def test_an_answer_for_another_browser_is_refused(provider: FakeProvider) -> None:
    """Otherwise somebody could sign another one in as themselves, and read what they then write."""
    victim = Client()
    there(victim)
    assert (victim.get(there(Client())).status_code, name(victim)) == (400, "")


def test_a_wrong_state_is_refused(provider: FakeProvider) -> None:
    browser = Client()
    address = there(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert browser.get(address.replace(state, state[::-1])).status_code == 400


@pytest.mark.parametrize("twice", [False, True])
def test_an_answer_is_good_once_even_where_the_provider_would_take_it_again(
    provider: FakeProvider, twice: bool
) -> None:
    provider.takes_codes_twice = twice
    browser = Client()
    address = there(browser)
    assert browser.get(address).status_code == 302
    browser.logout()
    assert (browser.get(address).status_code, name(browser)) == (400, "")


def test_a_code_that_was_made_up_is_refused(provider: FakeProvider) -> None:
    browser = Client()
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    assert browser.get("/login/identity/done", {"code": "made-up", "state": state}).status_code == 400


def test_who_declines_at_the_provider_is_not_signed_in(provider: FakeProvider) -> None:
    browser = Client()
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    page = browser.get("/login/identity/done", {"error": "access_denied", "state": state})
    assert (page.status_code, "did not sign you in" in said(page)) == (400, True)


def test_the_accounts_second_factor_is_asked_for_unless_the_provider_asked_for_one(provider: FakeProvider) -> None:
    secret, _ = a_factor()
    browser = Client()
    assert sign_in(browser)["Location"] == "/login/code"
    assert name(browser) == ""
    browser.post("/login/code", {"code": builders.code_of(secret, timezone.now())})
    assert name(browser) == "officer.jpo"
    provider.claims = {"amr": ["pwd", "mfa"]}
    assert sign_in()["Location"] == "/"


def test_a_duty_that_asks_for_a_second_factor_asks_whoever_comes_from_the_provider(
    provider: FakeProvider, settings: Any
) -> None:
    settings.SECOND_FACTOR_DUTIES = frozenset({"officer"})
    browser, with_factor = Client(), Client()
    sign_in(browser)
    provider.claims = {"amr": ["mfa"]}
    sign_in(with_factor)
    assert (name(browser), name(with_factor)) == ("", "officer.jpo")
    assert sign_in_factors.new_secret()


def test_an_identity_that_was_unlinked_opens_nothing_and_its_sessions_end(provider: FakeProvider) -> None:
    browser = Client()
    sign_in(browser)
    person = Person.objects.get(username="officer.jpo")
    sign_in_identities.unlink(person=person, at=timezone.now(), remover_id=None)
    assert (name(browser), sign_in(browser).status_code) == ("", 403)


def test_neither_codes_nor_tokens_nor_the_secret_come_into_the_logs_or_the_database(
    provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Client()
    with caplog.at_level(logging.DEBUG):
        address = there(browser)
        browser.get(address)
        provider.claims = {"aud": "another"}
        sign_in()
    code = parse_qs(urlsplit(address).query)["code"][0]
    ours = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("urllib3"))
    assert not any(word in ours for word in (SECRET, code, "opens-userinfo", "eyJ"))
    assert Identity.objects.get().extra_data == {}
    assert "opens-userinfo" not in str(dict(browser.session.items()))


@pytest.mark.parametrize("address", ["/login/identity", "/login/identity/done"])
def test_without_a_provider_there_is_nothing_404(loaded: None, address: str) -> None:
    assert Client().get(address).status_code == 404
    assert "identity" not in Client().get("/login").content.decode()
