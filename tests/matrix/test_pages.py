"""What pages let people do is what the API lets them, by the same policy, and so are the buttons that they offer."""

import itertools
import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from measures.models import ProgressUpdate
from tests.figures import Figure
from tests.matrix import bodies, situations
from tests.matrix.callers import NO_CSRF, NOBODY, SESSION, Caller, Callers
from tests.matrix.expectations import expected
from tests.matrix.policy import ROWS, STATES, Row, update_rows
from tests.matrix.situations import Situation
from tests.matrix.test_matrix import where

pytestmark = pytest.mark.django_db

# Everyone to whom a report is something else; the API, which the pages ask, is asked by all of the cast.
PEOPLE = ("officer.jpo", "approver.jpo", "author.jpo", "deputy.jpo", "officer.mext", "coordinator", "allround.cao",
          "auditor", "closed.jpo")  # fmt: skip
# The state, the cycle, whether the coordinator entered it, and who is asked.
SITUATIONS = [
    *((state, "open", False, PEOPLE) for state in ("draft", "submitted", "returned")),
    *((state, "open", False, ("officer.jpo", "approver.jpo", "officer.mext")) for state in ("approved", "withdrawn")),
    *((state, "closed", False, ("officer.jpo", "deputy.jpo")) for state in ("draft", "submitted")),
    *((state, "open", True, ("officer.jpo", "coordinator", "allround.cao")) for state in ("draft", "submitted")),
]
# The form of the page that does what a row says, beside the version and the key; its address is the report's page.
FORMS: dict[tuple[str, str], dict[str, str]] = {
    ("updates/<int:pk>", "PATCH"): {"do": "save", "narrative": "改めた。", "declared_status": "in_progress",
                                    "declared_health": "on_track"},
    ("updates/<int:pk>", "DELETE"): {"do": "discard"},
    ("updates/<int:pk>/submit", "POST"): {"do": "submit", "comment": "提出"},
    ("updates/<int:pk>/withdraw", "POST"): {"do": "withdraw", "comment": "取下げ"},
    ("updates/<int:pk>/return", "POST"): {"do": "return", "comment": "直してください。"},
    ("updates/<int:pk>/approve", "POST"): {"do": "approve", "comment": "確認"},
}  # fmt: skip
ADDED = {"address-title": "資料", "address-url": "https://www.example.go.jp/report"}
# What the button of a turn is called in the form; whoever may save may submit what the form says.
BUTTONS = {"save": "PATCH", "discard": "DELETE", "withdraw": "withdraw", "return": "return", "approve": "approve"}
KEYS = itertools.count()


class Pages:
    """Asks the pages as a browser does; each answer is rolled back."""

    def __init__(self) -> None:
        self.cells = 0
        self._client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def wrong(self, rows: Iterable[Row], callers: Iterable[Caller], situation: Situation) -> list[str]:
        """One sentence for each cell that is not as the policy says."""
        return [said for row in rows for caller in callers if (said := self._cell(row, caller, situation))]

    def offers(self, caller: Caller, situation: Situation) -> set[str]:
        """The turns that the page of the report has a button for that is not off."""
        answer = self._client.get(f"/updates/{situation.subjects['updates']}", **self._carried(caller))
        assert answer.status_code == 200, answer.status_code
        return set(re.findall(r'<button class="(?:plain|solid)" name="do" value="([^"]*)"', answer.content.decode()))

    def read(self, caller: Caller, situation: Situation) -> int:
        return self._client.get(f"/updates/{situation.subjects['updates']}", **self._carried(caller)).status_code

    def _cell(self, row: Row, caller: Caller, situation: Situation) -> str:
        self.cells += 1
        status, _ = expected(row, caller, situation)
        with transaction.atomic():
            newest = _newest()
            answer = self._send(row, caller, situation)
            found, is_done = answer.status_code, _newest() != newest
            transaction.set_rollback(True)
        # Who is nobody is led to signing in, is shown what was written, or has no token for any form.
        awaited = {303} if status < 300 else {302, 401, 403} if status == 401 else {status}
        if found in awaited and is_done == (status < 300):
            return ""
        return f"{row.method} {row.address} ({situation.name}{row.case}) {caller}: {found}, not {awaited}"

    def _send(self, row: Row, caller: Caller, situation: Situation) -> HttpResponse:
        address, form = _form(row, situation)
        return self._client.post(address, {**form, "key": f"page-{next(KEYS)}"}, **self._carried(caller))

    def _carried(self, caller: Caller) -> dict[str, Any]:
        self._client.cookies.clear()
        return {"HTTP_ACCEPT": "text/html", **caller.environ}


def _form(row: Row, situation: Situation) -> tuple[str, dict[str, str]]:
    if row.address == "updates":
        said = bodies.body(row, situation)
        assert isinstance(said, dict)
        return "/desk", {name: said[name] for name in ("measure", "cycle", "kind", "on_behalf_of") if said.get(name)}
    page = f"/updates/{situation.subjects['updates']}"
    if row.address == "evidence":
        return f"{page}/evidence", ADDED
    if row.address == "evidence/<int:pk>/verify":
        return f"{page}/evidence", {"verify": str(situation.subjects["evidence"])}
    version = ProgressUpdate.objects.values_list("version", flat=True).get(pk=situation.subjects["updates"])
    return page, {**FORMS[row.address, row.method], "version": str(version)}


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM measures_event")
        return int(cursor.fetchone()[0])


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


def writes(state: str, cycle: str) -> list[Row]:
    return [row for row in update_rows(state, cycle) if row.method != "GET"]


def browsers(callers: Callers, people: Iterable[str]) -> list[Caller]:
    nobody = [NOBODY, callers.one(PEOPLE[0], NO_CSRF)] if people == PEOPLE else []
    return [*nobody, *callers.each(SESSION, people=people)]


@pytest.mark.parametrize(("state", "cycle", "entered", "people"), SITUATIONS)
def test_a_page_takes_the_turns_that_the_api_takes_and_no_other(
    state: str, cycle: str, entered: bool, people: tuple[str, ...], pages: Pages, callers: Callers
) -> None:
    with situations.a_report(state, cycle=cycle, entered=entered) as situation:
        assert pages.wrong(writes(state, cycle), browsers(callers, people), situation) == []


@pytest.mark.parametrize("state", STATES)
def test_a_button_is_on_when_the_api_would_do_it_and_a_page_is_there_when_it_would_show_it(
    state: str, pages: Pages, callers: Callers
) -> None:
    with situations.a_report(state, cycle="open", entered=False) as situation:
        (read,) = [
            row for row in update_rows(state, "open") if (row.address, row.method) == ("updates/<int:pk>", "GET")
        ]
        for caller in callers.each(SESSION, people=PEOPLE[:-1]):
            status, _ = expected(read, caller, situation)
            assert pages.read(caller, situation) == status, caller
            if status == 200:
                assert pages.offers(caller, situation) - {"submit"} == _allowed(state, caller, situation), caller


@pytest.mark.parametrize("row", [row for row in ROWS if (row.address, row.method) == ("updates", "POST")], ids=str)
def test_a_report_is_begun_on_the_desk_by_whom_the_api_lets_begin_it(row: Row, pages: Pages, callers: Callers) -> None:
    with where(row) as situation:
        assert pages.wrong([row], browsers(callers, PEOPLE), situation) == []


def _allowed(state: str, caller: Caller, situation: Situation) -> set[str]:
    """The buttons for which the policy has a 2xx."""
    answers = {
        row.address.rpartition("/")[2] if row.method == "POST" else row.method: row for row in writes(state, "open")
    }
    return {button for button, row in BUTTONS.items() if expected(answers[row], caller, situation)[0] < 300}


def test_the_pages_were_asked_in_full(pages: Pages, figure: Figure) -> None:
    if pages.cells < 400:
        pytest.skip("only a part of the pages was asked")
    figure(f"permission matrix on pages: {pages.cells:,} cells, 0 wrong")
