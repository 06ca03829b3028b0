"""A document's text as it comes: decoded strictly, without what no text holds, and not larger than is taken."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from measures.errors import Problem
from measures.messages import say
from measures.vocabulary import TextEncoding

MOST_BYTES = 1024 * 1024
MOST_LINES = 100_000
MOST_ELEMENTS = 3_000
# Controls but tabs, line breaks and form feeds, lone surrogates, and the marks that turn the direction of text around.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class NotText(Exception):
    """The bytes are no text in the encoding they are said to be in; `problem` says where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def decoded(data: bytes, encoding: str, *, pointer: str = "/file") -> str:
    """The text of a file in NFC, without a byte order mark."""
    try:
        text = data.decode("cp932" if encoding == TextEncoding.CP932 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText(_not_in(encoding, error.start, pointer)) from None
    return normalize("NFC", text)


def _not_in(encoding: str, start: int, pointer: str) -> Problem:
    if encoding == TextEncoding.CP932:
        return Problem(pointer, "not-cp932", say("The file is not CP932 (Shift_JIS) at byte {start}.", start=start))
    detail = say("The file is not UTF-8 at byte {start}; if it is CP932 (Shift_JIS), say so as encoding.", start=start)
    return Problem(pointer, "not-utf-8", detail)


def wrong(text: str, *, pointer: str = "/text") -> Iterator[Problem]:
    """Why no document is made of a text; nothing when one can be."""
    if not text.strip():
        yield Problem(pointer, "blank", say("There is nothing in the text but blanks."))
    if found := FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found.group()):04X}"
        yield Problem(
            pointer, "forbidden-character", say("Line {line} holds {code}, which is not taken.", line=line, code=code)
        )
    if (lines := text.count("\n") + 1) > MOST_LINES:
        yield Problem(
            pointer, "too-many-lines", say("At most {most} lines are taken, not {lines}.", most=MOST_LINES, lines=lines)
        )


def too_many_elements(pointer: str = "/text") -> Problem:
    detail = say("The text has more than {most} elements: import its parts as documents.", most=MOST_ELEMENTS)
    return Problem(pointer, "too-many-elements", detail)
