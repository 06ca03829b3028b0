"""What schemathesis is given: the document with closed outputs and inputs that know the fixtures, and the checks."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import schemathesis
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.openapi import checks as _  # noqa: F401 registers the checks below
from schemathesis.specs.openapi import checks

from measures.models import (
    Assignment,
    Baseline,
    Deadline,
    Decision,
    Duty,
    Event,
    Evidence,
    Import,
    Milestone,
    Obligation,
    ProgressUpdate,
    Proposal,
    Target,
    Token,
)
from tests import builders
from tests.api import wire
from tests.openapi import documented, stages
from tracker.wsgi import application

PLAIN = "[ -~ぁ-んァ-ヶ一-龠]"
# Measures that MEXT leads and nobody has reported on, for those who walk through the workflow.
UNREPORTED = [f"MEXT2019-P2-{number:02}" for number in range(2, 8)] + [f"MEXT2019-P1-{n:02}" for n in range(5, 10)]
COMPLETE = {
    "measure": {"enum": UNREPORTED},
    "narrative": {"type": "string", "pattern": "^[!-~]{1,40}$"},
    "declared_status": {"enum": ["in_progress", "suspended"]},
    "declared_health": {"enum": ["on_track", "at_risk", "off_track"]},
    "observations": {"type": "array", "maxItems": 0},
    "on_behalf_of": {"type": "null"},
}
DAYS = {"opens_on": "2030-04-01", "due_on": "2030-12-01", "closes_on": "2031-03-31"}
IN_ORDER = {name: {"const": day} for name, day in DAYS.items()}
ASIDE = ("list_", "get_checkpoint", "get_log_keys", "get_event_proof", "get_consistency_proof", "export_")
# An invented cursor is only ever refused, and who waits makes the test wait.
LEFT_OUT = ("cursor", "wait")
CODES: dict[str, list[Any]] = {
    "measure": [builders.SME, "MEXT2019-P1-01", "MEXT2019-P1-04", "MEXT2019-P2-01", "MEXT2019-R1-5-2a"],
    "kpi": ["sme-patent-share", "univ-patent-licences", "ura-headcount"],
    "cycle": ["FY2020"],
    "ministry": ["jpo", "mext", "meti"],
    "on_behalf_of": ["jpo", "mext", None],
    "document": ["MEXT2019"],
    "element": ["MEXT2019/P1-01", "MEXT2019/R1-5-2a"],
    "person": ["officer.jpo", "officer.meti"],
}


def prepared() -> None:
    """Reports of several measures in every state, a milestone, and a further token, beside the fixtures."""
    stages.a_milestone()
    builders.an_update(at_status="draft")
    others = (("returned", "MEXT2019-P1-04"), ("submitted", "MEXT2019-P2-01"), ("approved", "MEXT2019-P1-01"))
    for state, measure in others:
        cast = {"officer": "officer.mext", "approver": "approver.mext", "observations": []}
        builders.an_update(at_status=state, measure=measure, **cast)
    wire.send(builders.client("coordinator"), "post", "/reports", {"cycle": "FY2020"})
    stages.a_token()
    stages.a_signed_log()


def rows() -> dict[str, list[Any]]:
    """By the word before it in the address: what a parameter can be."""
    numbered = {
        "assignments": Assignment,
        "baselines": Baseline,
        "deadlines": Deadline,
        "decisions": Decision,
        "evidence": Evidence,
        "imports": Import,
        "milestones": Milestone,
        "obligations": Obligation,
        "proposals": Proposal,
        "targets": Target,
        "updates": ProgressUpdate,
        "duties": Duty,
        "events": Event,
    }
    ids: dict[str, list[Any]] = {
        place: list(model.objects.order_by("pk").values_list("pk", flat=True)[:8]) for place, model in numbered.items()
    }
    tokens = Token.objects.order_by("pk").values_list("public_id", flat=True)
    named = {"measures": CODES["measure"], "kpis": CODES["kpi"], "cycles": CODES["cycle"], "tokens": list(tokens)[:1]}
    return {
        **ids,
        **named,
        "documents": ["MEXT2019"],
        "ministries": CODES["ministry"],
        "people": CODES["person"],
        "rules": ["abn-1"],
        "reports": ["FY2020-1"],
        "files": ["report.json"],
    }


def knowing() -> dict[str, Any]:
    """The closed document whose inputs name what there is, in words that the parser takes, without invented cursors."""
    source, there = deepcopy(documented.closed()), rows()
    for name, schema in source["components"]["schemas"].items():
        if name.endswith("In"):
            for field, given in schema["properties"].items():
                schema["properties"][field] = _hinted(field, given)
    for path, methods in source["paths"].items():
        words = path.split("/")
        for operation in methods.values():
            kept = [one for one in operation.get("parameters", []) if one["name"] not in LEFT_OUT]
            operation["parameters"] = kept
            for parameter in kept:
                if parameter["in"] == "path":
                    before = words[words.index(f"{{{parameter['name']}}}") - 1]
                    # What is nobody's is only ever refused, and there is always one.
                    parameter["schema"] = {"enum": there[before] or [1]}
                if parameter["in"] == "query" and parameter["name"] in CODES:
                    parameter["schema"]["items"] = {"enum": CODES[parameter["name"]]}
                if parameter["name"] == "If-Match":
                    parameter["schema"] = {"enum": ["*", '"v1"', '"v2"']}
    return source


def _hinted(field: str, schema: dict[str, Any]) -> dict[str, Any]:
    if field in CODES:
        return {"enum": CODES[field]}
    if schema.get("type") == "string" and schema.get("pattern", r"\S") == r"\S" and "format" not in schema:
        return {**schema, "pattern": f"^{PLAIN}*[!-~]$" if "minLength" in schema else f"^{PLAIN}*$"}
    return schema


def willing() -> dict[str, Any]:
    """The same for walks through the workflow: every report is complete, every cycle in order, no version old."""
    source = knowing()
    # Nothing leads to a list or from it, and a walk has few steps.
    for methods in source["paths"].values():
        if methods.get("get", {}).get("operationId", "").startswith(ASIDE):
            del methods["get"]
    source["paths"] = {path: methods for path, methods in source["paths"].items() if methods}
    source["components"]["schemas"]["CycleIn"]["properties"] |= IN_ORDER
    for methods in source["paths"].values():
        for parameter in (one for operation in methods.values() for one in operation["parameters"]):
            if parameter["name"] == "If-Match":
                parameter["schema"] = {"const": "*"}
    for name in ("UpdateIn", "ContentIn"):
        schema = source["components"]["schemas"][name]
        schema["properties"] |= {field: one for field, one in COMPLETE.items() if field in schema["properties"]}
        schema["required"] = list(schema["properties"])
    return source


def loaded(source: dict[str, Any]) -> Any:
    schema = schemathesis.openapi.from_dict(deepcopy(source))
    schema.app = application
    # What is wrong in a body is looked at after the duty, the address and If-Match.
    schema.config.checks.negative_data_rejection.expected_statuses = [
        str(status) for status in (400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428)
    ]
    return schema


def operations(schema: Any) -> Iterator[APIOperation]:
    for found in schema.get_all_operations():
        yield found.ok()


@schemathesis.check
def picked_fields_conformance(ctx: Any, response: Any, case: Case) -> None:
    """What `fields` leaves in an item is as documented; what it leaves out is no fault."""
    if case.method != "GET" or response.status_code != 200 or "fields" not in (case.query or {}):
        return
    schema = documented.resolved(_answered(case)["content"]["application/json"]["schema"], documented.closed())
    if "items" in schema["properties"]:
        schema = documented.resolved(schema["properties"]["items"]["items"], documented.closed())
        items = response.json()["items"]
    else:
        items = [response.json()]
    asked = set(case.query["fields"].split(","))
    for item in items:
        assert set(item) == asked
        assert documented.wrong({key: one for key, one in schema.items() if key != "required"}, item) == []


def _answered(case: Case) -> dict[str, Any]:
    name = case.operation.definition.raw["operationId"]
    return dict(documented.operations(documented.closed())[name]["responses"]["200"])


def checks_of(case: Case, mode: GenerationMode | None = None) -> list[Callable[..., Any]]:
    found = [
        schemathesis.checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        picked_fields_conformance,
    ]
    if "fields" not in (case.query or {}):
        found.append(checks.response_schema_conformance)
    return [*found, checks.negative_data_rejection] if mode == GenerationMode.NEGATIVE else found


def sources() -> dict[GenerationMode, dict[str, Any]]:
    """What good and bad requests are made from: bad ones from the document alone."""
    return {GenerationMode.POSITIVE: knowing(), GenerationMode.NEGATIVE: documented.closed()}


def has_key(case: Case, mode: GenerationMode) -> bool:
    """Whether the request is one that gets a key of its own: a good one, where a key is taken."""
    return mode == GenerationMode.POSITIVE and "Idempotency-Key" in {one.name for one in case.operation.headers}
