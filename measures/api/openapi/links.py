"""What can be done next with what an operation answered: OpenAPI's links, which clients and testers follow."""

from typing import Any

from measures.api.openapi.operations import OPERATIONS, Operation

# By operation: those that follow with the same row.
FOLLOWING = {
    "create_measure": ("get_measure", "change_measure"),
    "change_measure": ("change_measure",),
    "assign_ministry": ("get_assignment", "end_assignment"),
    "create_milestone": ("get_milestone", "change_milestone"),
    "change_milestone": ("change_milestone",),
    "create_kpi": ("get_kpi", "change_kpi", "set_kpi_baseline", "set_kpi_target", "link_kpi_to_measure"),
    "change_kpi": ("change_kpi",),
    "plan_cycle": ("get_cycle", "open_cycle"),
    "open_cycle": ("close_cycle",),
    "close_cycle": ("reopen_cycle",),
    "waive_obligation": ("get_obligation",),
    "unlock_obligation": ("get_obligation",),
    "extend_obligation": ("get_obligation",),
    "draft_update": ("get_update", "change_update", "submit_update", "discard_update"),
    "change_update": ("submit_update", "discard_update"),
    "submit_update": ("approve_update", "return_update", "withdraw_update"),
    "return_update": ("change_update", "submit_update", "withdraw_update"),
    "approve_update": ("get_update",),
    "add_evidence": ("get_evidence", "verify_evidence"),
    "check_import": ("get_import", "commit_import"),
    "commit_import": ("get_import",),
    "verify_evidence": ("get_evidence",),
    "add_person": ("get_person", "change_person"),
    "grant_duty": ("get_duty", "end_duty"),
    "issue_token": ("get_token", "revoke_token"),
}
# A part of an address by the field of the answer that it is.
FIELDS = {"id": "id", "code": "code", "username": "username", "public_id": "id"}


def after(operation_id: str) -> dict[str, Any]:
    """The links of an answer, by the operation they lead to."""
    return {name: _link(name) for name in FOLLOWING.get(operation_id, ())}


def _link(name: str) -> dict[str, Any]:
    address, operation = _found(name)
    part = address.partition("{")[2].partition("}")[0]
    parameters = {f"path.{part}": f"$response.body#/{FIELDS[part]}"}
    if operation.match:
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": name, "parameters": parameters}


def _found(name: str) -> tuple[str, Operation]:
    return next((line, one) for line, one in OPERATIONS.items() if one.id == name)
