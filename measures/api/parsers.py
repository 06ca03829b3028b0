"""Strict JSON: what a careful reader would refuse is refused, with the place and what to do."""

import json
import re
import unicodedata
from collections import Counter
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from measures.api.problems import TooLarge, escaped
from measures.errors import BadInput, Problem
from measures.messages import say
from measures.operations.tokens import is_like_a_token
from measures.rules.texts import FORBIDDEN

MAX_DEPTH = 32
# Brackets, commas and colons; a report with 200 values, the most there may be, has about 8,000.
MAX_MARKS = 20_000
MAX_KEY = 100
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
MARKS = re.compile(rb"[\[\]{},:]")


class StrictJSONParser(BaseParser):
    """An object in UTF-8 without duplicate keys, NaN, deep nesting or control characters; its text comes out as NFC."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        if "*" in (media_type or ""):
            raise UnsupportedMediaType("*")
        data = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(data) > settings.MAX_BODY_BYTES:
            raise TooLarge(
                "too-large",
                say("A body of at most {MAX_BODY_BYTES} bytes is taken.", MAX_BODY_BYTES=settings.MAX_BODY_BYTES),
            )
        if is_like_a_token(data.decode("latin-1")):
            _refuse("", "token-in-body", say("The body holds a token, which goes into the header Authorization only."))
        _refuse_cut(data, parser_context)
        _refuse_tangled(data)
        parsed = cleaned(_loaded(data), "")
        if not isinstance(parsed, dict):
            _refuse("", "not-an-object", say("The body must be a JSON object: {...}."))
        return parsed


def _refuse_cut(data: bytes, parser_context: Any) -> None:
    """A caller who fell silent before the end may have meant to say more."""
    announced = parser_context["request"].META.get("CONTENT_LENGTH") if parser_context else None
    if announced and len(data) < int(announced):
        _refuse(
            "",
            "cut-short",
            say(
                "The body ended after {length} of {announced} bytes: send it again.",
                length=len(data),
                announced=announced,
            ),
        )


def _refuse_tangled(data: bytes) -> None:
    """Refuses what is nested too deeply or has too many parts, before the parser spends its time on it."""
    level = 0
    for count, found in enumerate(MARKS.finditer(STRINGS.sub(b"", data)), start=1):
        mark = found.group()
        level += (mark in b"[{") - (mark in b"]}")
        if level > MAX_DEPTH:
            raise TooLarge("too-deep", say("JSON nested at most {max_depth} deep is taken.", max_depth=MAX_DEPTH))
        if count > MAX_MARKS:
            raise TooLarge("too-much", say("The body has too many keys and items: send less at once."))


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_constant)
    except UnicodeDecodeError as error:
        _refuse("", "not-utf-8", say("The body is not UTF-8 at byte {start}.", start=error.start))
    except json.JSONDecodeError as error:
        _refuse(
            "",
            "not-json",
            say(
                "The body is not JSON at line {lineno}, column {colno}: {msg}.",
                lineno=error.lineno,
                colno=error.colno,
                msg=error.msg,
            ),
        )
    except ValueError:
        # Python refuses to read integers of more than 4,300 digits.
        _refuse("", "not-json", say("The body holds a number that is too long."))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        _refuse(
            "",
            "duplicate-key",
            say("The key {key} stands twice in one object: keep one.", key=json.dumps(twice[:MAX_KEY])),
        )
    return result


def _constant(name: str) -> NoReturn:
    _refuse("", "not-json", say("{name} is no JSON value; leave the number out or send null.", name=name))


def cleaned(value: Any, pointer: str) -> Any:
    """A value with its text in NFC; BadInput where it holds a character that is not taken."""
    if isinstance(value, str):
        if found := FORBIDDEN.search(value):
            code = f"U+{ord(found.group()):04X}"
            _refuse(
                pointer,
                "forbidden-character",
                say("Character {place} is {code}, which is not taken.", place=found.start() + 1, code=code),
            )
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [cleaned(item, f"{pointer}/{position}") for position, item in enumerate(value)]
    if isinstance(value, dict):
        if any(len(key) > MAX_KEY for key in value):
            _refuse(pointer, "key-too-long", say("A key of this object is longer than any field's name: correct it."))
        if any(FORBIDDEN.search(key) for key in value):
            _refuse(pointer, "forbidden-character", say("A key of this object holds a character that is not taken."))
        return {key: cleaned(item, f"{pointer}/{escaped(key)}") for key, item in value.items()}
    return value


def _refuse(pointer: str, code: str, detail: str) -> NoReturn:
    raise BadInput([Problem(pointer, code, detail)])
