"""What every test may ask for: the fixtures, cut before 2019 or as they are shipped, and to have its figure printed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.client import ClientHandler
from hypothesis import settings as hypothesis

from measures.api import shell
from measures.api.gate import ANSWERS
from measures.management.seed.write import write
from measures.models.audit import IN_TIME
from measures.models.guards import TRUNCATE_GUARD
from measures.operations import limits
from measures.operations.gate import LEASES
from tests import kept
from tests.figures import Figure

# What takes minutes: every cell, every race, random requests and histories, tables of thousands of rows, whole services
# that are started, killed and started again, what waits for a clock, and what opens every page or example.
LONG = (
    "tests/api/test_problems.py::test_every_method",
    "tests/audit/test_verify_tampering.py",
    "tests/browser/",
    "tests/hostile/",
    "tests/journeys/test_canary.py",
    "tests/journeys/test_generated_client.py",
    "tests/journeys/test_limits.py",
    "tests/journeys/test_readme.py",
    "tests/journeys/test_simulation.py",
    "tests/management/test_deliver.py",
    "tests/management/test_load_bench",
    "tests/management/test_seal.py",
    "tests/matrix/",
    "tests/openapi/test_examples.py::test_each_operation",
    "tests/openapi/test_faults.py",
    "tests/openapi/test_headers.py",
    "tests/openapi/test_schemathesis.py",
    "tests/operations/test_leases.py::test_many_processes",
    "tests/operations/test_reminders.py::test_a_year",
    "tests/operations/test_sealing_restores.py",
    "tests/queries/test_as_of.py",
    "tests/queries/test_log.py::test_a_proof_takes",
    "tests/races/",
    "tests/tracker/test_beside.py",
    "tests/tracker/test_disk.py",
    "tests/tracker/test_durability.py",
    "tests/tracker/test_embedded.py",
    "tests/tracker/test_letters.py",
    "tests/tracker/test_recovery.py",
    "tests/tracker/test_up.py",
    "tests/web/test_pages.py::test_every_link",
    "tests/web/test_pages.py::test_no_page",
)
# A slow machine is not a failure.
hypothesis.register_profile("here", deadline=None)
hypothesis.load_profile("here")


@pytest.fixture(scope="session")
def cut_fixtures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The fixtures as they would have been before any value of 2019, with FY2020 planned."""
    directory = tmp_path_factory.mktemp("cut")
    write(directory, cut_year=2019)
    return [str(directory / name) for name in ("mext2019.json", "demo.json")]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, cut_fixtures: list[str]) -> None:
    """Loads the cut fixtures once for all tests that roll back."""
    with django_db_blocker.unblock():
        _let_pass()
        kept.load(cut_fixtures)


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    """Sentences are compared in the language they are written in; tests/messages reads the other."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """The events that a test rolls back are counted, and counted again by the next one: that is no other revision."""
    ANSWERS.clear()
    LEASES.clear()


@pytest.fixture(autouse=True)
def nothing_swept_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request in 50 sweeps old counts away, a statement more; who tests that chooses the moment."""
    monkeypatch.setattr(limits, "SWEPT_EVERY", 1_000_000)


@pytest.fixture(scope="session", autouse=True)
def through_the_shell() -> Iterator[None]:
    """Django's test client begins behind tracker.wsgi; here it goes through all of it, as the service does.

    For the whole session, so that what a module reads before its first test is read that way as well.
    """
    through = ClientHandler.get_response

    def get_response(self: ClientHandler, request: HttpRequest) -> HttpResponse:
        reply = shell.answer(request.META)
        if reply is None:
            return through(self, request)
        status, headers, body = reply
        response = HttpResponse(body, status=int(status[:3]))
        del response["Content-Type"]
        for name, value in headers:
            response[name] = value
        return response

    # Not with the test's own monkeypatch, which a test may undo.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "get_response", get_response)
        yield


@pytest.fixture(scope="session", autouse=True)
def signed_with_a_key_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Not with that of the service, which is of another log."""
    settings.LOG_KEY_DIR = tmp_path_factory.mktemp("keys") / "keys"


@pytest.fixture(scope="session", autouse=True)
def files_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.EVIDENCE_DIR = tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="session", autouse=True)
def passwords_that_cost_nothing() -> Iterator[None]:
    """Of the service's own kind, with one round in place of the hundreds of thousands that make guessing slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture
def loaded(db: None, cut_fixtures: list[str]) -> None:
    """The document, its KPIs with their values before 2019, and the demo cast.

    A transactional test leaves empty tables behind, so the next one loads them again.
    """
    kept.load(cut_fixtures)


@pytest.fixture
def shipped(db: None) -> None:
    """The fixtures as they are shipped, in place of the cut ones."""
    empty()
    call_command("loaddata", "mext2019", "demo", verbosity=0)


@pytest.fixture
def empty_tables(db: None) -> None:
    """A database that was migrated and nothing else."""
    empty()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(LONG):
            item.add_marker("long")


def pytest_report_header(config: pytest.Config) -> str:
    return (
        f"left out: {', '.join(LONG)}; `./dev test all` runs them too" if "not long" in config.option.markexpr else ""
    )


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Tells a line of what was measured; it travels with the test's report."""
    return lambda line: request.node.user_properties.append(("figure", line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    told = [line for report in reports for name, line in report.user_properties if name == "figure"]
    if told:
        terminalreporter.section("measured")
    for line in sorted(set(told)):
        terminalreporter.line(line)


@pytest.fixture
def sequences_kept(db: None) -> Iterator[None]:
    """Lets the next rows be numbered as they would have been: no roll-back takes back where a load left off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        before = cursor.fetchall()
        yield
        for name, last in before:
            cursor.execute("SELECT setval(%s, %s)", [name, last])


def empty() -> None:
    tables = [table for table in connection.introspection.table_names() if table.startswith("measures_")]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def _let_pass() -> None:
    """Switches off what stands in the way of tests: each has one of its own that switches it on again.

    Django empties tables by TRUNCATE after transactional tests, and some tests have a clock of their own.
    """
    off = [f"pgtrigger_{name}_%" for name in (TRUNCATE_GUARD, IN_TIME)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE ANY (%s)", [off])
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
