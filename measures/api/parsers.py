"""Strict JSON: what a careful reader would refuse is refused, with the place and what to do."""

import json
import re
import unicodedata
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import BaseParser

from measures.api.problems import TooLarge, escaped
from measures.errors import BadInput, Problem

MAX_DEPTH = 32
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
BRACKETS = re.compile(rb"[\[\]{}]")
# Controls but tab and line breaks, lone surrogates, and the marks that turn the direction of text around.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class StrictJSONParser(BaseParser):
    """An object in UTF-8 without duplicate keys, NaN, deep nesting or control characters; its text comes out as NFC."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        data = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(data) > settings.MAX_BODY_BYTES:
            raise TooLarge("too-large", f"A body of at most {settings.MAX_BODY_BYTES} bytes is taken.")
        if depth(data) > MAX_DEPTH:
            raise TooLarge("too-deep", f"JSON nested at most {MAX_DEPTH} deep is taken.")
        parsed = _cleaned(_loaded(data), "")
        if not isinstance(parsed, dict):
            _refuse("", "not-an-object", "The body must be a JSON object: {...}.")
        return parsed


def depth(data: bytes) -> int:
    """How deep brackets nest outside of strings, found without recursion."""
    level = deepest = 0
    for bracket in BRACKETS.findall(STRINGS.sub(b"", data)):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_constant)
    except UnicodeDecodeError as error:
        _refuse("", "not-utf-8", f"The body is not UTF-8 at byte {error.start}.")
    except json.JSONDecodeError as error:
        _refuse("", "not-json", f"The body is not JSON at line {error.lineno}, column {error.colno}: {error.msg}.")
    except ValueError:
        # Python refuses to read integers of more than 4,300 digits.
        _refuse("", "not-json", "The body holds a number that is too long.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        _refuse("", "duplicate-key", f"The key {json.dumps(twice)} stands twice in one object: keep one.")
    return result


def _constant(name: str) -> NoReturn:
    _refuse("", "not-json", f"{name} is no JSON value; leave the number out or send null.")


def _cleaned(value: Any, pointer: str) -> Any:
    if isinstance(value, str):
        if found := FORBIDDEN.search(value):
            code = f"U+{ord(found.group()):04X}"
            _refuse(pointer, "forbidden-character", f"Character {found.start() + 1} is {code}, which is not taken.")
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_cleaned(item, f"{pointer}/{position}") for position, item in enumerate(value)]
    if isinstance(value, dict):
        if any(FORBIDDEN.search(key) for key in value):
            _refuse(pointer, "forbidden-character", "A key of this object holds a character that is not taken.")
        return {key: _cleaned(item, f"{pointer}/{escaped(key)}") for key, item in value.items()}
    return value


def _refuse(pointer: str, code: str, detail: str) -> NoReturn:
    raise BadInput([Problem(pointer, code, detail)])
