"""Data folders to start databases in, and the figures that the tests measured, above pytest's closing line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tracker.starting import Ups, removed_at_the_end

FIGURES: list[str] = []


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose database is made once, for the tests that leave it as they found it."""
    yield from removed_at_the_end(tmp_path_factory.mktemp("shared") / "data")


@pytest.fixture
def new_data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder of this test's own, for what needs a first start or breaks something."""
    yield from removed_at_the_end(tmp_path / "data")


@pytest.fixture
def ups() -> Iterator[Ups]:
    """Starts `./dev up`; what a failed test left running is ended with it."""
    started = Ups()
    yield started
    started.end()


@pytest.fixture
def figure() -> Callable[[str, float], None]:
    """Prints what was measured, in seconds, when all is done."""
    return lambda name, seconds: FIGURES.append(f"{seconds:7.2f} s  {name}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("measured")
        for line in FIGURES:
            terminalreporter.line(line)
