"""Who asks: tokens as Bearer and Basic, their end, their scopes, and what is kept of them."""

import base64
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from measures.models import Duty, Person, Token
from measures.operations import tokens
from measures.vocabulary import Scope
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

ME = f"{wire.BASE}/me"


def with_header(value: str | bytes) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=value)
    return client


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def unauthenticated(client: APIClient, path: str = ME) -> None:
    response = client.get(path)
    wire.problem(response, 401)
    challenge = response["WWW-Authenticate"]
    assert "Bearer" in challenge and "Basic" in challenge and 'realm="measure-tracker"' in challenge


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "Bearer   {} ", "Basic"])
def test_a_token_is_taken_as_bearer_and_as_basic_200(form: str) -> None:
    token = builders.token("officer.jpo", "read")
    header = basic(token.replace(".", ":", 1)) if form == "Basic" else form.format(token)
    response = with_header(header).get(ME)
    assert (response.status_code, response.json()["username"]) == (200, "officer.jpo")
    assert response.json()["scopes"] == ["read"]


def wrong_headers() -> dict[str, str]:
    public_id, _, secret = builders.token("officer.jpo").partition(".")
    return {
        "another secret": f"Bearer {public_id}.{secret[:-1]}",
        "another secret by Basic": basic(f"{public_id}:x"),
        "an unknown id": f"Bearer 0123456789abcdef.{secret}",
        "no secret": f"Bearer {public_id}.",
        "no dot": f"Bearer {public_id}",
        "only a secret": f"Bearer .{secret}",
        "nothing": "Bearer ",
        "one word": "Bearer",
        "another scheme": f"Token {public_id}.{secret}",
        "Basic that is not base64": "Basic !!!",
        "Basic without a colon": basic(public_id + secret),
        "Basic with a password": basic("officer.jpo:password"),
        "Basic in UTF-8": basic("担当者:x"),
        "NUL in the id": "Bearer a\x00b.c",
        "NUL in the id by Basic": basic("a\x00b:c"),
        "a long id": f"Bearer {'a' * 5000}.b",
        "Latin letters": "Bearer é.é",
    }


def test_a_header_that_holds_no_good_token_is_401_even_for_what_anyone_may_read() -> None:
    for header in wrong_headers().values():
        client = with_header(header)
        unauthenticated(client)
        unauthenticated(client, f"{wire.BASE}/kpis")


def test_no_credentials_are_401_where_some_are_needed_and_200_where_none_are() -> None:
    unauthenticated(APIClient())
    assert APIClient().get(f"{wire.BASE}/kpis").status_code == 200
    wire.problem(wire.send(APIClient(), "post", "/updates", wire.a_report()), 401)
    wire.problem(wire.send(APIClient(), "delete", "/updates/1"), 401)


def test_a_service_closed_to_the_public_is_401_for_reading_too(settings: object) -> None:
    settings.PUBLIC_READING = False  # type: ignore[attr-defined]
    for path in ("/measures", "/summary", "/exports/measures.csv", "/updates"):
        unauthenticated(APIClient(), wire.BASE + path)
        assert builders.client("auditor").get(wire.BASE + path).status_code == 200
    assert APIClient().get(f"{wire.BASE}/openapi.json").status_code == 200


def issued(*, expires_in: timedelta) -> tuple[Token, APIClient]:
    at = timezone.now() - timedelta(days=30)
    person = Person.objects.get(username="officer.jpo")
    expires_at = timezone.now() + expires_in
    token, text = tokens.issue(person=person, scopes=["read"], expires_at=expires_at, at=at, issuer_id=None)
    return token, with_header(f"Bearer {text}")


def test_a_token_ends_at_its_hour_401() -> None:
    assert issued(expires_in=timedelta(minutes=1))[1].get(ME).status_code == 200
    unauthenticated(issued(expires_in=timedelta(seconds=-1))[1])


def test_a_revoked_token_is_401_at_once() -> None:
    token, client = issued(expires_in=timedelta(days=1))
    assert client.get(ME).status_code == 200
    tokens.revoke(public_id=token.public_id, at=timezone.now(), revoker_id=None)
    unauthenticated(client)


def test_a_token_of_someone_who_left_is_401() -> None:
    _, client = issued(expires_in=timedelta(days=1))
    Person.objects.filter(username="officer.jpo").update(is_active=False)
    unauthenticated(client)
    Person.objects.filter(username="officer.jpo").update(is_active=True)
    assert client.get(ME).status_code == 200


def test_a_token_in_the_address_is_not_taken_400() -> None:
    token = builders.token("auditor")
    wire.problem(APIClient().get(f"{wire.BASE}/kpis?access_token={token}"), 400, "invalid")


@pytest.mark.parametrize("path", ["/measures", f"/measures/{builders.SME}", "/summary", "/me", "/exports/kpis.csv"])
def test_a_token_without_read_reads_nothing_403(path: str) -> None:
    wire.problem(builders.client("officer.jpo", "report").get(wire.BASE + path), 403, "insufficient-scope")
    assert builders.client("officer.jpo", "read").get(wire.BASE + path).status_code == 200


def test_a_token_without_report_writes_no_report_403() -> None:
    builders.an_open_cycle()
    rest = ("read", "approve", "coordinate", "audit")
    wire.problem(wire.send(builders.client("officer.jpo", *rest), "post", "/updates", {}), 403, "insufficient-scope")
    assert wire.send(builders.client("officer.jpo", "report"), "post", "/updates", wire.a_report()).status_code == 201


def test_a_token_without_approve_decides_nothing_403() -> None:
    path = f"/updates/{builders.an_update(at_status='submitted').pk}/approve"
    refused = wire.send(builders.client("approver.jpo", "read", "report", "coordinate"), "post", path)
    wire.problem(refused, 403, "insufficient-scope")
    assert wire.send(builders.client("approver.jpo", "approve"), "post", path).status_code == 200


def test_a_scope_gives_nothing_that_a_duty_does_not_403() -> None:
    builders.an_open_cycle()
    wire.problem(wire.send(builders.client("auditor"), "post", "/updates", wire.a_report()), 403, "wrong-role")
    wire.problem(
        wire.send(builders.client("administrator"), "post", "/cycles/FY2020/close", {"reason": "期限"}),
        403,
        "wrong-role",
    )


def test_a_use_is_noted_at_most_once_a_minute() -> None:
    token, client = issued(expires_in=timedelta(days=1))
    seen = []
    for pushed_back in (0, 0, 59, 61):
        if pushed_back:
            Token.objects.filter(pk=token.pk).update(last_used_at=timezone.now() - timedelta(seconds=pushed_back))
        before = Token.objects.get(pk=token.pk).last_used_at
        assert client.get(ME).status_code == 200
        seen.append(Token.objects.get(pk=token.pk).last_used_at != before)
    assert seen == [True, False, False, True]


def test_the_secret_is_kept_nowhere_but_as_a_digest() -> None:
    text = builders.token("officer.jpo", "read", "report")
    public_id, _, secret = text.partition(".")
    builders.an_open_cycle()
    client = with_header(f"Bearer {text}")
    assert wire.send(client, "post", "/updates", wire.a_report()).status_code == 201
    assert Token.objects.get(public_id=public_id).digest == sha256(secret.encode()).hexdigest()
    assert len(secret) >= 43
    assert tables_with(public_id) == {"measures_token", "measures_event"}
    assert tables_with(secret) == set()


def tables_with(text: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS one WHERE strpos(one::text, %s) > 0', [text])
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_me_names_the_duties_of_today_200() -> None:
    body = wire.get("/me", "officer.jpo")
    assert body == {
        "username": "officer.jpo",
        "display_name": "デモ 担当者（特許庁）",
        "is_demo": True,
        "duties": [{"role": "officer", "ministry": "jpo"}],
        "scopes": sorted(Scope.values),
    }


def test_a_duty_that_ended_gives_nothing_any_more_403() -> None:
    update = builders.an_update(at_status="draft")
    client = builders.client("officer.jpo")
    assert client.get(f"{wire.BASE}/updates/{update.pk}").status_code == 200
    Duty.objects.filter(person__username="officer.jpo").update(valid_to=date(2020, 4, 1))
    assert client.get(ME).json()["duties"] == []
    wire.problem(client.get(f"{wire.BASE}/updates/{update.pk}"), 404)
    wire.problem(wire.send(client, "post", "/updates", wire.a_report()), 403, "wrong-role")
