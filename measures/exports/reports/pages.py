"""What stands on the pages of a report: all of it text, tables and pictures; the template only places it.

A table is {"head": [...], "rows": [[...]]}; every string is shown as it is and is never read as markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from measures.exports.reports import indicators, pictures, undertakings, words
from measures.vocabulary import ChangePart, CycleState, MeasureStatus, ObligationState, Rating

Said = Mapping[str, Any]
DIFFERENCES = 400
KINDS = {
    "measures": "施策",
    "kpis": "指標",
    "reports": "進捗報告",
    "cycle": "報告期間",
    "document": "文書",
    "obligations": "報告状況",
    "rule": "判定規則",
}


def of(said: Said, *, sha256: str) -> dict[str, Any]:
    """The pages of a report whose text has that sha256."""
    kpis = {one["code"]: one for one in said["kpis"]}
    ministries = {one["code"]: one["name"] for one in said["ministries"]}
    reports: dict[str, list[Said]] = {}
    for one in said["reports"]:
        reports.setdefault(one["measure"], []).append(one)
    return {
        "title": words.text(said["document"]["title"]),
        "title_en": words.text(said["document"]["title_en"]),
        "code": said["code"],
        "cycle": words.period(said["cycle"]["period"]),
        "as_of": words.instant(said["known_at"]),
        "demo": said["cycle"]["demo"],
        "cover": _cover(said, sha256),
        "summary": _summary(said),
        "comparisons": [_comparison(one, kpis) for one in said["comparisons"]],
        "measures": [
            undertakings.page(one, kpis=kpis, ministries=ministries, reports=reports.get(one["code"], ()))
            for one in said["measures"]
        ],
        "sources": [indicators.sources(one) for one in said["kpis"]],
        "differences": _differences(said["differences"]),
        "checkpoint": [words.text(line) for line in said["checkpoint"]["note"].splitlines()]
        if said["checkpoint"]
        else [],
    }


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, Any]:
    return {"head": list(head), "rows": [list(row) for row in rows]}


def _cover(said: Said, sha256: str) -> list[list[str]]:
    before, checkpoint = said["supersedes"], said["checkpoint"]
    told = [
        ["報告書番号", said["code"]],
        ["版", f"第{said['version']}版"],
        ["対象期間", f"{words.period(said['cycle']['period'])}（{words.named(CycleState, said['cycle']['state'])}）"],
        ["発行者（文書）", words.text(said["document"]["issuer"])],
        ["時点", f"{words.instant(said['known_at'])}（日本時間）に判明していた内容"],
        ["判定規則", said["rule"]],
        ["リビジョン", words.number(str(said["revision"]))],
        ["署名済み記録", f"{words.number(str(checkpoint['size']))}件" if checkpoint else words.NOTHING],
        ["正本（JSON）", f"sha256 {sha256}"],
    ]
    if before:
        told += [["前の版", before["code"]], ["前の版（JSON）", f"sha256 {before['sha256']}"]]
    return [*told, *([["改訂の理由", words.text(said["reason"])]] if said["reason"] else [])]


def _summary(said: Said) -> dict[str, Any]:
    measures, kpis, owed = said["summary"]["measures"], said["summary"]["kpis"], said["obligations"]
    return {
        "measures": table(
            ["状況", "施策数"],
            [[status.label, str(measures["by_status"][status])] for status in MeasureStatus]
            + [["合計", str(measures["total"])]],
        ),
        "kpis": table(
            ["評価", "指標数"],
            [[rating, str(kpis["by_rating"][rating])] for rating in Rating.values]
            + [["目標のある指標", str(kpis["ratable"])], ["うち達成", str(kpis["met"])], ["合計", str(kpis["total"])]],
        ),
        "owed": table(
            ["報告状況", "件数"],
            [[state.label, str(owed["by_state"][state])] for state in ObligationState]
            + [
                ["報告義務の合計", str(owed["total"])],
                ["完全性（期限までの報告）", words.percent(owed["completeness"])],
                ["適時性（期限内の報告）", words.percent(owed["timeliness"])],
            ],
        ),
        "picture": pictures.of_measures(said),
    }


def _comparison(one: Said, kpis: Mapping[str, Said]) -> dict[str, Any]:
    parts = [part for part in one["parts"] if part["measures"] or part["kpis"]]
    total = ["合計", *(str(sum(part[name] for part in one["parts"])) for name in ("measures", "kpis"))]
    moved = [kpi for kpi in one["kpis"] if kpi["part"] != ChangePart.UNCHANGED]
    return {
        "with": one["with"]["code"],
        "parts": table(
            ["内訳", "施策", "指標"],
            [[words.named(ChangePart, part["part"]), str(part["measures"]), str(part["kpis"])] for part in parts]
            + [total],
        ),
        "kpis": table(
            ["指標", "公表値", "公表時評価", "再集計値", "再評価", "今回評価", "内訳"],
            [indicators.columns(kpi, kpis.get(kpi["code"])) for kpi in moved],
        ),
    }


def _differences(rows: Sequence[Said]) -> dict[str, Any]:
    """The first few hundred; the JSON has all of them."""
    shown = [
        [KINDS[one["what"]], *(words.text(one[name] or words.NOTHING) for name in ("code", "field", "before", "after"))]
        for one in rows[:DIFFERENCES]
    ]
    return {**table(["対象", "番号", "項目", "前の版", "この版"], shown), "left_out": len(rows) - len(shown)}
