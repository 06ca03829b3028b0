"""Data folders to start databases in, and the starts of `./dev up`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracker.starting import Ups, removed_at_the_end


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
