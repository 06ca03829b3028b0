"""Checks that what is ours says so: owners, links and figures each with a basis and a reason."""

from collections import Counter

from measures.management.seed.verify.given import Given, Outcome

BASES = {"stated", "inferred", "assigned"}
GROUNDED = ("assignment", "measurelink", "elementlink", "kpilink", "baseline", "target")
STATED_OWNERS = {("MEXT2019-P3-01", "cao", "C2-4")}


def leads(given: Given) -> Outcome:
    rows = given.rows("assignment").values()
    found = Counter(row["measure"] for row in rows if row["role"] == "lead" and row["valid_to"] is None)
    measures = given.rows("measure")
    faults = [f"{row['code']} has {found[pk]} leads" for pk, row in measures.items() if found[pk] != 1]
    return Outcome(f"{found.total()} leads of {len(measures)} measures", faults)


def obligations(given: Given) -> Outcome:
    """No measure of the fixtures has ended, so each owes one, from the ministry that leads it."""
    leads = {row["measure"]: row["ministry"] for row in given.rows("assignment").values() if row["role"] == "lead"}
    rows, faults = given.rows("obligation").values(), []
    for cycle, of in given.rows("cycle").items():
        owed = {row["measure"]: row for row in rows if row["cycle"] == cycle}
        if of["state"] == "open":
            faults += [f"{given.measure_code(pk)} owes nothing in {of['code']}" for pk in leads if pk not in owed]
        faults += [
            f"{given.measure_code(pk)} is owed by another ministry or day than its lead's and {of['code']}'s"
            for pk, row in owed.items()
            if (row["ministry"], row["due_on"]) != (leads[pk], of["due_on"])
        ]
    return Outcome(f"{len(rows)} obligations", faults)


def stated(given: Given) -> Outcome:
    ministries, elements = given.rows("ministry"), given.rows("element")
    found, faults = set(), []
    for row in given.rows("assignment").values():
        if row["basis"] != "stated":
            continue
        code, ministry = given.measure_code(row["measure"]), ministries[row["ministry"]]
        element = elements[row["element"]] if row["element"] else {"code": "", "text": ""}
        found.add((code, ministry["code"], element["code"]))
        if ministry["name"] not in element["text"]:
            faults.append(f"{code}: element {element['code']!r} does not name {ministry['name']}")
    faults += [f"owner {owner} is said to be stated, and is not" for owner in sorted(found - STATED_OWNERS)]
    faults += [f"owner {owner} is stated, and not here as such" for owner in sorted(STATED_OWNERS - found)]
    return Outcome(f"{len(found)} stated owner", faults)


def reasons(given: Given) -> Outcome:
    faults, count = [], 0
    for model in GROUNDED:
        for pk, row in given.rows(model).items():
            count += 1
            if row["basis"] not in BASES or not row["reason"].strip():
                faults.append(f"{model} {pk} has basis {row['basis']!r} and reason {row['reason']!r}")
    for row in given.rows("element").values():
        if row["viewpoints"]:
            count += 1
            if row["viewpoints_basis"] not in BASES or not row["viewpoints_reason"].strip():
                faults.append(f"element {row['code']} has viewpoints without a basis or a reason")
    return Outcome(f"{count} of them", faults)


def same_measures(given: Given) -> Outcome:
    measures, elements = given.rows("measure"), given.rows("element")
    faults, pairs, same = [], Counter[tuple[frozenset[int], str]](), 0
    for row in given.rows("measurelink").values():
        one, other = (elements[measures[row[end]]["element"]]["text"] for end in ("measure", "other"))
        names = f"{given.measure_code(row['measure'])} and {given.measure_code(row['other'])}"
        pairs[frozenset((row["measure"], row["other"])), row["theme"]] += 1
        same += row["kind"] == "same_as"
        if (row["kind"] == "same_as") != (one == other):
            faults.append(f"{names} are linked as {row['kind']}, and their texts say otherwise")
    faults += [f"a pair is linked {times} times under {theme}" for (_, theme), times in pairs.items() if times > 1]
    return Outcome(f"{pairs.total()} links, {same} of them same_as", faults)
