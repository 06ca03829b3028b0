"""The world of the matrix, built once a module and rolled back after it, and the figure it is judged by."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.matrix import situations
from tests.matrix.callers import Callers
from tests.matrix.cells import Asker

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: Any, cut_fixtures: list[str]) -> Iterator[Callers]:
    """One transaction around all tests of the module, which therefore ask for no database of their own."""
    with django_db_blocker.unblock(), situations.rolled_back():
        situations.build(cut_fixtures)
        yield Callers()


@pytest.fixture(scope="module")
def asker(request: pytest.FixtureRequest) -> Iterator[Asker]:
    asker = Asker()
    yield asker
    figure = f"{asker.cells:,} cells in {asker.seconds:.1f} s, {len(asker.wrong)} wrong"
    request.config.stash.setdefault(FIGURES, []).append(figure)


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """The matrix comes from one address, and asks more than any caller may."""
    settings.LIMITS = dict.fromkeys(getattr(settings, "LIMITS", {}), (0, 0))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for figure in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"permission matrix: {figure}")
