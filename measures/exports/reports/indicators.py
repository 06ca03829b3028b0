"""A KPI on the pages of a report: in its measure, in three columns, and in the annex with its sources."""

from collections.abc import Mapping
from typing import Any

from measures.exports.reports import pictures, words
from measures.vocabulary import Basis, ChangePart, DataState, ObservationStatus, StandingState

Said = Mapping[str, Any]


def shown(kpi: Said) -> dict[str, Any]:
    """Where a KPI stands, in its measure: its latest value, and what that says beside a target if there is one."""
    standing, target, baseline, unit = kpi["standing"], kpi["target"], kpi["baseline"], kpi["unit"]
    rows = [["最新値", f"{words.figure(standing, unit)}{_marks(standing)}", words.period(standing["period"])]]
    if baseline:
        rows.append(["基準値", words.number(baseline["value"], unit), words.period(baseline["period"])])
    if target:
        required, elapsed = standing["required"], f"経過率 {words.percent(standing['elapsed'])}"
        rows += [
            ["目標値", _aim(target, unit), f"期限 {words.day(target['due_on'])}"],
            ["現時点の必要値", words.rounded(required, kpi["decimals"] + 1, unit), elapsed],
        ]
    said = f"{standing['rating'] or words.NOTHING}（{words.named(StandingState, standing['state'])}）"
    by = f"進捗率 {words.percent(standing['progress'])}・規則 {standing['rule']}" if target else ""
    return {
        "code": kpi["code"],
        "name": words.text(kpi["name"]),
        "data_state": words.named(DataState, standing["data_state"]),
        "rows": [*rows, ["評価", said, by]],
        "picture": pictures.of_kpi(kpi),
    }


def columns(moved: Said, kpi: Said | None) -> list[str]:
    """A row of the three columns: as published, as restated, rated anew; and what it is rated now."""
    unit, published, rerated = kpi["unit"] if kpi else "", moved["published"], moved["rerated"]
    figure = published["figure"] if published else None
    told = f"{words.figure(figure, unit)}（{words.period(figure['period'])}）" if figure else words.NOTHING
    return [
        words.text(kpi["name"] if kpi else moved["code"]),
        told,
        moved["before"] or words.NOTHING,
        words.figure(moved["restated_figure"], unit),
        (rerated["rating"] if rerated else None) or words.NOTHING,
        moved["after"] or words.NOTHING,
        words.named(ChangePart, moved["part"]),
    ]


def sources(kpi: Said) -> dict[str, Any]:
    """All that is known of a KPI's values, with where each was read."""
    target, baseline = kpi["target"], kpi["baseline"]
    notes = [kpi["definition"], *kpi["notes"]]
    if baseline:
        notes.append(f"基準値の根拠（{words.named(Basis, baseline['basis'])}）：{baseline['reason']}")
    if target:
        notes.append(f"目標値の根拠（{words.named(Basis, target['basis'])}）：{target['source']}")
    return {
        "name": words.text(f"{kpi['name']}（{kpi['code']}）"),
        "statistic": words.text(kpi["statistic"]),
        "notes": [line for note in notes for line in words.paragraphs(note)],
        "head": ["期間", "値", "区分", "出典"],
        "rows": [_value(one, kpi["unit"]) for one in kpi["observations"]],
    }


def _value(one: Said, unit: str) -> list[str]:
    source = one["source"]
    told = [source["title"], source["publisher"], words.day(source["published_on"]), source["url"]]
    marks = [words.named(ObservationStatus, one["status"])]
    marks += ["概数"] if one["approximate"] else []
    marks += ["計算値"] if one["derived"] else []
    marks += [f"訂正：{one['reason']}"] if one["corrects"] else []
    where = "、".join(part for part in told if part and part != words.NOTHING)
    return [words.period(one["period"]), words.figure(one, unit), words.text("・".join(marks)), words.text(where)]


def _aim(target: Said | None, unit: str) -> str:
    if target is None:
        return words.NOTHING
    if target["low"] is not None:
        return words.figure({**target, "value": None}, unit)
    return words.number(target["resolved"], unit) if target["resolved"] is not None else "目標値未確定"


def _marks(standing: Said) -> str:
    marks = [("provisional", "速報"), ("approximate", "概数"), ("lost", "達成後に未達")]
    told = "・".join(word for name, word in marks if standing[name])
    return f"（{told}）" if told else ""
