"""Words as extraction from a PDF leaves them: how wide they are, put together again, and folded to be compared."""

import re
from collections.abc import Sequence
from unicodedata import normalize

WIDE = "[^\\x00-\\x7f]"
NARROW = "[\\x21-\\x7e]"
BESIDE_WIDE = re.compile(f" (?={WIDE})|(?<={WIDE}) ")
BETWEEN_WIDE_AND_NARROW = re.compile(f"(?<={WIDE}) (?={NARROW})|(?<={NARROW}) (?={WIDE})")
RADICAL = re.compile("[\\u2e80-\\u2fdf]")
BLANKS = " \t\f\v\u3000\ufeff"
SPACED = re.compile(f"(?<={WIDE}) +(?={WIDE})")
ENDED = re.compile("[。．.！？!?][」』）)]*\\Z")
# Of the gaps of a letter-spaced line, so many stand between wide letters; of its words, so many are one letter.
GAPS_BETWEEN_WIDE, WORDS_OF_ONE = 0.8, 0.5


def width(text: str) -> int:
    """In columns, of which a letter takes two unless it is ASCII."""
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


def ends_sentence(text: str) -> bool:
    return ENDED.search(text) is not None


def joined(lines: Sequence[str]) -> str:
    """Lines put together without a blank, since they break inside words, but between two narrow words with one."""
    text = ""
    for line in lines:
        told = unspaced(line.strip(BLANKS))
        between = " " if text and told and text[-1].isascii() and told[0].isascii() else ""
        text += between + told
    return text


def unspaced(line: str) -> str:
    """A line without the blanks that only spread its letters; any other line as it is."""
    words = line.split()
    between = len(SPACED.findall(line))
    alone = sum(len(word) == 1 and not word.isascii() for word in words)
    if len(words) > 1 and between >= GAPS_BETWEEN_WIDE * (len(words) - 1) and alone >= WORDS_OF_ONE * len(words):
        return BESIDE_WIDE.sub("", line)
    return line


def normalised(text: str) -> str:
    """Kangxi and CJK radicals as the characters they resemble, and no blank between wide and narrow ones."""
    return BETWEEN_WIDE_AND_NARROW.sub("", RADICAL.sub(lambda found: normalize("NFKC", found.group()), text))
