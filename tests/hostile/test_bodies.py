"""Bodies no careful reader takes: over real HTTP each is refused with its place, soon, and changes nothing."""

import gzip
import time

import pytest

from measures.api import urls
from tests.figures import Figure
from tests.hostile.conftest import Stage
from tests.hostile.raw import problem

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1024 * 1024
SLOWEST_SECONDS = 3


def text(value: str) -> bytes:
    return b'{"narrative": "' + value.encode("utf-8", "surrogatepass") + b'"}'


def number(digits: bytes) -> bytes:
    return b'{"narrative": ' + digits + b"}"


def keys(count: int, *, width: str = "k%d") -> bytes:
    return b"{" + b",".join(b'"%s":0' % (width % place).encode() for place in range(count)) + b"}"


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return b'{"observations":' + opening * depth + closing * depth + b"}"


def padded(size: int) -> bytes:
    return b'{"narrative": "' + b"x" * (size - 17) + b'"}'


JA = '{"narrative": "施策を進めた"}'
SMALL: dict[str, tuple[bytes, int, str]] = {
    "a blank": (b" ", 400, "not-json"),
    "a bare number": (b"1", 400, "not-an-object"),
    "a bare string": (b'"x"', 400, "not-an-object"),
    "null": (b"null", 400, "not-an-object"),
    "true": (b"true", 400, "not-an-object"),
    "an array": (b"[{}]", 400, "not-an-object"),
    "two documents": (b"{}{}", 400, "not-json"),
    "a comment": (b"{/* x */}", 400, "not-json"),
    "a line comment": (b'{"narrative": "x"} // x', 400, "not-json"),
    "a comma at the end": (b'{"narrative": "x",}', 400, "not-json"),
    "a comma at the end of an array": (b'{"observations": [1,]}', 400, "not-json"),
    "single quotes": (b"{'narrative': 'x'}", 400, "not-json"),
    "keys without quotes": (b'{narrative: "x"}', 400, "not-json"),
    "half of it": (b'{"narrative": "x', 400, "not-json"),
    "NaN": (number(b"NaN"), 400, "not-json"),
    "Infinity": (number(b"Infinity"), 400, "not-json"),
    "-Infinity": (number(b"-Infinity"), 400, "not-json"),
    "1e400": (number(b"1e400"), 400, "invalid"),
    "-1e400": (number(b"-1e400"), 400, "invalid"),
    "1e999999999": (number(b"1e999999999"), 400, "invalid"),
    "-0": (number(b"-0"), 400, "invalid"),
    "-0.0": (number(b"-0.0"), 400, "invalid"),
    "leading zeros": (number(b"007"), 400, "not-json"),
    "a plus sign": (number(b"+1"), 400, "not-json"),
    "hexadecimal": (number(b"0x10"), 400, "not-json"),
    "an underscore": (number(b"1_000"), 400, "not-json"),
    "full-width digits": (number("１２".encode()), 400, "not-json"),
    "Arabic digits": (number("٣".encode()), 400, "not-json"),
    "4,300 digits": (number(b"9" * 4300), 400, "invalid"),
    "4,301 digits": (number(b"9" * 4301), 400, "not-json"),
    "a key twice": (b'{"narrative": "a", "narrative": "b"}', 400, "duplicate-key"),
    "a key twice, escaped once": (b'{"narrative": "a", "\\u006earrative": "b"}', 400, "duplicate-key"),
    "NUL, escaped": (text("a\\u0000b"), 400, "forbidden-character"),
    "NUL, raw": (text("a\x00b"), 400, "not-json"),
    "a NUL after the end": (b"{}\x00", 400, "not-json"),
    "a control character": (text("\\u0007"), 400, "forbidden-character"),
    "a C1 control": (text("\u0085"), 400, "forbidden-character"),
    "a bidi override": (text("\u202e"), 400, "forbidden-character"),
    "a bidi isolate, escaped": (text("\\u2067"), 400, "forbidden-character"),
    "a lone surrogate, escaped": (text("\\ud800"), 400, "forbidden-character"),
    "a low surrogate, escaped": (text("\\udfff"), 400, "forbidden-character"),
    "a lone surrogate, raw": (text("\ud800"), 400, "not-utf-8"),
    "a pair of surrogates, raw": (text("\ud83d\ude00"), 400, "not-utf-8"),
    "an overlong slash": (b'{"narrative": "\xc0\xaf"}', 400, "not-utf-8"),
    "beyond Unicode": (b'{"narrative": "\xf5\x80\x80\x80"}', 400, "not-utf-8"),
    "half a character": (b'{"narrative": "\xe6\x96"}', 400, "not-utf-8"),
    "a key with a NUL": (b'{"a\\u0000": 1}', 400, "forbidden-character"),
    "UTF-16 with a mark": (JA.encode("utf-16"), 400, "not-utf-8"),
    "UTF-16": (JA.encode("utf-16-be"), 400, "not-utf-8"),
    "UTF-32": (JA.encode("utf-32"), 400, "not-utf-8"),
    "UTF-32 in ASCII": (b'{"a": 1}'.decode().encode("utf-32-le"), 400, "not-json"),
    "CP932": (JA.encode("cp932"), 400, "not-utf-8"),
    "EUC-JP": (JA.encode("euc-jp"), 400, "not-utf-8"),
    "ISO-2022-JP": (JA.encode("iso-2022-jp"), 400, "not-json"),
    "a byte-order mark": (JA.encode("utf-8-sig"), 400, "not-json"),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 400, "not-json"),
    "a form": (b"narrative=x&declared_status=completed", 400, "not-json"),
}
LARGE: dict[str, tuple[bytes, int, str]] = {
    "33 deep": (nested(32), 413, "too-deep"),
    "100,000 deep": (nested(100_000), 413, "too-deep"),
    "objects 100,000 deep": (nested(100_000, b'{"a":', b"}"), 413, "too-deep"),
    "a MiB of brackets": (b"[" * MIB, 413, "too-deep"),
    "a MiB of empty arrays": (b"[]" * (MIB // 2), 413, "too-much"),
    "a MiB of empty objects": (b'{"observations":[' + b"{}," * 300_000 + b"{}]}", 413, "too-much"),
    "a MiB of zeros": (b'{"observations":[' + b"0," * 500_000 + b"0]}", 413, "too-much"),
    "a million keys": (keys(1_000_000), 413, "too-large"),
    "a MiB of keys": (keys(110_000, width="%x"), 413, "too-much"),
    "a MiB of keys, the last one twice": (keys(90_000)[:-1] + b',"k89999":1}', 413, "too-much"),
    "4,000 keys, the last one twice": (keys(4_000)[:-1] + b',"k3999":1}', 400, "duplicate-key"),
    "4,000 keys": (keys(4_000), 400, "unknown-field"),
    "a MiB of quotes": (b'"' * MIB, 400, "not-json"),
    "a MiB of backslashes": (b'"' + b"\\" * (MIB - 1), 400, "not-json"),
    "a MiB of blanks": (b" " * MIB, 400, "not-json"),
    "a MiB of digits": (number(b"9" * (MIB - 20)), 400, "not-json"),
    "a MiB of decimals": (number(b"0." + b"9" * (MIB - 20)), 400, "invalid"),
    "a MiB exactly": (padded(MIB), 400, "invalid"),
    "a MiB and one byte": (padded(MIB + 1), 413, "too-large"),
    "a key of a MiB": (b'{"' + b"k" * (MIB - 10) + b'":1}', 400, "key-too-long"),
    "10 MiB": (b"x" * 10 * MIB, 413, "too-large"),
    "a gzip bomb": (gzip.compress(b" " * 10 * MIB), 400, "not-utf-8"),
}
# Imports are taken as a form alone.
WRITES = [str(one.pattern) for one in urls.urlpatterns if "<" not in str(one.pattern) and str(one.pattern) != "imports"]
NASTY = [b"[]", b"{", b"\xff", b'{"a":1,"a":1}', b'{"\\u0000":1}', nested(40), b"[" * 100_000]


def test_a_body_that_is_not_plain_is_refused_with_its_place_400(stage: Stage) -> None:
    draft = f"/api/v1/updates/{stage.draft}"

    def check(name: str) -> None:
        body, status, code = SMALL[name]
        problem(stage.post("/api/v1/updates", body), status, code)
        if list(SMALL).index(name) % 2:
            problem(stage.write("PATCH", draft, body), status, code)
        else:
            action = stage.post(f"{draft}/submit", body)
            problem(action, status, "unknown-field" if code == "invalid" else code)

    stage.each(SMALL, check)


def test_a_large_body_is_refused_before_it_costs_much_400_413(stage: Stage, figure: Figure) -> None:
    slowest = 0.0

    def check(name: str) -> None:
        nonlocal slowest
        body, status, code = LARGE[name]
        began = time.monotonic()
        problem(stage.post("/api/v1/updates", body), status, code)
        slowest = max(slowest, time.monotonic() - began)

    stage.each(LARGE, check)
    figure(f"{len(SMALL) + len(LARGE)} bodies, 0 taken; the slowest refusal took {slowest:.2f} s")
    assert slowest < SLOWEST_SECONDS


def test_an_empty_body_is_an_empty_object_and_says_what_is_missing_400(stage: Stage) -> None:
    refusal = problem(stage.post("/api/v1/updates", b""), 400, "required")
    assert {error["pointer"] for error in refusal["errors"]} == {"/measure", "/cycle"}


def test_every_address_that_takes_json_refuses_what_is_none_400_403_405_413(stage: Stage) -> None:
    def check(route: str) -> None:
        for username in ("officer.jpo", "coordinator", "administrator"):
            for body in NASTY:
                problem(stage.post(f"/api/v1/{route}", body, username=username), (400, 403, 405, 413))

    stage.each(WRITES, check)
