"""What of a proposal stands in the way of its confirmation, all of it at once, each with its place in the proposal."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from measures.errors import Problem
from measures.messages import say
from measures.rules.outlines import texts
from measures.rules.proposals import versions
from measures.rules.proposals.elements import Element, Source, measure_code
from measures.vocabulary import Basis, Fate

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
NEEDED = ("code", "title", "title_en", "issuer", "issuer_en", "issued_on")
MOST_MEASURES = 500
LONGEST_MEASURE = 64


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already: codes of documents, measures and ministries, and the day."""

    documents: Collection[str]
    measures: Collection[str]
    ministries: Collection[str]
    today: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What a proposal says; `head` by the names of its fields.

    `prefix` begins the codes of its measures. For another version of a document `statuses` are those of its measures by
    their codes, and `fates` what becomes of them; it is None for a new document.
    """

    head: Mapping[str, Any]
    elements: Sequence[Element]
    source: Source
    lead: Mapping[str, Any] | None
    prefix: str
    statuses: Mapping[str, str] | None = None
    fates: Sequence[Mapping[str, Any]] = ()

    @property
    def tracked(self) -> set[str]:
        return {one["code"] for one in self.elements if one["measure"]}

    @property
    def carried(self) -> set[str]:
        """Elements whose measure is there already."""
        return {code for fate in self.fates if fate["fate"] == Fate.CARRY_ON for code in fate["elements"]}


def problems(facts: Facts, known: Known) -> list[Problem]:
    found = [*_of_head(facts, known), *_of_lines(facts), *_of_codes(facts), *_of_parents(facts)]
    found += _of_measures(facts, known)
    if facts.statuses is None:
        return found
    return [*found, *versions.problems(facts.fates, statuses=facts.statuses, tracked=facts.tracked)]


def _of_head(facts: Facts, known: Known) -> Iterator[Problem]:
    head = facts.head
    for name in NEEDED:
        if not head[name]:
            yield Problem(f"/{name}", "missing", say("A document has its {name}: give it.", name=name))
    if head["code"] and facts.statuses is None and head["code"] in known.documents:
        detail = say("There is a document '{code}' already: choose another code.", code=head["code"])
        yield Problem("/code", "taken", detail)
    if head["issued_on"] and head["issued_on"] > known.today:
        yield Problem("/issued_on", "in-the-future", say("The document is issued on a day that has not come."))
    first, last = head["plan_from"], head["plan_to"]
    if (first is None) != (last is None) or (first or 0) > (last or 0):
        detail = say("The plan's years come both or not at all, the first one first.")
        yield Problem("/plan_from", "both-or-neither", detail)
    if facts.lead:
        yield from _of_lead(facts, facts.lead, "/lead", known)


def _of_lines(facts: Facts) -> Iterator[Problem]:
    """Every line that is not blank is in one element or is noise."""
    last_line = len(facts.source.lines)
    claimed: dict[int, int] = {}
    for place, one in enumerate(facts.elements):
        pointer, (first, last) = f"/elements/{place}/lines", one["lines"]
        if first > last or last > last_line:
            detail = say("The lines are from 1 to {last}, the first one first.", last=last_line)
            yield Problem(pointer, "out-of-order", detail)
            continue
        if not facts.source.words(first, last).text:
            yield Problem(pointer, "blank", say("There is nothing in these lines."))
        taken = next((claimed[number] for number in range(first, last + 1) if number in claimed), None)
        if taken is not None:
            detail = say("The lines overlap those of '{code}'.", code=facts.elements[taken]["code"])
            yield Problem(pointer, "overlaps", detail)
        claimed |= dict.fromkeys(range(first, last + 1), place)
    for begin, end in _runs([number for number in facts.source.written() if number not in claimed]):
        detail = say("Lines {first} to {last} are in no element and are not named as noise.", first=begin, last=end)
        yield Problem("/noise_lines", "uncovered", detail)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of numbers, with at most one blank line between two of them."""
    begin = before = 0
    for number in [*numbers, 0]:
        if begin and number - before not in (1, 2):
            yield begin, before
            begin = 0
        begin, before = begin or number, number


def _of_codes(facts: Facts) -> Iterator[Problem]:
    if not facts.elements:
        yield Problem("/elements", "empty", say("A document has elements."))
    if len(facts.elements) > texts.MOST_ELEMENTS:
        yield texts.too_many_elements("/elements")
    seen: set[str] = set()
    for place, one in enumerate(facts.elements):
        if not CODE.fullmatch(one["code"]):
            detail = say("A code has at most 32 letters, digits and . _ - and begins with a letter or digit.")
            yield Problem(f"/elements/{place}/code", "invalid", detail)
        if one["code"] in seen:
            yield Problem(f"/elements/{place}/code", "repeated", say("The code stands twice: keep one."))
        seen.add(one["code"])


def _of_parents(facts: Facts) -> Iterator[Problem]:
    """Each stands under one before it, so that none stands under itself."""
    before: set[str] = set()
    for place, one in enumerate(facts.elements):
        if one["parent"] is not None and one["parent"] not in before:
            detail = say("There is no element '{code}' before this one.", code=one["parent"])
            yield Problem(f"/elements/{place}/parent", "unknown", detail)
        before.add(one["code"])


def _of_measures(facts: Facts, known: Known) -> Iterator[Problem]:
    places = [(place, one) for place, one in enumerate(facts.elements) if one["measure"]]
    new = [(place, one) for place, one in places if one["code"] not in facts.carried]
    if len(new) > MOST_MEASURES:
        detail = say("At most {most} measures are made at once, not {number}.", most=MOST_MEASURES, number=len(new))
        yield Problem("/elements", "too-many-measures", detail)
    seen: set[str] = set()
    for place, one in new:
        pointer, measure = f"/elements/{place}/measure", one["measure"]
        code = measure_code(facts.prefix, one)
        yield from _of_code(code, f"{pointer}/code", seen, known.measures)
        seen.add(code)
        for name in ("title", "title_en"):
            if not measure[name]:
                detail = say("The measure '{code}' has no {name}: give it.", code=code, name=name)
                yield Problem(f"{pointer}/{name}", "missing", detail)
        if measure["lead"]:
            yield from _of_lead(facts, measure["lead"], f"{pointer}/lead", known)
        elif not facts.lead:
            detail = say("The measure '{code}' has no lead ministry, nor has the proposal one for all.", code=code)
            yield Problem(f"{pointer}/lead", "missing", detail)


def _of_code(code: str, pointer: str, seen: Collection[str], taken: Collection[str]) -> Iterator[Problem]:
    if len(code) > LONGEST_MEASURE:
        yield Problem(pointer, "max-length", say("A measure's code has at most 64 letters."))
    if code in taken:
        yield Problem(pointer, "taken", say("There is a measure '{code}' already: choose another code.", code=code))
    if code in seen:
        yield Problem(pointer, "repeated", say("The code stands twice: keep one."))


def _of_lead(facts: Facts, lead: Mapping[str, Any], pointer: str, known: Known) -> Iterator[Problem]:
    if lead["ministry"] not in known.ministries:
        detail = say("There is no ministry '{code}'.", code=lead["ministry"])
        yield Problem(f"{pointer}/ministry", "unknown", detail)
    since = lead["valid_from"] or facts.head["issued_on"]
    if since and since > known.today:
        detail = say("Assignments are recorded from the day they hold, not ahead of it.")
        yield Problem(f"{pointer}/valid_from", "in-the-future", detail)
    codes = {one["code"] for one in facts.elements}
    if lead["element"] is not None and lead["element"] not in codes:
        detail = say("There is no element '{code}' here.", code=lead["element"])
        yield Problem(f"{pointer}/element", "unknown", detail)
    elif lead["basis"] == Basis.STATED and lead["element"] is None:
        yield Problem(f"{pointer}/element", "required", say("What is stated names the element that states it."))
