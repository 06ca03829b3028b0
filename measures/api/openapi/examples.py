"""The document's examples: requests that the tests send as they stand here, and the answers that came back.

The answers lie in answers.json, as the tests recorded them; what differs each time (numbers of rows, instants, tokens)
is the same there everywhere.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from measures.api.openapi.operations import OPERATIONS, PLACES

ANSWERS = Path(__file__).with_name("answers.json")
BODY = ("POST", "PATCH")


@dataclass(frozen=True, slots=True)
class Example:
    """A request by one of the demo cast (nobody: "") and the status it is answered with.

    `headers` are besides those that the operation needs; one that is None is left out. A `form` has a `file` as text.
    """

    operation: str
    summary: str
    by: str = ""
    status: int = 200
    body: Mapping[str, Any] | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    called: str = ""
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.called or self.operation


REPORT = {
    "measure": "MEXT2019-R1-5-3a",
    "cycle": "FY2020",
    "narrative": "中小企業の知的財産の活用を支援した。",
    "declared_status": "in_progress",
    "declared_health": "on_track",
    "observations": [
        {
            "kpi": "sme-patent-share",
            "period": {"type": "calendar_year", "year": 2019},
            "value": "16.1",
            "status": "final",
            "source": {
                "title": "特許行政年次報告書2020年版",
                "publisher": "特許庁",
                "url": "https://www.jpo.go.jp/resources/report/nenji/2020/index.html",
                "published_on": "2020-07-27",
            },
        }
    ],
    "on_behalf_of": None,
}
OWNER = {"ministry": "meti", "valid_from": "2021-04-01", "basis": "assigned", "reason": "総括調整官の決定"}
OFFICER, APPROVER, COORDINATOR, ADMINISTRATOR = "officer.jpo", "approver.jpo", "coordinator", "administrator"
DEPUTY = "coordinator.deputy"

WRITES = (
    Example("draft_update", "The SME share of 2019, reported for FY2020", OFFICER, 201, REPORT),
    Example("change_update", "Another narrative; the rest stays", OFFICER, body={"narrative": "相談窓口を増やした。"}),
    Example("change_update", "Why the health differs from what the KPIs say", OFFICER, called="explain_update", body={
        "declared_health": "at_risk", "explanation": {
            "cause": "出願支援の予算が年度末で切れる。", "corrective_step": "補正予算で支援を続ける。",
            "owner": "特許庁 普及支援課", "due_on": "2021-09-30",
        },
    }),
    Example("submit_update", "Hand it to the approver", OFFICER, body={"comment": "確認をお願いします。"}),
    Example("return_update", "Say what is to be changed", APPROVER, body={"comment": "出典の頁を書いてください。"}),
    Example("approve_update", "Approve and publish", APPROVER, body={"comment": "確認しました。"}),
    Example("withdraw_update", "Take it back", OFFICER, body={}),
    Example("discard_update", "Discard a draft", OFFICER, 204),
    Example("add_evidence", "The page that the report rests on", OFFICER, 201, {
        "update": 42, "title": "知財総合支援窓口の一覧", "url": "https://www.jpo.go.jp/support/chusho/",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "released_on": "2021-02-26",
    }),
    Example("verify_evidence", "It is what it says", APPROVER, body={}),
    Example("check_import", "A table of one value", OFFICER, 201, form={
        "cycle": "FY2020",
        "file": "measure,kpi,period,value,source_title\r\nMEXT2019-R1-5-3a,sme-patent-share,2019年,16.1,年次報告\r\n",
    }),
    Example("commit_import", "Make the drafts", OFFICER, body={}),
    Example("plan_cycle", "The fiscal year after next", COORDINATOR, 201, {
        "code": "FY2021", "document": "MEXT2019", "period": {"type": "fiscal_year", "year": 2021},
        "opens_on": "2021-04-01", "due_on": "2021-12-24", "closes_on": "2022-03-31",
    }),
    Example("open_cycle", "Open it for reports", COORDINATOR, body={}),
    Example("close_cycle", "Close it", COORDINATOR, body={"reason": "全施策の報告を受領した。"}),
    Example("reopen_cycle", "Take reports again", COORDINATOR, body={"reason": "未提出の施策があるため"}),
    Example("waive_obligation", "Nothing is owed", COORDINATOR, body={"reason": "制度改正で対象外となったため"}),
    Example("unlock_obligation", "Three days more, in a closed cycle", COORDINATOR, body={
        "expires_at": "2099-01-18T18:00:00+09:00", "reason": "統計の公表が遅れたため",
    }),
    Example("extend_obligation", "A later day, before the first has passed", COORDINATOR, body={
        "due_on": "2099-01-29", "reason": "統計の公表が遅れるため",
    }),
    Example("propose_document", "A text that was made up, with one measure", COORDINATOR, 201, {
        "text": "試験のための計画\n令和２年４月１日\n\n１．進めること\n○堰の点検\n- 1 -\n", "code": "TRIAL2020",
    }),
    Example("change_proposal", "A measure's English title, and the lead of all", COORDINATOR, body={
        "elements": [{"code": "S2-1-02", "measure": {"title_en": "Check the weirs"}}],
        "lead": {"ministry": "mext", "basis": "assigned", "reason": "総括調整官の決定"},
    }),
    Example("discard_proposal", "It was another version of the text", COORDINATOR, 204),
    Example("confirm_proposal", "Make the document", COORDINATOR, body={"reason": "計画の決定"}),
    Example("create_measure", "A measure that one line of the document states", COORDINATOR, 201, {
        "code": "MEXT2019-R1-5-2b", "element": "MEXT2019/R1-5-2a", "kind": "action", "title": "国際標準化人材の育成",
        "title_en": "Train people for international standards", "classification_basis": "inferred",
        "lead": {**OWNER, "basis": "stated", "element": "MEXT2019/R1-5-2a", "reason": "本文に明記"},
        "reason": "一つの項目に二つの施策があるため",
    }),
    Example("change_measure", "A day by which it is due", COORDINATOR, body={
        "due_on": "2025-03-31", "reason": "第6期基本計画の期限に合わせた",
    }),
    Example("assign_ministry", "A further supporting ministry", COORDINATOR, 201, {
        "measure": "MEXT2019-R1-5-3a", "role": "support", **OWNER,
    }),
    Example("end_assignment", "The first day without it", COORDINATOR, body={
        "valid_to": "2022-04-01", "reason": "事業の移管",
    }),
    Example("create_milestone", "A deed with its day", COORDINATOR, 201, {
        "measure": "MEXT2019-R1-5-3a", "title": "支援窓口の全国設置", "due_on": "2021-03-31", "basis": "assigned",
        "reason": "総括調整官の決定",
    }),
    Example("change_milestone", "It was done, and this shows it", COORDINATOR, body={
        "done_on": "2021-03-01", "evidence": "https://www.jpo.go.jp/support/chusho/", "reason": "設置の完了",
    }),
    Example("create_kpi", "A KPI without values yet", COORDINATOR, 201, {
        "code": "sme-ip-consultations", "name": "中小企業の知財相談件数", "name_en": "IP consultations of SMEs",
        "unit": "件", "direction": "up", "period_type": "fiscal_year", "decimals": 0,
        "statistic": "知財総合支援窓口の実績", "reason": "窓口の利用を追うため",
    }),
    Example("change_kpi", "A definition", COORDINATOR, body={
        "definition": "内国出願件数に占める中小企業の割合", "reason": "定義の明記",
    }),
    Example("set_kpi_baseline", "Another year to measure from: it may ease the target, so it waits", COORDINATOR, 201, {
        "period": {"type": "calendar_year", "year": 2014}, "value": "12.9", "basis": "inferred",
        "reason": "計画の開始年に合わせた",
    }),
    Example("set_kpi_target", "18 % by the end of FY2025: a later day, so it waits for approval", COORDINATOR, 201, {
        "kind": "absolute", "value": "18", "due_on": "2026-03-31", "stated_as": "18%", "basis": "assigned",
        "source": "次期計画", "reason": "目標の達成を受けた改定",
    }),
    Example("adopt_rule", "Rate by the older scheme again", COORDINATOR, body={"reason": "過去の公表値と揃えるため"}),
    Example("record_decision", "A study that came to a result", COORDINATOR, 201, {
        "measure": "MEXT2019-P1-06", "outcome": "adopt", "reference": "部会の会議資料（例）",
        "decided_on": "2021-03-19", "reason": "検討の結果、制度として実施することとした",
    }),
    Example("publish_report", "The first report of a cycle", COORDINATOR, 201, {"cycle": "FY2020"}),
    Example("link_measure", "A measure that takes the place of another", COORDINATOR, 201, {
        "other": "MEXT2019-P1-01", "kind": "supersedes", "basis": "assigned", "reason": "新しい計画に引き継ぐため",
    }),
    Example("approve_kpi_target", "Another coordinator agrees to the later day", DEPUTY, body={
        "comment": "延期の理由を確認しました。",
    }),
    Example("reject_kpi_target", "Another coordinator does not agree", DEPUTY, body={
        "comment": "実績から見て、期限の延長は必要ありません。",
    }),
    Example("approve_kpi_baseline", "Another coordinator agrees to the other year", DEPUTY, body={
        "comment": "統計の改定を確認しました。",
    }),
    Example("reject_kpi_baseline", "Another coordinator does not agree", DEPUTY, body={
        "comment": "計画の起点は2013年です。",
    }),
    Example("approve_deadline", "Another coordinator agrees to the later day", DEPUTY, body={
        "comment": "延期の理由を確認しました。",
    }),
    Example("reject_deadline", "Another coordinator does not agree", DEPUTY, body={
        "comment": "予算は既に確保されています。",
    }),
    Example("link_kpi_to_measure", "It speaks of a second measure, too", COORDINATOR, 201, {
        "measure": "MEXT2019-P1-01", "basis": "inferred", "reason": "同じ取組を指すため",
    }),
    Example("add_person", "A new officer's account", ADMINISTRATOR, 201, {
        "username": "o.tanaka", "display_name": "田中", "email": "o.tanaka@example.go.jp",
    }),
    Example("change_person", "Close an account and its tokens", ADMINISTRATOR, body={
        "is_active": False, "reason": "異動",
    }),
    Example("grant_duty", "Officer of JPO from a day on", ADMINISTRATOR, 201, {
        "person": "officer.meti", "role": "officer", "ministry": "jpo", "valid_from": "2021-04-01",
    }),
    Example("end_duty", "The first day without it", ADMINISTRATOR, body={"valid_to": "2022-04-01", "reason": "異動"}),
    Example("issue_token", "For a script that reads and reports", OFFICER, 201, {
        "scopes": ["read", "report"], "days": 30, "label": "月次報告",
    }),
    Example("revoke_token", "Revoke it at once", OFFICER, 204),
)  # fmt: skip

# One for each status. What stands in the way is in the request, or in `tests` before it.
REFUSED = (
    Example("list_measures", "A filter that does not exist", status=400, query={"ministy": "jpo"}, called="misspelt"),
    Example("submit_update", "What is missing, all at once", OFFICER, 400, {}, called="not_ready"),
    Example("get_me", "No credentials", status=401, called="no_credentials"),
    Example("approve_update", "The author's own report", OFFICER, 403, {}, called="own_report"),
    Example("get_measure", "A code with a slip", status=404, address={"code": "MEXT2019-P1-1"}, called="slip"),
    Example("get_summary", "A method that is not taken", COORDINATOR, 405, called="wrong_method"),
    Example("list_kpis", "A page asked of the API", status=406, headers={"Accept": "text/html"}, called="html"),
    Example("draft_update", "The cycle is not open yet", OFFICER, 409, REPORT, called="not_open"),
    Example("change_measure", "An old ETag", COORDINATOR, 412, {"reason": "誤記"}, headers={"If-Match": '"v0"'},
            called="old_etag"),
    Example("plan_cycle", "A chunked body that is empty", COORDINATOR, 411, called="chunked",
            headers={"Transfer-Encoding": "chunked"}),
    Example("draft_update", "More than 1 MiB", OFFICER, 413, {"narrative": "長" * 350_000}, called="too_large"),
    Example("plan_cycle", "A form", COORDINATOR, 415, {}, headers={"Content-Type": "application/x-www-form-urlencoded"},
            called="form"),
    Example("open_cycle", "One key for two things", COORDINATOR, 422, {"comment": "再送"}, called="key_again"),
    Example("change_measure", "Without If-Match", COORDINATOR, 428, {"reason": "誤記"}, headers={"If-Match": None},
            called="no_etag"),
    Example("get_summary", "One request too many", status=429, called="too_many"),
    Example("open_cycle", "Others are changing the same", COORDINATOR, 503, {}, called="busy"),
    Example("get_summary", "A fault of ours", status=500, called="fault"),
)  # fmt: skip
# What would be longer here than the rest of the document.
LEFT_OUT = ("compare_report", "get_openapi", "get_report_file", "show_docs")
# Filters that leave a few rows of a file.
FILTERS = {
    "export_measures": {"q": "MEXT2019-R1-5-3a"},
    "export_kpis": {"measure": "MEXT2019-R1-5-3a"},
    "export_observations": {"kpi": "sme-patent-share", "year_from": "2017"},
    "export_events": {"subject": "document"},
    "export_obligations": {"measure": "MEXT2019-R1-5-3a"},
}


def reads() -> Iterator[Example]:
    """One example for each operation that reads, of what the fixtures know; lists with one item."""
    for line, operation in OPERATIONS.items():
        method, address = line.split()
        if method != "GET" or operation.id in LEFT_OUT:
            continue
        query = {"limit": "1"} if operation.id.startswith("list_") else _filters(operation.id)
        overseen = COORDINATOR if address.startswith("/proposals") else OFFICER
        by = ADMINISTRATOR if address.split("/")[1] in ("people", "duties") else "" if operation.public else overseen
        yield Example(operation.id, "What the fixtures hold", by, query=query)


def _filters(operation_id: str) -> dict[str, str]:
    """Those of a file are the same in all its forms."""
    return next((query for name, query in FILTERS.items() if f"{operation_id}_".startswith(f"{name}_")), {})


EXAMPLES = (*WRITES, *REFUSED, *reads())


def line_of(example: Example) -> tuple[str, str]:
    """Method and address of the example's operation, with the parts of the address that are always the same."""
    method, address = next(line for line, one in OPERATIONS.items() if one.id == example.operation).split()
    place = PLACES.get(address.split("/")[1])
    given = {name: str(place[1]) for name in ("code", "username") if place and f"{{{name}}}" in address}
    for name, value in {**given, **example.address}.items():
        address = address.replace(f"{{{name}}}", value)
    return method, address


@cache
def answers() -> dict[str, Any]:
    """By the name of an example: the body that came back."""
    return dict(json.loads(ANSWERS.read_text())) if ANSWERS.exists() else {}


def placed(operation: dict[str, Any]) -> dict[str, Any]:
    """An operation of the document with the examples of what it takes and answers."""
    for example in EXAMPLES:
        if example.operation != operation["operationId"] or example in REFUSED:
            continue
        if example.body is not None:
            media = operation["requestBody"]["content"]["application/json"]
            media.setdefault("examples", {})[example.name] = {"summary": example.summary, "value": example.body}
        if example.form:
            media = operation["requestBody"]["content"]["multipart/form-data"]
            media.setdefault("examples", {})[example.name] = {"summary": example.summary, "value": example.form}
        for media in operation["responses"][str(example.status)].get("content", {}).values():
            if example.name in answers():
                shown = {"summary": example.summary, "value": answers()[example.name]}
                media.setdefault("examples", {})[example.name] = shown
    return operation


def of_refusals() -> dict[int, dict[str, Any]]:
    """By status: the examples of its problem."""
    found: dict[int, dict[str, Any]] = {}
    for example in REFUSED:
        if example.name in answers():
            shown = {"summary": example.summary, "value": answers()[example.name]}
            found.setdefault(example.status, {})[example.name] = shown
    return found
