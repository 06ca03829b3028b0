"""A new version of a document beside the one before: what of it is the same, and what becomes of each measure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from measures.errors import Problem
from measures.messages import say
from measures.models.measures import DECIDED_TURNS, MEASURE_TURNS
from measures.vocabulary import ElementChange, Fate, MeasureStatus

# From this share of letters in common on, one wording is another of the same.
ALIKE = 0.6
# So many elements before and behind its place one without its equal is looked for, by so many of its first letters.
NEAR, COMPARED = 40, 120
# Comparing takes the square of the letters: when everything was written anew, what comes late is dropped and added.
MOST_COMPARED, MOST_LOOKED_AT = 1_000, 30_000
# What has ended needs no fate.
GOING_ON = (MeasureStatus.NOT_STARTED, MeasureStatus.IN_PROGRESS, MeasureStatus.SUSPENDED)
ELEMENTS_OF = {
    Fate.CARRY_ON: (1, 1),
    Fate.SUPERSEDED: (1, 50),
    Fate.MERGED: (1, 1),
    Fate.WITHDRAWN: (0, 0),
}


@dataclass(frozen=True, slots=True)
class Said:
    """An element of either version: its code, normalised words, and the words of the one above it."""

    code: str
    text: str
    above: str


@dataclass(frozen=True, slots=True)
class Change:
    """`similarity` is the share of letters in common, 1 for what is the same."""

    change: ElementChange
    old: str | None
    new: str | None
    similarity: float


def differences(old: Sequence[Said], new: Sequence[Said]) -> list[Change]:
    """Every element of either version once: the new ones in their order, then what was dropped."""
    pairs = _equal(old, new)
    pairs |= _alike(old, new, pairs)
    found = [_change(old[pairs[place][0]], one, pairs[place][1]) if place in pairs else _added(one)
             for place, one in enumerate(new)]  # fmt: skip
    kept = {place for place, _ in pairs.values()}
    dropped = [Change(ElementChange.DROPPED, one.code, None, 0) for place, one in enumerate(old) if place not in kept]
    return found + dropped


def _added(one: Said) -> Change:
    return Change(ElementChange.ADDED, None, one.code, 0)


def _change(before: Said, one: Said, similarity: float) -> Change:
    if similarity < 1:
        return Change(ElementChange.CHANGED, before.code, one.code, similarity)
    kind = ElementChange.SAME if before.above == one.above else ElementChange.MOVED
    return Change(kind, before.code, one.code, 1)


def _equal(old: Sequence[Said], new: Sequence[Said]) -> dict[int, tuple[int, float]]:
    """By place among the new: the place among the old of the same words, of those under the same if there are some."""
    pairs: dict[int, tuple[int, float]] = {}
    for key in (lambda one: (one.text, one.above), lambda one: (one.text, None)):
        taken = {place for place, _ in pairs.values()}
        places: dict[tuple[str, str | None], list[int]] = {}
        for place, one in enumerate(old):
            if place not in taken:
                places.setdefault(key(one), []).append(place)
        for place, one in enumerate(new):
            if place not in pairs and (found := places.get(key(one))):
                pairs[place] = (found.pop(0), 1.0)
    return pairs


def _alike(
    old: Sequence[Said], new: Sequence[Said], equal: Mapping[int, tuple[int, float]]
) -> dict[int, tuple[int, float]]:
    """The likest of those that are left, the likest pairs first; each is looked for near its place."""
    taken = {place for place, _ in equal.values()}
    pairs: dict[int, tuple[int, float]] = {}
    for likeness, place, other in sorted(_likenesses(old, new, equal, taken), key=lambda one: (-one[0], *one[1:])):
        if place not in pairs and other not in taken:
            pairs[place] = (other, round(min(likeness, 0.9999), 4))
            taken.add(other)
    return pairs


def _likenesses(
    old: Sequence[Said], new: Sequence[Said], equal: Collection[int], taken: Collection[int]
) -> list[tuple[float, int, int]]:
    """Likeness, place among the new and among the old, of pairs that are much alike; not more than can be compared."""
    left = [(place, one) for place, one in enumerate(old) if place not in taken]
    found: list[tuple[float, int, int]] = []
    reach, compared, looked_at = NEAR + abs(len(old) - len(new)), 0, 0
    for place, one in enumerate(new):
        if place in equal:
            continue
        matcher = SequenceMatcher(None, "", one.text[:COMPARED], autojunk=False)
        for other, before in left:
            if abs(other - place) > reach:
                continue
            looked_at += 1
            if compared == MOST_COMPARED or looked_at > MOST_LOOKED_AT:
                return found
            matcher.set_seq1(before.text[:COMPARED])
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                compared += 1
                if (likeness := matcher.ratio()) >= ALIKE:
                    found.append((likeness, place, other))
    return found


def suggested(changes: Sequence[Change], measures: Mapping[str, str], tracked: Collection[str]) -> list[dict[str, Any]]:
    """That each of `measures` (elements by measure) carries on whose element is there again and tracked."""
    now = {one.old: one.new for one in changes if one.old and one.new}
    return [
        {"measure": code, "fate": str(Fate.CARRY_ON), "elements": [now[element]], "reason": ""}
        for code, element in measures.items()
        if now.get(element) in tracked
    ]


def problems(
    fates: Sequence[Mapping[str, Any]], *, statuses: Mapping[str, str], tracked: Collection[str]
) -> Iterator[Problem]:
    """What is wrong with the fates of measures, whose `statuses` are by their codes, and which have none yet."""
    seen: set[str] = set()
    carried: set[str] = set()
    for place, one in enumerate(fates):
        yield from _of_fate(one, f"/fates/{place}", statuses, tracked)
        if one["measure"] in seen:
            yield Problem(f"/fates/{place}/measure", "repeated", say("The measure stands twice: keep one."))
        seen.add(one["measure"])
        if one["fate"] == Fate.CARRY_ON and set(one["elements"]) & carried:
            detail = say("Another measure carries on there: one of them is merged or superseded.")
            yield Problem(f"/fates/{place}/elements", "repeated", detail)
        carried |= set(one["elements"]) if one["fate"] == Fate.CARRY_ON else set()
    for code, status in statuses.items():
        if status in GOING_ON and code not in seen:
            detail = say("Say what becomes of the measure '{code}'.", code=code)
            yield Problem("/fates", "unanswered", detail)


def _of_fate(
    one: Mapping[str, Any], pointer: str, statuses: Mapping[str, str], tracked: Collection[str]
) -> Iterator[Problem]:
    if one["measure"] not in statuses:
        detail = say("There is no measure '{code}' of this document.", code=one["measure"])
        yield Problem(f"{pointer}/measure", "unknown", detail)
        return
    least, most = ELEMENTS_OF[Fate(one["fate"])]
    if not least <= len(one["elements"]) <= most:
        detail = say("This fate names from {least} to {most} elements.", least=least, most=most)
        yield Problem(f"{pointer}/elements", "one-of-two", detail)
    for code in one["elements"]:
        if code not in tracked:
            detail = say("'{code}' is no element here that states a measure.", code=code)
            yield Problem(f"{pointer}/elements", "unknown", detail)
    if one["fate"] == Fate.WITHDRAWN and not one["reason"]:
        yield Problem(f"{pointer}/reason", "missing", say("A measure is withdrawn for a reason: give it."))
    if not _may(Fate(one["fate"]), statuses[one["measure"]]):
        detail = say("A measure that is '{status}' has ended: it carries on or needs no fate.",
                     status=MeasureStatus(statuses[one["measure"]]))  # fmt: skip
        yield Problem(f"{pointer}/fate", "ended", detail)


def _may(fate: Fate, status: str) -> bool:
    if fate == Fate.CARRY_ON:
        return True
    if fate == Fate.MERGED:
        return (status, MeasureStatus.MERGED) in DECIDED_TURNS
    return (status, MeasureStatus.DISCONTINUED) in MEASURE_TURNS
