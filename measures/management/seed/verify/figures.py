"""Checks of every number: that it was published, where, for which period, and that nobody invented one."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from measures.management.seed.verify.given import Given, Outcome
from measures.rules import periods

DOCUMENT_TARGETS = {
    "sme-patent-share": ("absolute", "15", "15％"),
    "univ-patent-licences": ("relative", "0.5", "５割増"),
}
HOLDER = "R1-5-3a"
# Values without a year, or without the day their series counts on: see left_out in source/decisions.json.
WITHOUT_PERIOD = {("startup_hubs", 2025), ("sbir_support", None)}
ISO_DAY = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
ERA_DAY = re.compile(r"(平成|令和)([0-9]+|元)年([0-9]+)月([0-9]+)日")
ERA_BEGINS_AFTER = {"平成": 1988, "令和": 2018}


def document_targets(given: Given) -> Outcome:
    kpis, elements = given.rows("kpi"), given.rows("element")
    rows = [row for row in given.rows("target").values() if row["element"]]
    found = {kpis[row["kpi"]]["code"]: row for row in rows}
    faults = [f"{code} is no target of the document" for code in sorted(found.keys() - DOCUMENT_TARGETS.keys())]
    for code, (kind, value, words) in DOCUMENT_TARGETS.items():
        row = found.get(code)
        if row is None or (row["kind"], row["value"]) != (kind, value):
            faults.append(f"{code} should be {kind} {value}")
        elif elements[row["element"]]["code"] != HOLDER or words not in elements[row["element"]]["text"]:
            faults.append(f"{code} should point at {HOLDER}, whose words are {words}")
        elif row["stated_as"] not in elements[row["element"]]["text"]:
            faults.append(f"{code} is not stated as {row['stated_as']!r}")
    return Outcome(f"{len(found)} targets of {len(given.rows('target'))}", faults)


def aims(given: Given) -> Outcome:
    kpis, baselines = given.rows("kpi"), {row["kpi"]: row for row in given.rows("baseline").values()}
    told = {code.replace("_", "-"): one["target"] for code, one in given.series.items() if one["target"]}
    faults, found = [], set()
    for row in given.rows("target").values():
        code, baseline = kpis[row["kpi"]]["code"], baselines.get(row["kpi"])
        published = told.get(code, {"value": None, "baseline": None})
        found.add(code)
        if _known(baseline) != _known(published["baseline"]):
            faults.append(f"{code}: the published baseline is {_known(published['baseline'])}")
        if _number(row, baseline) != (None if published["value"] is None else Decimal(published["value"])):
            faults.append(f"{code}: the target comes to {_number(row, baseline)}, published is {published['value']}")
    faults += [f"{code} has a published target and none here" for code in sorted(told.keys() - found)]
    faults += [f"{code} has no published target" for code in sorted(found - told.keys())]
    return Outcome(f"{len(found)} targets, {len(baselines)} baselines", faults)


def published_values(given: Given) -> Outcome:
    expected = {
        (series["id"], point["year"]): _printed(point)
        for series in given.series.values()
        for point in series["points"]
        if (series["id"], point["year"]) not in WITHOUT_PERIOD
    }
    kpis, found, faults = given.rows("kpi"), Counter[tuple[str, int]](), []
    for row in given.rows("observation").values():
        key = kpis[row["kpi"]]["code"].replace("-", "_"), date.fromisoformat(row["period_start"]).year
        found[key] += 1
        if expected.get(key) != (row["value"], row["low"], row["high"]):
            faults.append(f"{key[0]} {key[1]}: {row['value'] or (row['low'], row['high'])} was not published")
    faults += [f"{series} {year} is there {times} times" for (series, year), times in found.items() if times > 1]
    faults += [f"{series} {year} is missing" for series, year in expected.keys() - found.keys()]
    return Outcome(f"{found.total()} values of {len(kpis)} KPIs", faults)


def sources(given: Given) -> Outcome:
    rows = given.rows("source")
    used = {row["source"] for model in ("observation", "observationsource") for row in given.rows(model).values()}
    faults = [f"source {pk} is used and not there" for pk in sorted(used - rows.keys())]
    for row in rows.values():
        if not re.match(r"https?://[^ ]+\Z", row["url"]) or not row["title"].strip():
            faults.append(f"source {row['code']} has the address {row['url']!r}")
    return Outcome(f"{len(rows)} sources of {len(given.rows('observation'))} values", faults)


def publication_days(given: Given) -> Outcome:
    days = {row["code"]: row for row in given.rows("source").values() if row["published_on"]}
    faults = [
        f"{code}: {row['published_on']} is not in {row['title']!r}"
        for code, row in days.items()
        if row["published_on"] not in _days_in(row["title"])
    ]
    return Outcome(f"{len(days)} of {len(given.rows('source'))} sources have one", faults)


def whole_periods(given: Given) -> Outcome:
    kpis, faults, count = given.rows("kpi"), [], 0
    for model in ("observation", "baseline"):
        for row in given.rows(model).values():
            kpi, count = kpis[row["kpi"]], count + 1
            days = [date.fromisoformat(row[name]) for name in ("period_start", "period_end")]
            try:
                periods.from_dates(row["period_type"], *days)
            except periods.PeriodError as error:
                faults.append(f"{kpi['code']}: {error}")
            if row["period_type"] != kpi["period_type"]:
                faults.append(f"{kpi['code']} counts by {kpi['period_type']}, not by {row['period_type']}")
    return Outcome(f"{count} periods", faults)


def _printed(point: dict[str, Any]) -> tuple[str | None, ...]:
    """Value, low and high, digit for digit."""
    low, high = point.get("range", (None, None))
    return tuple(None if one is None else format(Decimal(one), "f") for one in (point["value"], low, high))


def _known(baseline: dict[str, Any] | None) -> Decimal | None:
    return None if baseline is None or baseline["value"] is None else Decimal(baseline["value"])


def _number(target: dict[str, Any], baseline: dict[str, Any] | None) -> Decimal | None:
    """The number a target comes to in the KPI's unit, where its baseline allows one."""
    value, base = Decimal(target["value"]), _known(baseline)
    if target["kind"] == "absolute":
        return value
    share = value if target["kind"] == "multiple" else 1 + value
    return None if base is None else base * share


def _days_in(title: str) -> set[str]:
    days = {"-".join(found) for found in ISO_DAY.findall(title)}
    for era, year, month, day in ERA_DAY.findall(title):
        counted = 1 if year == "元" else int(year)
        days.add(date(ERA_BEGINS_AFTER[era] + counted, int(month), int(day)).isoformat())
    return days
