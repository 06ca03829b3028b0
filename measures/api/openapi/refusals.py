"""Every status the API refuses with, its codes, and the component that describes the answer."""

from http import HTTPStatus
from typing import Any

from measures.api.openapi import headers
from measures.api.problems import MEDIA_TYPE, TITLES

# By status: the problem's code, and what it says.
CODES = {
    400: {
        "invalid": "The request cannot be taken as it is; `errors` says where and why.",
        "not-ready": "The report is not complete; `errors` says what is missing.",
        "bad-request": "The request is malformed.",
        "bad-host": "The service does not answer for that host.",
        "bad-length": "The Content-Length header is not a number.",
        "too-many-parameters": "The address has too many parameters.",
    },
    401: {
        "unauthenticated": "Credentials are needed, or those sent are unknown, ended, revoked or cannot be read.",
    },
    403: {
        "insufficient-scope": "The token lacks the scope.",
        "wrong-role": "The caller does not hold the duty.",
        "duty-not-held": "The caller does not hold the duty that Acting-As names.",
        "own-proposal": "Nobody decides on a revision they proposed.",
        "own-update": "Nobody decides on a report they wrote or submitted.",
        "sign-in-needed": "This is for someone with credentials; seen in `actions`.",
        "second-factor-needed": "The duties of a signed-in browser ask for a second factor, which comes first.",
        "csrf": "A signed-in browser must send its CSRF token.",
        "forbidden": "This is not permitted.",
    },
    404: {
        "not-found": "There is no such thing, or it is not the caller's to see: the two answers are the same.",
        "file-lost": "The evidence is there, and its file is lost.",
    },
    405: {"method-not-allowed": "The address does not take this method; `Allow` lists those it takes."},
    406: {"not-acceptable": "The API answers application/json, and files and checkpoints in their own types."},
    409: {
        "at-once": "Someone else did the same at this moment.",
        "not-sealed": "No checkpoint covers it yet: a minute later one does.",
        "wrong-turn": "The state does not allow this step.",
        "cycle-not-open": "The cycle is not open.",
        "unlock-ended": "The cycle is closed, and its unlock for the measure has ended.",
        "nothing-changed": "A further version would say nothing else than the newest one.",
        "not-begun": "The cycle was never open.",
        "nothing-to-correct": "There is nothing yet that a correction could change.",
        "cycle-not-closed": "Only a closed cycle is unlocked.",
        "already-reported": "The report was handed in.",
        "already-waived": "The obligation was waived.",
        "due-passed": "The day it was due has passed.",
        "another-open": "Another cycle of the document is open.",
        "already-open": "The measure has an open report for the cycle.",
        "already-approved": "The measure has an approved report for the cycle.",
        "already-assigned": "The ministry has the role on the measure already.",
        "already-claimed": "The report or milestone has this evidence already.",
        "already-verified": "Someone verified it already.",
        "already-granted": "The person holds the duty then already.",
        "already-linked": "The two are linked already.",
        "use-correction": "There is a value for the period: a second one comes only as a correction.",
        "revision-pending": "A revision was proposed and not decided on: that comes first.",
        "not-a-study": "Only a study is adopted, rejected or continued.",
        "in-force": "The rule is in force already.",
        "has-problems": "The file has problems: it is mended and sent again.",
        "import-stale": "What the file asks for does not fit any more; `errors` says what, by cell.",
        "someone-elses": "Someone else drafted it.",
        "has-target": "The KPI's direction says which values meet its target, so it stays as it is.",
        "has-values": "What every value so far was given in stays as it is.",
        "illegal-status": "The measure does not go from its status to that one.",
        "needs-decision": "Only a recorded decision leads to that status.",
        "concluded": "A measure that was concluded by a decision stays a study.",
        "ended": "It has ended already.",
        "lead-needs-successor": "A measure always has a lead: assign the next one first.",
    },
    411: {"length-needed": "The chunked body was empty or broke off."},
    412: {"stale": "It changed since it was read: read it again first."},
    413: {
        "too-large": "The body is larger than 1 MiB, or a file than 20 MiB.",
        "too-deep": "The JSON nests deeper than 32.",
        "too-much": "The JSON has too many keys and items, or a form too much beside its file.",
    },
    415: {
        "unsupported-media-type": "The body must be application/json, or a form where a file is taken.",
        "unsupported-encoding": "The body must not be compressed.",
    },
    422: {"key-reused": "The Idempotency-Key stands for another request."},
    428: {"if-match-needed": "If-Match is missing."},
    429: {"rate-limited": "More requests than are answered; `Retry-After` says when to come back."},
    500: {"failed": "The service failed; nothing was changed."},
    503: {
        "busy": "Others held what this needed for too long; nothing was changed.",
        "too-slow": "The database is too busy, or it was too much for one answer; nothing was changed.",
        "not-typeset": "The PDF of a report could not be made in time; nothing was published.",
        "no-room": "There is no room for a file; nothing was kept.",
    },
}

# Codes of the items in `errors`, beside those above that stand there too.
ITEMS = {
    "acting-as": "no role at a ministry",
    "address": "no http or https address",
    "bad-cursor": "a cursor of another list",
    "blank": "nothing but blanks",
    "both-or-neither": "one of two that come together",
    "cut-short": "the body ends before its end",
    "does-not-exist": "there is no such row",
    "divergence-unexplained": "the declared health contradicts the KPIs, and nothing explains it",
    "duplicate-key": "a key stands twice in one object",
    "element": "there is no such element",
    "empty": "an empty list",
    "forbidden-character": "a control character or a mark that turns text around",
    "idempotency-key": "the header is missing or malformed",
    "in-the-future": "a day that has not come",
    "in-the-past": "an instant or a day that has gone by",
    "invalid-choice": "not one of the codes",
    "invalid-period": "no such period",
    "itself": "a measure and itself",
    "merged": "a measure that went into another",
    "key-too-long": "a key longer than any field's name",
    "kpi-not-linked": "not a KPI of the measure",
    "max-length": "too long",
    "max-value": "too large",
    "min-value": "too small",
    "missing": "needed before the step can be taken",
    "not-a-list": "must be a list",
    "not-a-form": "no multipart form",
    "not-an-object": "must be an object",
    "not-json": "no JSON",
    "not-the-lead": "another ministry leads the measure",
    "not-a-correction": "only a correction gives a reason",
    "not-cp932": "no CP932",
    "not-utf-8": "no UTF-8",
    "not-together": "asked for together, and only one can be",
    "null": "may not be null",
    "one-file": "a form has one file, as the part `file`",
    "one-of-two": "either of two fields",
    "other-document": "the cycle is one of another document",
    "out-of-order": "days or lines out of order",
    "overlaps": "lines that are another element's",
    "period-not-over": "the period has not ended",
    "person": "there is no such account",
    "repeated": "stands twice",
    "required": "must be sent",
    "taken": "the code or name is in use",
    "token-in-body": "a token where it may be kept",
    "token-in-header": "a token in a header that is not for it",
    "token-in-url": "a token in the address",
    "too-early": "before the day it may be",
    "too-many-elements": "a text of more elements than are taken",
    "too-many-lines": "a text of more lines than are taken",
    "too-many-measures": "more measures than are made at once",
    "too-many-rows": "more rows than a sheet holds",
    "too-precise": "more decimals than the KPI has",
    "unanswered": "a measure of which nobody said what becomes of it",
    "uncovered": "lines that are in no element",
    "unknown": "there is no such code",
    "unknown-content": "a file of a kind that is not taken",
    "unknown-field": "there is no such field",
    "unknown-parameter": "there is no such parameter",
    "unknown-scope": "there is no such scope",
    "unknown-value": "not a known value of the parameter",
    "value-or-range": "either a value, or both low and high",
    "wrong-period-type": "the KPI is counted by another kind of period",
}
OF_SOME = {401: {"WWW-Authenticate"}, 405: {"Allow"}, 429: {"Retry-After"}, 503: {"Retry-After"}}


def name(status: int) -> str:
    """What the component of a status is called: NotFound, UnsupportedMediaType."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def reference(status: int) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name(status)}"}


def components(examples: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The answers of all statuses, each with its codes and `examples`."""
    return {name(status): _component(status, examples.get(status, {})) for status in CODES}


def _component(status: int, examples: dict[str, Any]) -> dict[str, Any]:
    codes = "\n".join(f"- `{code}`: {text}" for code, text in CODES[status].items())
    media: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if examples:
        media["examples"] = examples
    return {
        "description": f"{TITLES[status]}.\n\n{codes}",
        "headers": headers.references({"X-Request-Id", "Cache-Control", *headers.LIMITS, *OF_SOME.get(status, set())}),
        "content": {MEDIA_TYPE: media},
    }
