"""Of several reasons to refuse the first is given: 401, 404, 403, 428, 412, 400, 409, readiness, key."""

from typing import Any

import pytest

from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

GOOD, BAD = {"comment": "見ました。"}, {"coment": 1}
NOBODY, OUTSIDER, ONLOOKER = (None,), ("officer.mext", "read"), ("auditor",)
STALE, NO_MATCH = '"v99"', None

# Each row mends one more of the faults that the row above it has. State, caller, If-Match, body, key; status and code.
SUBMIT: list[tuple[Any, ...]] = [
    ("withdrawn", NOBODY, NO_MATCH, BAD, None, 401, "unauthenticated"),
    ("withdrawn", OUTSIDER, NO_MATCH, BAD, None, 404, "not-found"),
    ("withdrawn", ONLOOKER, NO_MATCH, BAD, None, 403, "wrong-role"),
    ("withdrawn", ("officer.jpo", "read"), NO_MATCH, BAD, None, 403, "insufficient-scope"),
    ("withdrawn", ("officer.jpo",), NO_MATCH, BAD, None, 428, "if-match-needed"),
    ("withdrawn", ("officer.jpo",), STALE, BAD, None, 412, "stale"),
    ("withdrawn", ("officer.jpo",), "*", BAD, None, 400, "invalid"),
    ("withdrawn", ("officer.jpo",), "*", GOOD, None, 409, "wrong-turn"),
    ("incomplete", ("officer.jpo",), "*", GOOD, None, 400, "not-ready"),
    ("draft", ("officer.jpo",), "*", GOOD, None, 400, "invalid"),
    ("draft", ("officer.jpo",), "*", GOOD, "", 200, None),
]
APPROVE: list[tuple[Any, ...]] = [
    ("draft", NOBODY, NO_MATCH, BAD, None, 401, "unauthenticated"),
    ("draft", OUTSIDER, NO_MATCH, BAD, None, 404, "not-found"),
    ("draft", ("officer.jpo",), NO_MATCH, BAD, None, 403, "wrong-role"),
    ("draft", ("approver.jpo",), NO_MATCH, BAD, None, 428, "if-match-needed"),
    ("draft", ("approver.jpo",), STALE, BAD, None, 412, "stale"),
    ("draft", ("approver.jpo",), "*", BAD, None, 400, "invalid"),
    ("draft", ("approver.jpo",), "*", GOOD, None, 409, "wrong-turn"),
    ("submitted", ("approver.jpo",), "*", GOOD, None, 400, "invalid"),
    ("submitted", ("approver.jpo",), "*", GOOD, "", 200, None),
]
RETURN = [row for row in APPROVE if row[5] != 200] + [
    ("submitted", ("approver.jpo",), "*", {}, None, 400, "not-ready"),
    ("submitted", ("approver.jpo",), "*", GOOD, "", 200, None),
]
TAKEN = {"observations": [wire.a_value(2018)]}
EDIT: list[tuple[Any, ...]] = [
    ("submitted", NOBODY, NO_MATCH, BAD, None, 401, "unauthenticated"),
    ("submitted", OUTSIDER, NO_MATCH, BAD, None, 404, "not-found"),
    ("submitted", ("approver.jpo",), NO_MATCH, BAD, None, 403, "wrong-role"),
    ("submitted", ("officer.jpo",), NO_MATCH, BAD, None, 428, "if-match-needed"),
    ("submitted", ("officer.jpo",), STALE, BAD, None, 412, "stale"),
    ("submitted", ("officer.jpo",), "*", BAD, None, 400, "invalid"),
    ("submitted", ("officer.jpo",), "*", TAKEN, None, 409, "wrong-turn"),
    ("draft", ("officer.jpo",), "*", TAKEN, None, 409, "use-correction"),
    ("draft", ("officer.jpo",), "*", {"narrative": "改めた。"}, None, 200, None),
]
DISCARD = [(*row[:3], None, *row[4:]) for row in EDIT if row[5] in (401, 404, 403, 428, 412)] + [
    ("submitted", ("officer.jpo",), "*", None, None, 409, "wrong-turn"),
    ("draft", ("officer.jpo",), "*", None, None, 204, None),
]
CALLS = {
    "submit": ("post", "/submit", SUBMIT),
    "approve": ("post", "/approve", APPROVE),
    "return": ("post", "/return", RETURN),
    "edit": ("patch", "", EDIT),
    "discard": ("delete", "", DISCARD),
}
ROWS = [(verb, *row) for verb, (_, _, rows) in CALLS.items() for row in rows]


@pytest.mark.parametrize(
    ("verb", "state", "caller", "match", "body", "key", "status", "code"),
    ROWS,
    ids=[f"{row[0]}-{row[6]}-{row[7]}" for row in ROWS],
)
def test_the_reason_that_stands_first_is_given(
    verb: str, state: str, caller: tuple, match: str | None, body: Any, key: str | None, status: int, code: str | None
) -> None:
    incomplete = {"narrative": ""} if state == "incomplete" else {}
    update = builders.an_update(at_status="draft" if incomplete else state, **incomplete)
    method, part, _ = CALLS[verb]
    client = builders.client(*caller)
    response = wire.send(client, method, f"/updates/{update.pk}{part}", body, key=key, match=match)
    if code is None:
        assert response.status_code == status, response.content
    else:
        wire.problem(response, status, code)


def a_report(**fields: Any) -> dict[str, Any]:
    return wire.a_report(**fields)


DRAFT: list[tuple[Any, ...]] = [
    (NOBODY, {"measure": 1}, None, 401, "unauthenticated"),
    (("auditor",), {"measure": 1}, None, 403, "wrong-role"),
    (("officer.jpo", "read"), {"measure": 1}, None, 403, "insufficient-scope"),
    (("officer.jpo",), a_report(measure="MEXT2019-P1-01", narrative=1), None, 400, "invalid"),
    (("officer.jpo",), a_report(measure="MEXT2019-P1-01"), None, 403, "wrong-role"),
    (("officer.jpo",), a_report(), None, 400, "invalid"),
    (("officer.jpo",), a_report(), "", 201, None),
]


@pytest.mark.parametrize(
    ("caller", "body", "key", "status", "code"), DRAFT, ids=[f"{row[3]}-{row[4]}" for row in DRAFT]
)
def test_a_new_report_is_refused_in_the_same_order(
    caller: tuple, body: Any, key: str | None, status: int, code: str | None
) -> None:
    """Whose measure it is can only be known from the body, so that 403 comes after its shape."""
    builders.an_open_cycle()
    response = wire.send(builders.client(*caller), "post", "/updates", body, key=key)
    if code is None:
        assert response.status_code == status
    else:
        wire.problem(response, status, code)
