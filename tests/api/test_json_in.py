"""What a careful reader of JSON refuses: each refusal says where and why, and changes nothing."""

import json
from typing import Any

import pytest

from measures.models import ProgressUpdate
from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return ('{"observations": ' + opening * (depth - 1) + closing * (depth - 1) + "}").encode()


REFUSED: dict[str, tuple[bytes, int, str]] = {
    "empty text": (b" ", 400, "not-json"),
    "broken": (b'{"narrative": ', 400, "not-json"),
    "a comma too many": (b'{"narrative": "x",}', 400, "not-json"),
    "two documents": (b"{} {}", 400, "not-json"),
    "single quotes": (b"{'narrative': 'x'}", 400, "not-json"),
    "an unclosed string": (b'{"narrative": "[[[[', 400, "not-json"),
    "an array": (b"[]", 400, "not-an-object"),
    "a number": (b"1", 400, "not-an-object"),
    "a string": (b'"x"', 400, "not-an-object"),
    "null": (b"null", 400, "not-an-object"),
    "NaN": (b'{"narrative": NaN}', 400, "not-json"),
    "Infinity": (b'{"narrative": -Infinity}', 400, "not-json"),
    "a number of 5,000 digits": (b'{"narrative": ' + b"9" * 5000 + b"}", 400, "not-json"),
    "a key twice": (b'{"narrative": "a", "narrative": "b"}', 400, "duplicate-key"),
    "a key twice, escaped once": (b'{"narrative": "a", "narrativ\\u0065": "b"}', 400, "duplicate-key"),
    "a key twice deep down": (b'{"observations": [{"kpi": "a", "kpi": "a"}]}', 400, "duplicate-key"),
    "33 deep": (nested(33), 413, "too-deep"),
    "100,000 deep": (nested(100_000), 413, "too-deep"),
    "objects 100,000 deep": (nested(100_000, '{"a":', "}"), 413, "too-deep"),
    "100,000 deep and unclosed": (b"[" * 100_000, 413, "too-deep"),
    "NUL": (b'{"narrative": "a\\u0000b"}', 400, "forbidden-character"),
    "a raw control character": (b'{"narrative": "a\x01b"}', 400, "not-json"),
    "an escaped control character": (b'{"narrative": "a\\u001bb"}', 400, "forbidden-character"),
    "a C1 control": ('{"narrative": "a\u0085b"}'.encode(), 400, "forbidden-character"),
    "a lone surrogate": (b'{"narrative": "\\ud800"}', 400, "forbidden-character"),
    "a surrogate the wrong way round": (b'{"narrative": "\\udc00\\ud800"}', 400, "forbidden-character"),
    "a bidi override": ('{"narrative": "a\u202eb"}'.encode(), 400, "forbidden-character"),
    "a bidi isolate": ('{"narrative": "a\u2066b"}'.encode(), 400, "forbidden-character"),
    "a bad key": (b'{"narr\\u0000ative": "x"}', 400, "forbidden-character"),
    "Shift JIS": ('{"narrative": "施策"}'.encode("cp932"), 400, "not-utf-8"),
    "UTF-16": ('{"narrative": "x"}'.encode("utf-16"), 400, "not-utf-8"),
    "overlong UTF-8": (b'{"narrative": "\xc0\xaf"}', 400, "not-utf-8"),
    "a byte-order mark": (b'\xef\xbb\xbf{"narrative": "x"}', 400, "not-json"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_json_that_is_not_plain_is_refused_400_413(name: str) -> None:
    builders.an_open_cycle()
    body, status, code = REFUSED[name]
    answer = wire.problem(wire.raw(builders.client("officer.jpo"), "/updates", body), status)
    assert code in {answer["code"], *(error["code"] for error in answer.get("errors", []))}
    assert not ProgressUpdate.objects.exists()


def test_32_deep_is_read_and_refused_only_for_what_it_says_400() -> None:
    builders.an_open_cycle()
    body = wire.problem(wire.raw(builders.client("officer.jpo"), "/updates", nested(32)), 400, "invalid")
    assert "/observations/0" in {place for place, _ in wire.places(body)}


def test_brackets_inside_of_strings_are_not_depth() -> None:
    builders.an_open_cycle()
    report = wire.a_report(narrative='["{' * 100 + "\\" * 3, observations=[])
    response = wire.send(builders.client("officer.jpo"), "post", "/updates", report)
    assert response.status_code == 201
    assert response.json()["narrative"] == report["narrative"]


def test_a_million_keys_are_refused_before_they_are_read_413() -> None:
    body = json.dumps({f"k{number}": 0 for number in range(100_000)}).encode()
    wire.problem(wire.raw(builders.client("officer.jpo"), "/updates", body), 413, "too-large")


def test_20000_unknown_keys_are_each_named_400() -> None:
    builders.an_open_cycle()
    body = json.dumps({f"k{number}": 0 for number in range(2_000)}).encode()
    answer = wire.problem(wire.raw(builders.client("officer.jpo"), "/updates", body), 400, "invalid")
    assert sum(code == "unknown-field" for _, code in wire.places(answer)) == 2_000


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"narrative": "\x00"}, "/narrative"),
        ({"observations": [{"note": "ok"}, {"source": {"title": "\u202e"}}]}, "/observations/1/source/title"),
        ({"a/b~c": ["\x00"]}, "/a~1b~0c/0"),
    ],
)
def test_a_forbidden_character_is_pointed_at_400(body: Any, pointer: str) -> None:
    builders.an_open_cycle()
    answer = wire.problem(wire.raw(builders.client("officer.jpo"), "/updates", json.dumps(body).encode()), 400)
    assert wire.places(answer) == [(pointer, "forbidden-character")]


def test_tabs_and_line_breaks_are_text_and_text_is_kept_as_nfc() -> None:
    builders.an_open_cycle()
    report = wire.a_report(narrative="か\u3099\n\tA\u030a 𠮷", observations=[])
    response = wire.send(builders.client("officer.jpo"), "post", "/updates", report)
    assert response.json()["narrative"] == "が\n\tÅ 𠮷"
