"""A measure on its page: its words and where they stand, who has it and why, its KPIs, and what was reported."""

from collections.abc import Iterable, Mapping
from typing import Any

from measures.exports.reports import indicators, words
from measures.vocabulary import (
    Basis,
    DecisionOutcome,
    EvidenceKind,
    Health,
    MeasureKind,
    MeasureStatus,
    UpdateKind,
)

Said = Mapping[str, Any]


def page(
    measure: Said, *, kpis: Mapping[str, Said], ministries: Mapping[str, str], reports: Iterable[Said]
) -> dict[str, Any]:
    standing = measure["standing"]
    first, last = measure["lines"]
    return {
        "code": measure["code"],
        "title": words.text(measure["title"]),
        "title_en": words.text(measure["title_en"]),
        "section": words.text(measure["section_title"]),
        "quote": words.paragraphs(measure["text"]),
        "lines": f"原文 {first}～{last}行目" if first != last else f"原文 {first}行目",
        "facts": [
            ["種別", words.named(MeasureKind, measure["kind"])],
            ["状況", words.named(MeasureStatus, measure["status"]) + _since(measure["status_since"])],
            ["申告された見通し", words.named(Health, measure["health"])],
            ["指標による評価", _rated(standing)],
            ["期限", words.day(measure["due_on"])],
        ],
        "owners": {
            "head": ["役割", "府省", "根拠", "理由"],
            "rows": [
                *([_owner("主担当", measure["lead"], ministries)] if measure["lead"] else []),
                *(_owner("関係府省", one, ministries) for one in measure["supporting"]),
            ],
        },
        "kpis": [
            {
                **indicators.shown(kpis[one["code"]]),
                "basis": f"{words.named(Basis, one['basis'])}：{words.text(one['reason'])}",
            }
            for one in measure["kpis"]
        ],
        "reports": [_report(one, ministries) for one in reports],
        "milestones": {
            "head": ["里程標", "期限", "完了"],
            "rows": [
                [words.text(one["title"]), words.day(one["due_on"]), words.day(one["done_on"])]
                for one in measure["milestones"]
            ],
        },
        "decisions": [_decision(one) for one in measure["decisions"]],
    }


def _since(day: str | None) -> str:
    return f"（{words.day(day)}から）" if day else ""


def _rated(standing: Said) -> str:
    if not standing["total"]:
        return "指標なし"
    divergent = "・申告と乖離" if standing["divergent"] else ""
    covered = f"目標のある指標 {standing['ratable']}／{standing['total']}、達成 {standing['met']}"
    return f"{standing['rating'] or words.NOTHING}（{covered}）{divergent}"


def _owner(role: str, one: Said, ministries: Mapping[str, str]) -> list[str]:
    lines = f"（原文 {one['lines'][0]}～{one['lines'][1]}行目）" if one["lines"] else ""
    name = ministries.get(one["ministry"], one["ministry"])
    return [role, words.text(name), words.named(Basis, one["basis"]) + lines, words.text(one["reason"])]


def _decision(one: Said) -> str:
    outcome = words.named(DecisionOutcome, one["outcome"])
    return words.text(f"{outcome}（{words.day(one['decided_on'])}、{one['reference']}）：{one['reason']}")


def _report(one: Said, ministries: Mapping[str, str]) -> dict[str, Any]:
    ministry = ministries.get(one["ministry"], one["ministry"])
    status, health = words.named(MeasureStatus, one["declared_status"]), words.named(Health, one["declared_health"])
    approved = f"{words.instant(one['decided_at'])} 承認"
    head = f"{words.named(UpdateKind, one['kind'])}：{ministry}、{approved}、{status}・{health}"
    said = one["explanation"]
    return {
        "head": words.text(head),
        "narrative": words.paragraphs(one["narrative"]),
        "notes": [
            *([f"訂正の理由：{words.text(one['reason'])}"] if one["reason"] else []),
            *(_explained(said) if said else []),
            *(_evidence(file) for file in one["evidence"]),
        ],
    }


def _explained(said: Said) -> list[str]:
    step, owner = words.text(said["corrective_step"]), words.text(said["owner"])
    return [
        f"乖離の原因：{words.text(said['cause'])}",
        f"対応：{step}（{owner}、{words.day(said['due_on'])}まで）",
    ]


def _evidence(one: Said) -> str:
    what = words.text(one["url"]) if one["kind"] == EvidenceKind.ADDRESS else f"sha256 {one['sha256']}"
    return f"根拠資料（{'確認済み' if one['verified'] else '未確認'}）：{words.text(one['title'])}　{what}"
