"""Whose quota a request is counted under, what it costs, and what the answer says of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from measures.models import Person, RequestCount
from measures.operations import people, tokens
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

LIST = f"{wire.BASE}/ministries"
# A day is a window that no test sees the end of.
DAY = 86_400
ON = {"anonymous": (5, DAY), "read": (4, DAY), "write": (3, DAY), "sign-in": (2, DAY)}
OFF = dict.fromkeys(ON, (0, 0))


@pytest.fixture(autouse=True)
def limits(settings: Any) -> Callable[..., None]:
    """Small limits, or those that a test gives."""

    def those(**given: tuple[int, int]) -> None:
        settings.LIMITS = {**ON, **{name.replace("_", "-"): limit for name, limit in given.items()}}

    those()
    return those


def counted(response: HttpResponse) -> str:
    """The name of the limit that the answer was counted under."""
    return response.get("RateLimit-Policy", "").partition('";')[0].strip('"')


def passing(ask: Callable[[], HttpResponse]) -> int:
    """How many requests pass before the first 429."""
    for number in range(20):
        response = ask()
        if response.status_code == 429:
            wire.problem(response, 429, "rate-limited")
            return number
    raise AssertionError("no request was one too many")


def wrong(number: int = 0) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer 0123456789abcdef.{number:043d}")
    return client


def ended() -> APIClient:
    at = timezone.now() - timedelta(days=2)
    person = Person.objects.get(username="officer.jpo")
    _, text = tokens.issue(person=person, scopes=["read"], expires_at=at + timedelta(days=1), at=at, issuer_id=None)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def sign_in(password: str, username: str = "officer.jpo") -> HttpResponse:
    return Client().post("/login", {"username": username, "password": password})


def test_reading_and_writing_are_counted_apart_and_by_person() -> None:
    officer, other = builders.client("officer.jpo"), builders.client("officer.meti")
    assert passing(lambda: officer.get(LIST)) == 4
    assert passing(lambda: wire.send(officer, "post", "/updates", {})) == 3
    assert passing(lambda: other.get(LIST)) == 4
    assert counted(APIClient().get(LIST)) == "anonymous"


def test_head_and_options_are_reading() -> None:
    officer = builders.client("officer.jpo")
    assert {counted(ask(LIST)) for ask in (officer.get, officer.head, officer.options)} == {"read"}


def test_who_is_not_signed_in_is_counted_by_address_whatever_is_tried() -> None:
    nobody = APIClient()
    nobody.get(LIST)
    wire.problem(wire.send(nobody, "post", "/updates", {}), 401)
    nobody.get("/")
    assert passing(lambda: nobody.get(LIST)) == 2
    elsewhere = nobody.get(LIST, REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 200
    assert elsewhere["RateLimit"].startswith('"anonymous";r=4;t=')


def test_a_session_is_counted_as_its_person_and_together_with_their_tokens() -> None:
    browser = Client()
    browser.force_login(Person.objects.get(username="officer.jpo"))
    assert counted(browser.get(LIST)) == counted(browser.get("/")) == "read"
    officer = builders.client("officer.jpo")
    assert passing(lambda: officer.get(LIST)) == 2


def test_a_cookie_that_is_no_session_is_nobody() -> None:
    browser = Client()
    browser.cookies["sessionid"] = "x" * 32
    assert counted(browser.get(LIST)) == "anonymous"


def test_wrong_secrets_are_counted_by_address_and_then_every_token_from_there_is_429() -> None:
    officer = builders.client("officer.jpo")
    assert passing(lambda: wrong().get(LIST)) == 2
    wire.problem(officer.get(LIST), 429, "rate-limited")
    assert APIClient().get(LIST).status_code == 200
    assert officer.get(LIST, REMOTE_ADDR="203.0.113.7").status_code == 200


def test_the_right_guess_is_refused_word_for_word_like_the_wrong_one_429() -> None:
    officer = builders.client("officer.jpo")
    for number in range(3):
        wrong(number).get(LIST)
    answers = [client.get(LIST, headers={"X-Request-Id": "the-same"}) for client in (officer, wrong())]
    right, guess = ({**answer.headers, "body": answer.content} for answer in answers)
    assert right == guess


def test_a_token_that_ended_and_a_header_that_is_none_are_no_guesses_401() -> None:
    dashboard, officer = ended(), builders.client("officer.jpo")
    broken = APIClient()
    broken.credentials(HTTP_AUTHORIZATION="Token x")
    for client in (dashboard, dashboard, dashboard, broken):
        response = client.get(LIST)
        wire.problem(response, 401)
        assert counted(response) == "anonymous"
    assert officer.get(LIST).status_code == 200
    assert passing(lambda: dashboard.get(LIST)) == 1


def test_wrong_passwords_are_counted_and_right_ones_given_back() -> None:
    jpo = Person.objects.filter(username="officer.jpo")
    password = people.set_new_password(people=jpo, at=timezone.now(), setter_id=None)
    assert {sign_in(password).status_code for _ in range(4)} == {302}
    assert sign_in(password)["RateLimit"].startswith('"sign-in";r=2;t=')
    assert passing(lambda: sign_in("wrong")) == 2
    wire.problem(sign_in(password), 429, "rate-limited")
    assert counted(Client().get("/login")) == "anonymous"


def test_without_a_limit_of_guesses_they_are_counted_as_nobodys_401(limits: Callable[..., None]) -> None:
    limits(sign_in=(0, 0))
    assert passing(lambda: wrong().get(LIST)) == 5


def test_guesses_stay_limited_when_reading_is_not_429(limits: Callable[..., None]) -> None:
    limits(read=(0, 0))
    officer = builders.client("officer.jpo")
    assert {officer.get(LIST).status_code for _ in range(10)} == {200}
    assert passing(lambda: wrong().get(LIST)) == 2
    wire.problem(officer.get(LIST), 429, "rate-limited")


def test_switched_off_it_says_nothing_and_writes_nothing(limits: Callable[..., None]) -> None:
    limits(**{name.replace("-", "_"): limit for name, limit in OFF.items()})
    for client in (APIClient(), builders.client("officer.jpo"), wrong()):
        response = client.get(LIST)
        assert "RateLimit" not in response and "RateLimit-Policy" not in response
    assert not RequestCount.objects.exists()


def test_what_load_balancers_ask_and_what_is_nowhere_is_not_counted() -> None:
    for path in ("/livez", "/readyz", "/no-such", f"{wire.BASE}/no-such"):
        assert {Client().get(path).get("RateLimit") for _ in range(10)} == {None}
    assert not RequestCount.objects.exists()


def test_the_openapi_document_is_counted_too() -> None:
    assert counted(APIClient().get(f"{wire.BASE}/openapi.json")) == "anonymous"
    assert counted(wrong().get(f"{wire.BASE}/openapi.json")) == "sign-in"


@pytest.mark.parametrize("username", [None, "officer.jpo"])
@pytest.mark.parametrize(("path", "most"), [("/openapi.json", 1), ("/ministries", 0)])
def test_counting_costs_one_statement_and_at_the_gate_none_of_its_own(
    username: str | None, path: str, most: int, limits: Callable[..., None]
) -> None:
    client = builders.client(username)
    client.get(wire.BASE + path)
    with CaptureQueriesContext(connection) as on:
        client.get(wire.BASE + path)
    limits(**{name.replace("-", "_"): limit for name, limit in OFF.items()})
    with CaptureQueriesContext(connection) as off:
        client.get(wire.BASE + path)
    assert len(on) - len(off) == most


def test_a_refusal_costs_no_more_than_knowing_who_asks() -> None:
    officer, nobody = builders.client("officer.jpo"), APIClient()
    for client in (nobody, officer):
        passing(lambda client=client: client.get(LIST))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 429
        assert len(captured) == 1
