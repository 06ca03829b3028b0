"""Every operation of the API by method and address: its name, the scope it needs, and the headers it asks for.

A route without a line here stops the document from being made, so none is forgotten.
"""

from dataclasses import dataclass

from measures.vocabulary import Scope

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """`id` is what a generated client calls it; `scope` is None where no particular one is needed.

    `key` is whether an Idempotency-Key is "needed", "taken" or "ignored"; `match` whether If-Match is needed, and
    `tagged` whether the answer to a write carries the ETag of the row. `refuses` are statuses beside the usual ones.
    """

    id: str
    scope: Scope | None = Scope.READ
    public: bool = False
    key: str = "ignored"
    match: bool = False
    tagged: bool = False
    refuses: tuple[int, ...] = ()


def _public(id: str, *refuses: int) -> Operation:
    return Operation(id, public=True, refuses=refuses)


def _makes(
    id: str, scope: Scope = Scope.COORDINATE, *, tagged: bool = False, refuses: tuple[int, ...] = ()
) -> Operation:
    return Operation(id, scope, key="needed", tagged=tagged, refuses=refuses)


def _turn(id: str, scope: Scope) -> Operation:
    return Operation(id, scope, key="needed", match=True, tagged=True)


def _changes(id: str, scope: Scope = Scope.COORDINATE, *, versioned: bool) -> Operation:
    return Operation(id, scope, key="taken", match=versioned, tagged=versioned)


OPERATIONS = {
    "GET /documents": _public("list_documents"),
    "GET /documents/{code}": _public("get_document"),
    "GET /documents/{code}/versions": _public("show_document_versions"),
    "GET /documents/{code}/elements": _public("list_document_elements"),
    "GET /proposals": Operation("list_proposals"),
    "POST /proposals": _makes("propose_document", tagged=True),
    "GET /proposals/{id}": Operation("get_proposal"),
    "PATCH /proposals/{id}": _changes("change_proposal", versioned=True),
    "DELETE /proposals/{id}": Operation("discard_proposal", Scope.COORDINATE, key="taken", match=True),
    "POST /proposals/{id}/confirm": _turn("confirm_proposal", Scope.COORDINATE),
    "GET /ministries": _public("list_ministries"),
    "GET /ministries/{code}": _public("get_ministry"),
    "GET /measures": _public("list_measures"),
    "POST /measures": _makes("create_measure", tagged=True),
    "GET /measures/{code}": _public("get_measure"),
    "PATCH /measures/{code}": _changes("change_measure", versioned=True),
    "GET /measures/{code}/timeline": _public("show_measure_timeline"),
    "POST /measures/{code}/links": _makes("link_measure"),
    "GET /assignments": _public("list_assignments"),
    "POST /assignments": _makes("assign_ministry"),
    "GET /assignments/{id}": _public("get_assignment"),
    "PATCH /assignments/{id}": _changes("end_assignment", versioned=False),
    "GET /milestones": _public("list_milestones"),
    "POST /milestones": _makes("create_milestone", tagged=True),
    "GET /milestones/{id}": _public("get_milestone"),
    "PATCH /milestones/{id}": _changes("change_milestone", versioned=True),
    "GET /decisions": _public("list_decisions"),
    "POST /decisions": _makes("record_decision"),
    "GET /decisions/{id}": _public("get_decision"),
    "GET /deadlines": _public("list_deadlines"),
    "GET /deadlines/{id}": _public("get_deadline"),
    "POST /deadlines/{id}/approve": _makes("approve_deadline"),
    "POST /deadlines/{id}/reject": _makes("reject_deadline"),
    "GET /kpis": _public("list_kpis"),
    "POST /kpis": _makes("create_kpi", tagged=True),
    "GET /kpis/{code}": _public("get_kpi"),
    "PATCH /kpis/{code}": _changes("change_kpi", versioned=True),
    "GET /kpis/{code}/observations": _public("list_kpi_observations"),
    "GET /kpis/{code}/baselines": _public("list_kpi_baselines"),
    "POST /kpis/{code}/baselines": _makes("set_kpi_baseline"),
    "POST /kpis/{code}/baselines/{id}/approve": _makes("approve_kpi_baseline"),
    "POST /kpis/{code}/baselines/{id}/reject": _makes("reject_kpi_baseline"),
    "GET /kpis/{code}/targets": _public("list_kpi_targets"),
    "POST /kpis/{code}/targets": _makes("set_kpi_target"),
    "POST /kpis/{code}/targets/{id}/approve": _makes("approve_kpi_target"),
    "POST /kpis/{code}/targets/{id}/reject": _makes("reject_kpi_target"),
    "GET /kpis/{code}/measures": _public("list_kpi_measures"),
    "POST /kpis/{code}/measures": _makes("link_kpi_to_measure"),
    "GET /observations": _public("list_observations"),
    "GET /cycles": _public("list_cycles"),
    "POST /cycles": _makes("plan_cycle", tagged=True),
    "GET /cycles/{code}": _public("get_cycle"),
    "POST /cycles/{code}/open": _turn("open_cycle", Scope.COORDINATE),
    "POST /cycles/{code}/close": _turn("close_cycle", Scope.COORDINATE),
    "POST /cycles/{code}/reopen": _turn("reopen_cycle", Scope.COORDINATE),
    "GET /obligations": _public("list_obligations"),
    "GET /obligations/{id}": _public("get_obligation"),
    "POST /obligations/{id}/waive": _turn("waive_obligation", Scope.COORDINATE),
    "POST /obligations/{id}/unlock": _turn("unlock_obligation", Scope.COORDINATE),
    "POST /obligations/{id}/extend": _turn("extend_obligation", Scope.COORDINATE),
    "GET /updates": _public("list_updates"),
    "POST /updates": _makes("draft_update", Scope.REPORT, tagged=True),
    "GET /updates/{id}": _public("get_update"),
    "PATCH /updates/{id}": _changes("change_update", Scope.REPORT, versioned=True),
    "DELETE /updates/{id}": Operation("discard_update", Scope.REPORT, key="taken", match=True),
    "GET /updates/{id}/rounds": Operation("show_update_rounds"),
    "GET /updates/{id}/difference": Operation("show_update_difference"),
    "POST /updates/{id}/submit": _turn("submit_update", Scope.REPORT),
    "POST /updates/{id}/withdraw": _turn("withdraw_update", Scope.REPORT),
    "POST /updates/{id}/return": _turn("return_update", Scope.APPROVE),
    "POST /updates/{id}/approve": _turn("approve_update", Scope.APPROVE),
    "GET /evidence": _public("list_evidence"),
    # What it belongs to stands in the body, and may not be the caller's to see.
    "POST /evidence": _makes("add_evidence", Scope.REPORT, refuses=(404,)),
    "GET /evidence/{id}": _public("get_evidence"),
    "GET /evidence/{id}/file": _public("get_evidence_file"),
    "POST /evidence/{id}/verify": _makes("verify_evidence", Scope.APPROVE),
    "GET /imports": Operation("list_imports"),
    "POST /imports": _makes("check_import", Scope.REPORT),
    "GET /imports/{id}": Operation("get_import"),
    "GET /imports/{id}/marked.xlsx": Operation("get_marked_import"),
    "POST /imports/{id}/commit": _makes("commit_import", Scope.REPORT),
    "GET /imports/template.xlsx": Operation("get_import_template"),
    "GET /reports": _public("list_reports"),
    "POST /reports": _makes("publish_report"),
    "GET /reports/{code}": _public("get_report"),
    "GET /reports/{code}/comparison": _public("compare_report"),
    "GET /reports/{code}/files/{name}": _public("get_report_file"),
    "GET /summary": _public("get_summary"),
    "GET /rollups": _public("get_rollups"),
    "GET /rules": _public("get_rules"),
    "GET /rules/{code}/preview": Operation("preview_rule"),
    "POST /rules/{code}/adopt": _makes("adopt_rule"),
    "GET /events": _public("list_events"),
    "GET /audit/checkpoint": _public("get_checkpoint", 404),
    "GET /audit/keys": _public("get_log_keys"),
    "GET /audit/events/{id}/proof": _public("get_event_proof", 409),
    "GET /audit/consistency": _public("get_consistency_proof", 404),
    "GET /people": Operation("list_people", Scope.ADMINISTER),
    "POST /people": _makes("add_person", Scope.ADMINISTER),
    "GET /people/{username}": Operation("get_person", Scope.ADMINISTER),
    "PATCH /people/{username}": _changes("change_person", Scope.ADMINISTER, versioned=False),
    "GET /duties": Operation("list_duties", Scope.ADMINISTER),
    "POST /duties": _makes("grant_duty", Scope.ADMINISTER),
    "GET /duties/{id}": Operation("get_duty", Scope.ADMINISTER),
    "PATCH /duties/{id}": _changes("end_duty", Scope.ADMINISTER, versioned=False),
    "GET /tokens": Operation("list_tokens"),
    "POST /tokens": Operation("issue_token", None),
    "GET /tokens/{public_id}": Operation("get_token"),
    "DELETE /tokens/{public_id}": Operation("revoke_token", None, key="taken"),
    "GET /me": Operation("get_me"),
    "GET /me/tasks": Operation("get_my_tasks"),
    **{
        f"GET /exports/{name}.{ending}": _public(f"export_{name}{suffix}")
        for name in ("measures", "kpis", "observations", "updates", "events", "obligations", "evidence")
        for ending, suffix in {"csv": "", "xlsx": "_xlsx", "json": "_json", "codebook.csv": "_codebook"}.items()
    },
    "GET /exports/bundle.zip": _public("export_bundle", 409),
    "GET /exports/log.jsonl": _public("export_log", 409),
    "GET /openapi.json": Operation("get_openapi", None, public=True),
    "GET /docs": Operation("show_docs", None, public=True),
}

TAGS = {
    "documents": "Policy documents and their elements in reading order.",
    "proposals": "Documents on their way in: what is proposed of a text, for coordinators and auditors.",
    "ministries": "Government bodies, in their order of precedence.",
    "measures": "Measures (施策): what each says, who owns it, how far it is.",
    "assignments": "Which ministry leads or supports which measure, since when, and why we think so.",
    "milestones": "Deeds of measures with a day by which they are due.",
    "decisions": "What studies came to, and which measure went into which.",
    "deadlines": "The ledger of the days of measures and milestones: a later one is proposed, and approved by another.",
    "kpis": "KPIs (指標) with their standing, and what each rests on.",
    "observations": "The values (実績値) of all KPIs.",
    "cycles": "Reporting cycles: planned, opened, closed and reopened by the coordinator.",
    "obligations": "What each measure owes in a cycle, by when, and whether it was reported in time.",
    "updates": "Progress reports (進捗報告) and their workflow.",
    "evidence": "What reports and milestones rest on: files and addresses, and who verified them.",
    "imports": "Reporting by Excel or CSV: a template, a dry run that lists every problem by cell, and drafts.",
    "reports": "Published reports of cycles, frozen with their files, and what became of what they say.",
    "summary": "Counts for dashboards.",
    "rollups": "How measures stand by ministry, section or document, linked ones counted once.",
    "rules": "The rules by which KPIs are rated.",
    "events": "The change feed: every change in the order of the log.",
    "audit": "The log for those who check it: checkpoints, public keys, proofs.",
    "people": "Accounts; for the administrator.",
    "duties": "Who may do what for which ministry; for the administrator.",
    "tokens": "One's own tokens, and everyone's for the administrator.",
    "me": "The caller, and what waits for them.",
    "exports": "Lists as files, with the filters of the list, the whole log, and all of it as one bundle.",
    "openapi.json": "This document.",
    "docs": "This document as a page.",
}

# By the first word of an address: what its parameter names, and one that the fixtures know.
PLACES = {
    "documents": ("The document's code.", "MEXT2019"),
    "proposals": ("The proposal's number, as in the list.", 42),
    "ministries": ("The ministry's code.", "jpo"),
    "measures": ("The measure's code.", "MEXT2019-R1-5-3a"),
    "assignments": ("The assignment's number, as in the list.", 42),
    "milestones": ("The milestone's number, as in the list.", 42),
    "decisions": ("The decision's number, as in the list.", 42),
    "deadlines": ("The revision's number, as in the list.", 42),
    "kpis": ("The KPI's code.", "sme-patent-share"),
    "baselines": ("The baseline's number, as in the list.", 42),
    "targets": ("The target's number, as in the list.", 42),
    "cycles": ("The cycle's code.", "FY2020"),
    "obligations": ("The obligation's number, as in the list.", 42),
    "updates": ("The report's number, as in the list.", 42),
    "imports": ("The number of the import, as in the list.", 42),
    "evidence": ("The number of the evidence, as in the list.", 42),
    "reports": ("The report's code.", "FY2020-1"),
    "files": ("The file's name.", "report.json"),
    "audit": ("The event's number, as in the feed.", 42),
    "rules": ("The rule's code.", "abn-0"),
    "people": ("The person's user name.", "officer.jpo"),
    "duties": ("The duty's number, as in the list.", 42),
    "tokens": ("The token's id: what stands before its dot.", "0123456789abcdef"),
}
