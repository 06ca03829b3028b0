"""Checks of what is there: how many measures in which section, of which kind, under which codes."""

import re
from collections import Counter
from collections.abc import Iterable

from measures.management.seed.verify.given import Given, Outcome

SECTIONS = {"P1": 10, "P2": 7, "P3": 4, "P4": 5, "P5": 1}
ANNEX = 6
STUDIES = 13
CODES = {
    "document": ("code", r"[A-Z0-9]+"),
    "measure": ("code", r"[A-Z0-9]+-[A-Z0-9]+(-[0-9]+[a-z]?)+"),
    "kpi": ("code", r"[a-z0-9]+(-[a-z0-9]+)*"),
    "ministry": ("code", r"[a-z]+(-[a-z]+)?"),
    "source": ("code", r"[A-Za-z0-9]+"),
    "cycle": ("code", r"FY[0-9]{4}"),
    "person": ("username", r"[a-z]+(\.[a-z]+)?"),
}
CORPORATE_NUMBER = re.compile(r"[0-9]{13}")


def sections(given: Given) -> Outcome:
    elements = given.rows("element")
    held = [elements[row["element"]] for row in given.rows("measure").values()]
    found = Counter(elements[one["parent"]]["code"] for one in held if one["kind"] == "measure")
    annex = sum(one["kind"] == "plan_bullet" for one in held)
    faults = [
        f"section {code} holds {found[code]} measures, not {SECTIONS.get(code, 0)}"
        for code in sorted(found.keys() | SECTIONS.keys())
        if found[code] != SECTIONS.get(code, 0)
    ]
    if annex != ANNEX:
        faults.append(f"the annex holds {annex} bullets, not {ANNEX}")
    return Outcome(f"{' + '.join(map(str, found.values()))} = {found.total()}, and {annex} of the annex", faults)


def studies(given: Given) -> Outcome:
    elements, faults, found = given.rows("element"), [], 0
    for row in given.rows("measure").values():
        element = elements[row["element"]]
        considers = element["kind"] == "measure" and "検討" in element["text"]
        found += considers
        if (row["kind"] == "study") != considers:
            faults.append(f"{row['code']} is {row['kind']}, and its text says {'' if considers else 'no '}検討")
    if found != STUDIES:
        faults.append(f"{found} measures say 検討, not {STUDIES}")
    return Outcome(f"{found} studies", faults)


def codes(given: Given) -> Outcome:
    faults, count = [], 0
    for model, (field, form) in CODES.items():
        values = [row[field] for row in given.rows(model).values()]
        count += len(values)
        faults += [f"{model} {value!r} is not in form" for value in values if not re.fullmatch(form, value)]
        faults += [f"{model} {value!r} is there {times} times" for value, times in _repeated(values)]
    (document,) = given.rows("document").values()
    for row in given.rows("measure").values():
        code = f"{document['code']}-{given.rows('element')[row['element']]['code']}"
        if row["code"] != code:
            faults.append(f"measure {row['code']!r} should be {code!r}")
    return Outcome(f"{count} codes", faults)


def corporate_numbers(given: Given) -> Outcome:
    numbers = {row["code"]: row["corporate_number"] for row in given.rows("ministry").values()}
    there = {code: number for code, number in numbers.items() if number is not None}
    faults = [f"{code}: {number} is not a corporate number" for code, number in there.items() if not _holds(number)]
    return Outcome(f"{len(there)} of {len(numbers)} ministries have one", faults)


def _holds(number: str) -> bool:
    """The first digit is 9 less the remainder by 9 of the other twelve, weighted 1, 2, 1, 2 from the last."""
    if not CORPORATE_NUMBER.fullmatch(number):
        return False
    weighted = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
    return int(number[0]) == 9 - sum(weighted) % 9


def _repeated(values: Iterable[str]) -> list[tuple[str, int]]:
    return [(value, times) for value, times in Counter(values).items() if times > 1]
