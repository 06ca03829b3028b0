"""Limits over real HTTP, by callers who ask at once and lie about where they come from."""

import base64
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from measures.operations import tokens
from tests import builders
from tests.figures import Figure
from tests.journeys.http import Caller, Reply
from tests.journeys.service import FAULTY, service

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT, REQUESTS, THREADS = 10, 96, 32
READ = "/api/v1/ministries?limit=1"
# A day is a window that no test sees the end of; writes have one that passes while the test waits.
DAY, WINDOW = 86_400, 4
LIMITS = {f"LIMIT_{name}": f"{LIMIT}/{DAY}" for name in ("ANONYMOUS", "READ", "SIGN_IN")}
LIMITS["LIMIT_WRITE"] = f"3/{WINDOW}"
# Several processes with several threads: what only looks atomic in one of them shows here.
MANNERS = ("--workers", "2", "--blocking-threads", "12")


@pytest.fixture(scope="module")
def limited(django_db_setup: None) -> Iterator[str]:
    with service(*MANNERS, **LIMITS) as base:
        yield base


def at_once(call: Callable[[int], Reply], requests: int = REQUESTS) -> list[Reply]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(call, range(requests)))


def statuses(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


def an_address() -> str:
    return ".".join(str(random.randrange(1, 255)) for _ in range(4))


def test_of_96_anonymous_requests_at_once_10_are_answered_and_86_are_429(
    limited: str, loaded: None, figure: Figure
) -> None:
    ask_96_times(limited)
    figure(f"limit {LIMIT}: exactly {LIMIT} of {REQUESTS} by {THREADS} threads pass, whoever they say they are")


def test_a_limit_that_is_counted_in_two_places_is_found(loaded: None) -> None:
    faulty = service(*MANNERS, application=FAULTY, FAULT="requests_are_counted_in_two_places", **LIMITS)
    with faulty as base, pytest.raises(AssertionError):
        ask_96_times(base)


def ask_96_times(limited: str) -> None:
    replies = at_once(lambda _: Caller(limited).get(READ, X_Forwarded_For=an_address(), X_Real_Ip=an_address()))
    assert statuses(replies) == {200: LIMIT, 429: REQUESTS - LIMIT}
    left = sorted(int(part) for reply in replies for part in re.findall(r";r=(\d+)", reply.headers["RateLimit"]))
    assert left == [0] * (REQUESTS - LIMIT) + list(range(LIMIT))
    officer = Caller(limited, builders.token("officer.jpo"))
    assert officer.get(READ).status == 200


def test_of_96_requests_at_once_by_one_person_10_pass_whichever_token_and_another_person_is_200(
    limited: str, loaded: None
) -> None:
    mine = [Caller(limited, builders.token("officer.jpo")) for _ in range(2)]
    replies = at_once(lambda n: mine[n % 2].get(READ, X_Forwarded_For=an_address()))
    assert statuses(replies) == {200: LIMIT, 429: REQUESTS - LIMIT}
    assert Caller(limited, builders.token("officer.meti")).get(READ).status == 200
    assert Caller(limited).get(READ).status == 200


def test_of_96_wrong_secrets_at_once_10_are_401_and_then_the_right_one_is_429_too(limited: str, loaded: None) -> None:
    right = builders.token("officer.jpo")
    assert Caller(limited, right).get(READ).status == 200
    public_id = right.partition(".")[0]
    replies = at_once(lambda n: Caller(limited, f"{public_id}.{n:043d}").get(READ, X_Forwarded_For=an_address()))
    assert statuses(replies) == {401: LIMIT, 429: REQUESTS - LIMIT}
    wrong = replies[[reply.status for reply in replies].index(429)]
    guessed = Caller(limited, right).get(READ)
    assert guessed.status == 429
    same = ("type", "title", "status", "code")
    assert [guessed.json[name] for name in same] == [wrong.json[name] for name in same]
    assert guessed.headers["RateLimit-Policy"] == wrong.headers["RateLimit-Policy"] == f'"sign-in";q=10;w={DAY}'
    assert guessed.headers["RateLimit"].startswith('"sign-in";r=0;t=')
    basic = base64.b64encode(right.replace(".", ":").encode()).decode()
    assert Caller(limited).get(READ, Authorization=f"Basic {basic}").status == 429
    assert Caller(limited).get(READ).status == 200


def test_what_is_left_is_said_with_every_answer_and_429_says_when_to_come_back(limited: str, loaded: None) -> None:
    caller = Caller(limited)
    first = caller.get(READ)
    assert first.headers["RateLimit-Policy"] == f'"anonymous";q=10;w={DAY}'
    assert first.headers["RateLimit"].startswith('"anonymous";r=9;t=')
    unchanged = caller.get(READ, If_None_Match=first.etag)
    assert (unchanged.status, unchanged.headers["RateLimit"][:16]) == (304, '"anonymous";r=8;')
    missing = caller.get("/api/v1/measures/no-such")
    assert (missing.status, missing.headers["RateLimit"][:16]) == (404, '"anonymous";r=7;')
    for _ in range(7):
        caller.get(READ)
    refused = caller.get(READ)
    problem(refused, "rate-limited")
    seconds = int(refused.headers["Retry-After"])
    assert 1 <= seconds <= DAY
    assert refused.headers["RateLimit"] == f'"anonymous";r=0;t={seconds}'
    when = re.search(r"at (\S+)\.$", refused.json["detail"])
    assert when and timedelta(0) < datetime.fromisoformat(when[1]) - timezone.now() <= timedelta(seconds=seconds + 1)


def test_429_ends_with_the_window_and_what_was_refused_was_not_done(limited: str, loaded: None) -> None:
    administrator = Caller(limited, builders.token("administrator"))

    def issue() -> Reply:
        return administrator.post("/api/v1/tokens", {"scopes": ["read"], "label": "limits"})

    time.sleep(WINDOW - time.time() % WINDOW)
    assert [issue().status for _ in range(4)] == [201, 201, 201, 429]
    refused = issue()
    assert refused.status == 429
    assert administrator.get(READ).status == 200
    time.sleep(int(refused.headers["Retry-After"]))
    again = issue()
    assert (again.status, again.headers["RateLimit"][:12]) == (201, '"write";r=2;')
    issued = administrator.get("/api/v1/tokens").json["items"]
    assert len([one for one in issued if one["label"] == "limits"]) == 4


def test_behind_a_trusted_proxy_each_client_has_its_own_limit_and_lies_gain_nothing(
    django_db_setup: None, loaded: None
) -> None:
    with service(*MANNERS, **LIMITS, TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8") as base:
        replies = at_once(lambda _: Caller(base).get(READ, X_Forwarded_For=f"{an_address()}, 203.0.113.7, 10.1.1.1"))
        assert statuses(replies) == {200: LIMIT, 429: REQUESTS - LIMIT}
        assert Caller(base).get(READ, X_Forwarded_For="203.0.113.8, 10.1.1.1").status == 200
        assert Caller(base).get(READ).status == 200


def test_a_revoked_token_is_401_at_once_over_every_connection(limited: str, loaded: None) -> None:
    text = builders.token("officer.jpo")
    assert statuses(at_once(lambda _: Caller(limited, text).get(READ), 4)) == {200: 4}
    tokens.revoke(public_id=text.partition(".")[0], at=timezone.now(), revoker_id=None)
    assert statuses(at_once(lambda _: Caller(limited, text).get(READ), 4)) == {401: 4}


def problem(reply: Reply, code: str) -> None:
    assert reply.status == 429
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Cache-Control"] == "no-store"
    body = reply.json
    assert (body["status"], body["code"], body["type"]) == (429, code, f"urn:measure-tracker:problem:{code}")
    assert body["title"] and body["request_id"] == reply.headers["X-Request-Id"]
