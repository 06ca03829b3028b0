"""A document's text cut into its lines, its noise, and pieces: what one marker or one paragraph holds together."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from measures.rules.outlines import markers, words
from measures.rules.outlines.markers import Marker

LINE_BREAK = re.compile("\r\n|\r|\n")
NUMBER = "[0-9０-９]{1,4}"
PAGE = re.compile(
    f"[-‐–—－(（]? ?{NUMBER} ?[-‐–—－)）]?|{NUMBER} ?[/／] ?{NUMBER}"
    f"|(?:[Pp]\\.?|[Pp]age|ページ|頁) ?{NUMBER}|{NUMBER} ?(?:ページ|頁)"
)
# A line is full when it is so wide, as a share of the widest tenth; text is broken into lines when enough of it is.
FULL, ENOUGH_FULL = 0.82, 0.25
# Nobody breaks lines so early or so late, nor leaves more than a few of them so much wider than the others.
NARROWEST, WIDEST, WIDER, FEW = 36, 200, 1.3, 0.02
# The step from line to line is the least that is as usual as this.
USUAL = 0.2
# Some extractions leave a blank where a paragraph ends: when nearly all lines before a gap or a bullet have one, and
# enough other lines have none.
NEARLY_ALL, ENOUGH_ENDS, ENOUGH_WITHOUT = 0.95, 10, 0.2
PAGE_NUMBER = "page-number"
BLANKS_AT_END = (" ", "\u3000")


def lines_of(text: str) -> list[str]:
    """The lines of a text, of which the first is number 1; a form feed is a blank of its line."""
    return LINE_BREAK.split(text)


@dataclass(slots=True)
class Piece:
    """Lines `first` to `last` that say one thing; `gap` is whether they stand apart from what is before them.

    `fits` is whether its marker continues a count or begins one, None where it has none.
    """

    first: int
    last: int
    marker: Marker | None
    gap: bool
    lines: list[str] = field(default_factory=list)
    fits: bool | None = None

    @property
    def text(self) -> str:
        return words.joined(self.lines)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a text are set: the usual step from one to the next, and from which width on one is full.

    `blank_ends` is whether a blank at a line's end means the paragraph's, unless the line is as wide as `widest`.
    """

    step: int
    full: float
    widest: float
    blank_ends: bool

    def is_full(self, line: str) -> bool:
        """Whether the text runs on behind the line."""
        if self.blank_ends and line[-1:] not in BLANKS_AT_END:
            return True
        return words.width(line.strip(words.BLANKS)) >= (self.widest if self.blank_ends else self.full)


def noise(lines: list[str]) -> dict[int, str]:
    """Line numbers that belong to no element, each with the rule that says so."""
    return {
        number: PAGE_NUMBER for number, line in enumerate(lines, start=1) if PAGE.fullmatch(line.strip(words.BLANKS))
    }


def layout(lines: list[str], written: list[int]) -> Layout:
    """Of the lines with these numbers; without broken lines no line is full."""
    steps = Counter(later - earlier for earlier, later in pairwise(written))
    step = min((one for one, times in steps.items() if times >= USUAL * len(written)), default=1)
    widths = sorted(words.width(lines[number - 1].strip(words.BLANKS)) for number in written)
    widest = widths[int(0.9 * (len(widths) - 1))] if widths else 0
    wide = sum(one >= FULL * widest for one in widths)
    wider = sum(one > WIDER * widest for one in widths)
    if not NARROWEST <= widest <= WIDEST or wide < ENOUGH_FULL * len(widths) or wider > FEW * len(widths):
        return Layout(step, float("inf"), float("inf"), blank_ends=False)
    return Layout(step, FULL * widest, widest, _blank_ends(lines, written, step))


def _blank_ends(lines: list[str], written: list[int], step: int) -> bool:
    ends = [
        lines[earlier - 1][-1:] in BLANKS_AT_END
        for earlier, later in pairwise(written)
        if later - earlier > step or lines[later - 1].strip(words.BLANKS)[0] in markers.BULLETS
    ]
    without = sum(lines[number - 1][-1:] not in BLANKS_AT_END for number in written)
    return len(ends) >= ENOUGH_ENDS and sum(ends) >= NEARLY_ALL * len(ends) and without >= ENOUGH_WITHOUT * len(written)


def pieces(lines: list[str], skipped: dict[int, str]) -> Iterator[Piece]:
    """The pieces in reading order; every line that is neither blank nor `skipped` is in one."""
    written = [
        number for number, line in enumerate(lines, start=1) if line.strip(words.BLANKS) and number not in skipped
    ]
    set_as = layout(lines, written)
    open_: Piece | None = None
    counts: dict[str, int] = {}
    for number in written:
        line = lines[number - 1].strip(words.BLANKS)
        apart = open_ is None or _is_apart(lines, skipped, open_, number, set_as)
        runs_on = open_ is not None and not apart and _runs_on(open_, lines[open_.last - 1], set_as)
        marker = markers.read(line)
        if marker and runs_on and marker.is_weak and not (_continues(marker, counts) or _has_ended(lines, open_)):
            marker = None
        if open_ is not None and marker is None and runs_on:
            open_.lines.append(line)
            open_.last = number
            continue
        if open_ is not None:
            yield open_
        open_ = Piece(number, number, marker, apart, [marker.rest if marker else line])
        if marker:
            open_.fits = marker.number in (None, 1) or _continues(marker, counts)
            if marker.number is not None:
                counts[marker.family] = marker.number
    if open_ is not None:
        yield open_


def _continues(marker: Marker, counts: dict[str, int]) -> bool:
    return marker.number is not None and counts.get(marker.family) == marker.number - 1


def _is_apart(lines: list[str], skipped: dict[int, str], before: Piece, number: int, set_as: Layout) -> bool:
    """Whether more is left free than between lines, and not by the end of a page in the middle of a sentence."""
    if number - before.last <= set_as.step:
        return False
    between = range(before.last + 1, number)
    turned = any(one in skipped or "\f" in lines[one - 1] for one in between) or "\f" in lines[number - 1]
    last = lines[before.last - 1]
    return not (turned and set_as.is_full(last) and not _has_ended(lines, before))


def _runs_on(open_: Piece, last: str, set_as: Layout) -> bool:
    """Whether a sentence or a name goes on in the next line: the last one is full, and is no label, note or annex."""
    if open_.marker and open_.marker.name in (markers.LABEL, markers.ANNEX):
        return False
    has_ended = words.ends_sentence(last.strip(words.BLANKS))
    return set_as.is_full(last) and (not has_ended or _is_item(open_))


def _is_item(open_: Piece) -> bool:
    """Within a marked item a full line that ends a sentence is followed by the next sentence of it."""
    return open_.marker is not None and open_.marker.name != markers.NOTE


def _has_ended(lines: list[str], piece: Piece | None) -> bool:
    return piece is not None and words.ends_sentence(lines[piece.last - 1].strip(words.BLANKS))
