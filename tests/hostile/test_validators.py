"""Forged cursors, tags and keys: each is refused or means nothing, and never opens another's page or version."""

import base64
import json
import zlib

import pytest
from django.core import signing

from measures.models import IdempotencyKey
from tests.hostile.conftest import Stage
from tests.hostile.raw import problem

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/measures?limit=2"


def unsigned(values: object, *, packed: bool = False) -> str:
    data = json.dumps(values).encode()
    text = zlib.compress(data) if packed else data
    return ("." if packed else "") + base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_a_forged_cursor_is_400_and_says_to_begin_again(stage: Stage) -> None:
    good = stage.get(LIST).json["next"]
    other = stage.get("/api/v1/kpis?limit=2").json["next"]
    body, _, signature = good.rpartition(":")
    cases = {
        "nonsense": "x",
        "one letter less": good[:-1],
        "one letter more": f"{good}x",
        "another case": good.swapcase(),
        "no signature": body,
        "only a signature": f":{signature}",
        "another signature": f"{body}:{signature[::-1]}",
        "unsigned values": f"{unsigned(['MEXT2019', 1, 'x'])}:{signature}",
        "a bomb": f"{unsigned('x' * 5_000_000, packed=True)}:{signature}",
        "of another list": other,
        "of a key of our own": signing.Signer(key="guess", salt="cursor").sign_object(["MEXT2019", 1, "x"]),
        "a time-stamped one": signing.dumps(["MEXT2019", 1, "x"]),
        "NUL": "%00",
        "a line break": "%0d%0a",
        "no UTF-8": "%ff",
        "10 kB": "a" * 10_000,
        "60 kB": "a" * 60_000,
        "colons": ":" * 1_000,
        "JSON": "%5B1%2C2%5D",
        "SQL": "'%20OR%201=1--",
    }

    def check(name: str) -> None:
        refusal = problem(stage.get(f"{LIST}&cursor={cases[name]}"), 400, "bad-cursor")
        assert [error["parameter"] for error in refusal["errors"]] == ["cursor"]

    stage.each(cases, check)
    assert stage.get(f"{LIST}&cursor={good}").status == 200


def test_a_cursor_is_good_for_its_filters_and_its_caller_alone_400(stage: Stage) -> None:
    good = stage.get(LIST).json["next"]
    problem(stage.get(f"{LIST}&kind=action&cursor={good}"), 400, "bad-cursor")
    problem(stage.get(f"{LIST}&cursor={good}", stage.bearer()), 400, "bad-cursor")
    problem(stage.get(f"{LIST}&cursor={good}&cursor={good}"), 400, "repeated")
    problem(stage.get(f"{LIST}&cursor="), 400, "invalid")


def test_a_tag_that_is_not_the_version_is_412(stage: Stage) -> None:
    draft = f"/api/v1/updates/{stage.draft}"
    cases = {
        "weak": 'W/"v1"',
        "unquoted": "v1",
        "half quoted": '"v1',
        "single quotes": "'v1'",
        "capitals": '"V1"',
        "blank inside": '" v1"',
        "empty": '""',
        "another version": '"v2"',
        "a list of others": '"v2", "v3", W/"v1"',
        "a star in a list": '*, "v2"',
        "a star in quotes": '"*"',
        "commas": ",,,",
        "a weak star": "W/*",
        "a parameter": '"v1";q=1',
        "zero": '"v01"',
        "a negative": '"v-1"',
        "10 kB": '"' + "v1" * 5_000 + '"',
        "10 kB of tags": '"x", ' * 2_000 + '"y"',
        "two headers": '"v2"\r\nIf-Match: "v3"',
        "a list in another spelling": '"v2"\r\nIf-Match: W/"v1"',
    }

    def check(name: str) -> None:
        answer = stage.write("PATCH", draft, b'{"narrative": "x"}', f"If-Match: {cases[name]}")
        problem(answer, 412, "stale")
        assert len(answer.body) < 1_000, len(answer.body)

    stage.each(cases, check)
    problem(stage.write("PATCH", draft, b"{}", "If-Match: "), 428, "if-match-needed")
    problem(stage.write("PATCH", draft, b"[]", 'If-Match: "x", "v1"'), 400, "not-an-object")


def test_a_tag_that_was_never_ours_gets_the_whole_page_200_304(stage: Stage) -> None:
    etag = stage.get(LIST).headers["etag"]
    tags = ["x", '"x"', f"W/{etag[1:-1]}", etag[1:-1], etag[:-2] + '"', '"' * 100, ",", f"'{etag}'", '"x",' * 2_500]
    stage.each(tags, lambda tag: _is(stage, tag, 200))
    stage.each([etag, f"W/{etag}", f'"x", {etag}', "*"], lambda tag: _is(stage, tag, 304))


def _is(stage: Stage, tag: str, status: int) -> None:
    assert stage.get(LIST, f"If-None-Match: {tag}").status == status


def test_a_key_that_is_none_is_400_and_stands_behind_what_else_is_wrong(stage: Stage) -> None:
    submit = f"/api/v1/updates/{stage.draft}/submit"
    keys = {"missing": "", "blank": " ", "256 letters": "a" * 256, "10 kB": "a" * 10_000, "a tab": "a\tb", "kana": "あ"}

    def check(name: str) -> None:
        header = f"Idempotency-Key: {keys[name]}"
        refusal = problem(stage.post(submit, b"{}", header), 400, "idempotency-key")
        assert refusal["errors"][0]["parameter"] == "Idempotency-Key"
        problem(stage.post("/api/v1/updates/0/submit", b"{}", header), 404, "not-found")
        problem(stage.post(submit, b"{}", header, username="approver.jpo"), 403, "wrong-role")
        problem(stage.post(submit, b"{}", header, 'If-Match: "v9"'), 412, "stale")

    stage.each(keys, check)


def test_two_keys_are_one_other_key_and_a_key_is_its_callers_own(stage: Stage) -> None:
    submit = f"/api/v1/updates/{stage.draft}/submit"
    assert stage.post(submit, b"{}", "Idempotency-Key: a\r\nIdempotency-Key: b").status == 200
    assert IdempotencyKey.objects.get().key == "a,b"
    assert stage.post(submit, b"{}", "Idempotency-Key: a\r\nIdempotency-Key: b").headers["idempotent-replayed"]
    problem(stage.post(submit, b"{}", "Idempotency-Key: a"), 409, "wrong-turn")
    problem(stage.post(submit, b'{"comment": "x"}', "Idempotency-Key: a,b"), 422, "key-reused")
    problem(stage.post(submit, b"{}", "Idempotency-Key: a,b", username="approver.jpo"), 403, "wrong-role")
