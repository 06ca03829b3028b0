"""`bench`: how it computes, prints and remembers, what it refuses, and that its client counts what was answered."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from measures import audit
from measures.management.bench.plan import Plan
from measures.management.commands import bench
from measures.management.timing import calls, data, pages, table
from measures.management.timing.calls import Refused, get, post, send
from measures.management.timing.table import Measured, Unpaired
from measures.models import Source
from tests import builders
from tests.web.test_pages import PUBLIC

SMALL = {"measures": 50, "kpis": 100, "observations": 1000, "updates": 200}


def measured(**fields: Any) -> Measured:
    return Measured(**{"name": "a page", "unit": "/s", "ours": [50], "limit": [100], **fields})


def test_the_ratio_is_the_median_of_the_rounds_ratios_and_not_the_ratio_of_the_medians() -> None:
    row = measured(ours=[10, 90, 50], limit=[20, 100, 200])
    assert row.ratio == 0.5
    assert measured(ours=[50, 5], limit=[100, 10]).ratio == 0.5


@pytest.mark.parametrize(("goal", "met"), [(0.5, True), (0.51, False), (None, None)])
def test_a_goal_is_the_least_ratio(goal: float | None, met: bool | None) -> None:
    assert measured(goal=goal).is_met is met


@pytest.mark.parametrize("rounds", [{"ours": [1, 2], "limit": [1]}, {"ours": [], "limit": []}, {"ours": [0]}])
def test_rounds_that_do_not_pair_are_refused(rounds: dict[str, Any]) -> None:
    with pytest.raises(Unpaired):
        measured(**rounds)


def test_the_table_has_a_line_for_each_row_and_its_note() -> None:
    rows = [measured(goal=0.4, note="67 kB"), measured(name="a longer name", ours=[1234], limit=[3], goal=1000)]
    assert table.table(rows).splitlines() == [
        "what               ours  limit  ratio     goal",
        "a page            50 /s    100    0.5   >= 0.4      met",
        "    67 kB",
        "a longer name  1,234 /s      3    411  >= 1000  NOT MET",
    ]


def test_the_history_gains_a_line_for_each_run(tmp_path: Path) -> None:
    for number in (1, 2):
        table.remember(tmp_path / "history.jsonl", [measured(goal=0.5)], {"observations": number})
    runs = [json.loads(line) for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert [run["observations"] for run in runs] == [1, 2]
    row = {"name": "a page", "unit": "/s", "ours": [50.0], "limit": [100.0], "ratio": 0.5, "goal": 0.5, "met": True}
    assert runs[0]["rows"] == [{**row, "note": ""}]


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
def test_a_database_with_real_documents_is_refused_before_anything_is_touched() -> None:
    with pytest.raises(CommandError, match=r"holds real documents \(MEXT2019\), and the bench would empty it"):
        call_command("bench")


@pytest.mark.django_db
@pytest.mark.usefixtures("sequences_kept", "empty_tables")
def test_generated_data_is_known_by_its_sizes_and_rows_of_others_are_refused() -> None:
    data.refuse_others()
    assert data.loaded() is None
    call_command("load_bench", *[f"--{name}={size}" for name, size in SMALL.items()], verbosity=0)
    data.refuse_others()
    assert data.loaded() == data.sizes(Plan(**SMALL))


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_tables")
def test_rows_that_nobody_generated_are_refused() -> None:
    at = timezone.now()
    Source.objects.create(title="a source of somebody's")
    audit.record(at=at, actor_id=None, verb="create", subject=("source", "1"))
    with pytest.raises(data.NotOurs, match="rows that were not generated"):
        data.refuse_others()


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_tables")
def test_tables_of_others_are_refused_before_anything_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "call_command", lambda *_, **__: pytest.fail("the database was touched"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger_of_somebody (id int)")
    with pytest.raises(CommandError, match=r"holds tables of others \(ledger_of_somebody\), and the bench would empty"):
        call_command("bench")


@pytest.mark.parametrize("option", ["--rounds", "--seconds", "--connections"])
def test_less_than_one_of_anything_is_refused(option: str) -> None:
    with pytest.raises(CommandError, match="are at least 1"):
        call_command("bench", option, "0")


class Answers(BaseHTTPRequestHandler):
    """/sized has a length; /chunked ends a chunk as the last chunk would end; /made has an id; others are refused."""

    protocol_version = "HTTP/1.1"
    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        if self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"1,0\r\n", b"2,0\r\n", b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            return
        self._say(200 if self.path.startswith("/sized") else 404, b"x" * 100_000)

    def do_POST(self) -> None:
        self.seen.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(201, b'{"id": 7}')

    def log_message(self, *args: Any) -> None:
        pass

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def port() -> Iterator[int]:
    Answers.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_client_counts_every_answer_once(port: int) -> None:
    flows = [[get(f"/sized/{number}")] for number in range(50)]
    outcome = send(flows, port=port, seconds=60, connections=4, repeats=False)
    assert sorted(Answers.seen) == sorted(f"/sized/{number}" for number in range(50))
    assert outcome.placed == 50
    assert outcome.median <= outcome.p99


def test_a_running_number_is_never_used_twice(port: int) -> None:
    first = send([[get("/sized/{n}")]], port=port, seconds=0.1, connections=2)
    send([[get("/sized/{n}")]], port=port, seconds=0.1, connections=2, first=first.last)
    assert len(Answers.seen) == len(set(Answers.seen)) > 2


def test_the_end_of_a_streamed_answer_is_not_taken_for_earlier_than_it_is(port: int) -> None:
    flows = [[get("/chunked")], [get("/sized/after")]]
    send(flows, port=port, seconds=60, connections=1, repeats=False)
    assert Answers.seen == ["/chunked", "/sized/after"]


def test_a_flow_goes_on_with_what_its_first_request_made(port: int) -> None:
    flow = [post("/made", {"a": "あ"}), post("/made/{id}/submit")]
    outcome = send([flow], port=port, seconds=60, connections=1, repeats=False)
    assert Answers.seen == ["/made", "/made/7/submit"]
    assert outcome.a_second * outcome.seconds == pytest.approx(1)


def test_any_other_answer_breaks_the_measurement_off(port: int) -> None:
    with pytest.raises(Refused, match=r"^GET /nothing was answered {'404': 1}\.$"):
        send([[get("/nothing")]], port=port, seconds=60, connections=1, repeats=False)


def test_an_application_that_is_not_there_breaks_it_off(port: int) -> None:
    assert calls.CLIENT.exists()
    with pytest.raises(Refused, match="The client broke off: ConnectionRefusedError"):
        send([[get("/sized")]], port=1, seconds=1, connections=1)


@pytest.mark.usefixtures("loaded")
@pytest.mark.django_db
def test_every_public_page_that_each_database_has_is_measured() -> None:
    """But for a report, which has to be published first."""
    names = {resolve(path).url_name for path in pages.addresses()}
    assert names == set(PUBLIC) - {"report", "comparison"}
    assert all(Client().get(path).status_code == 200 for path in pages.addresses())


@pytest.mark.usefixtures("loaded")
@pytest.mark.django_db
def test_the_pages_of_who_is_signed_in_are_measured_as_theirs() -> None:
    builders.an_update("submitted")
    requests = pages.rooms()
    names = {resolve(path).url_name for path in requests}
    assert names == {
        "desk",
        "inbox",
        "update",
        "coordination",
        "coordination_obligations",
        "coordination_targets",
        "act",
    }
    for path, request in requests.items():
        _, _, cookie = request.partition("Cookie: sessionid=")
        browser = Client()
        browser.cookies["sessionid"] = cookie.split("\r\n")[0]
        assert browser.get(path).status_code == 200, path


def test_a_row_is_chosen_with_those_of_its_kind() -> None:
    assert bench.chosen(["pages", "csv"]) == ["pages", "pages-signed-in", "csv"]
    assert bench.chosen(["page"]) == ["page"] and bench.chosen(bench.ROWS) == list(bench.ROWS)
