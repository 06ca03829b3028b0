"""What is sent for each row: a body that would do, so that a cell tests who asks and not what."""

from typing import Any, NamedTuple

from tests import builders
from tests.api import wire
from tests.api.test_evidence import a_form
from tests.matrix import routes
from tests.matrix.policy import Row
from tests.matrix.situations import PROPOSED_FOR, Situation
from tests.rules import invented

WHY = {"basis": "assigned", "reason": "総括調整官の決定"}
REASON = {"reason": "総括調整官の決定"}
METI, MEXT = "MEXT2019-R1-5-2a", "MEXT2019-P1-01"
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("measures", "POST"): {
        "code": "MEXT2019-X-1",
        "element": "MEXT2019/R1-5-2a",
        "kind": "action",
        "title": "試行的な施策",
        "title_en": "A trial measure",
        "classification_basis": "assigned",
        "lead": {"ministry": "meti", "valid_from": "2021-04-01", **WHY},
        **REASON,
    },
    ("proposals", "POST"): {"text": invented.FOREST},
    ("proposals/<int:pk>", "PATCH"): {"title": "森の計画"},
    ("proposals/<int:pk>/confirm", "POST"): REASON,
    ("measures/<str:code>", "PATCH"): {"title": "改題", **REASON},
    ("assignments", "POST"): {
        "measure": MEXT,
        "role": "support",
        "ministry": "jpo",
        "valid_from": "2021-04-01",
        **WHY,
    },
    ("assignments/<int:pk>", "PATCH"): {"valid_to": "2021-04-01", **REASON},
    ("measures/<str:code>/links", "POST"): {"other": MEXT, "kind": "split_from", **WHY},
    ("decisions", "POST"): {
        "measure": MEXT,
        "outcome": "merge_into",
        "into": METI,
        "reference": "総合科学技術・イノベーション会議",
        "decided_on": "2021-03-19",
        **REASON,
    },
    ("milestones", "POST"): {"measure": MEXT, "title": "最終評価", "due_on": "2022-03-31", **WHY},
    ("milestones/<int:pk>", "PATCH"): {"title": "最終評価", **REASON},
    ("kpis", "POST"): {
        "code": "trial-kpi",
        "name": "試行指標",
        "name_en": "A trial KPI",
        "unit": "件",
        "period_type": "fiscal_year",
        "statistic": "試行調査",
        **REASON,
    },
    ("kpis/<str:code>", "PATCH"): {"name": "改名", **REASON},
    ("kpis/<str:code>/baselines", "POST"): {
        "period": {"type": "calendar_year", "year": 2013},
        "value": "12.3",
        **WHY,
    },
    ("kpis/<str:code>/targets", "POST"): {
        "kind": "absolute",
        "value": "16",
        "due_on": "2026-03-31",
        "source": "閣議決定",
        **WHY,
    },
    ("kpis/<str:code>/measures", "POST"): {"measure": MEXT, **WHY},
    ("cycles", "POST"): {
        "code": "FY2022",
        "document": "MEXT2019",
        "period": {"type": "fiscal_year", "year": 2022},
        "opens_on": "2022-04-01",
        "due_on": "2022-12-23",
        "closes_on": "2023-03-31",
    },
    ("cycles/<str:code>/close", "POST"): REASON,
    ("cycles/<str:code>/reopen", "POST"): REASON,
    ("rules/<str:code>/adopt", "POST"): REASON,
    ("obligations/<int:pk>/waive", "POST"): REASON,
    ("obligations/<int:pk>/unlock", "POST"): {"expires_at": "2099-01-18T18:00:00+09:00", **REASON},
    ("obligations/<int:pk>/extend", "POST"): {"due_on": "2099-01-29", **REASON},
    ("people", "POST"): {"username": "newcomer", "display_name": "新任"},
    ("people/<str:username>", "PATCH"): {"is_active": False, "reason": "退職"},
    ("duties", "POST"): {"person": "visitor", "role": "officer", "ministry": "jpo", "valid_from": "2021-04-01"},
    ("duties/<int:pk>", "PATCH"): {"valid_to": "2021-04-01", "reason": "異動"},
    ("updates/<int:pk>", "PATCH"): {"narrative": "書き直した。"},
}


class Form(NamedTuple):
    """The bytes of a form, and what they say they are."""

    data: bytes
    kind: str


NEVER = 999_999_999
AN_ADDRESS = {"title": "窓口の一覧", "url": "https://www.jpo.go.jp/support/"}
VERBS = {"comment": "見ました。"}
# A closed account asks for nothing, so that its token is someone else's whoever asks.
BY_CASE: dict[str, dict[str, Any]] = {
    "jpo's, open": wire.a_report(),
    "jpo's, planned": wire.a_report(cycle="FY2021"),
    "jpo's, closed": wire.a_report(cycle="FY2018"),
    "jpo's, correction": wire.a_report(kind="correction", reason="集計の誤り"),
    "jpo's, for jpo": wire.a_report(on_behalf_of="jpo"),
    "mext's, open": wire.a_report(measure=MEXT, observations=[]),
    "meti's, open": wire.a_report(measure=METI, observations=[]),
    "one's own": {"scopes": ["read"]},
    "someone else's": {"scopes": ["read"], "person": "closed.jpo"},
    "as published": {"cycle": "FY2018", **REASON},
    "never open": {"cycle": "FY2021"},
}
CYCLES = {"planned": "FY2021", "planned, other open": "FY2021", "open": "FY2020"}
CYCLES |= {"closed": "FY2018", "closed, none open": "FY2018"}


def body(row: Row, situation: Situation) -> dict[str, Any] | Form | None:
    """The body of a write in a situation; None for what takes none, an empty object for what is not offered."""
    if (row.address, row.method) == ("imports", "POST"):
        return Form(*a_form(file=("values.csv", builders.a_table(value="16.2"))))
    if row.method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        return None
    if row.address.startswith(("updates/", "deadlines/")) or _is_of_a_kpi(row):
        if row.method != "POST":
            return BODIES.get((row.address, row.method)) or {}
        return VERBS
    if row.address == "evidence" and row.method == "POST":
        resource = "milestone" if row.case == "of a milestone" else "update"
        return {resource: situation.subjects[f"{resource}s"] or NEVER, **AN_ADDRESS}
    return BY_CASE.get(row.case) or BODIES.get((row.address, row.method)) or {}


def path(row: Row, situation: Situation) -> str:
    """The address with the subject of the situation in it; lists are short, since only their status is asked."""
    if _is_of_a_kpi(row):
        ledger, _, verb = row.address.split("/")[2:]
        return f"{wire.BASE}/kpis/{PROPOSED_FOR[ledger]}/{ledger}/{situation.subjects[ledger]}/{verb}"
    before, _, after = row.address.replace("<str:name>", "report.json").partition("<")
    subject = _subject(row, situation) if after else ""
    short = "?limit=1" if row.method in ("GET", "HEAD") and row.address in routes.lists() else ""
    return f"{wire.BASE}/{before}{subject}{after.partition('>')[2]}{short}"


def version(row: Row, situation: Situation) -> str:
    """If-Match of the subject as it stands, or of anything where it has no version."""
    if row.address.startswith("obligations/"):
        return "*"
    key = str(_subject(row, situation)) if row.address.startswith("cycles/") else row.address.partition("/")[0]
    number = situation.versions.get(key)
    return f'"v{number}"' if number else "*"


def _is_of_a_kpi(row: Row) -> bool:
    """A decision on one of its targets or baselines."""
    return row.address.startswith("kpis/") and "<int:pk>" in row.address


def _subject(row: Row, situation: Situation) -> Any:
    resource = row.address.partition("/")[0]
    if resource == "obligations":
        return situation.subjects[row.case or "owed"]
    if resource == "cycles":
        return CYCLES[row.case or "open"]
    return situation.subjects[resource]
