"""The world of the matrix, built once a module and rolled back after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.matrix import situations
from tests.matrix.callers import Callers
from tests.matrix.cells import Asker


@pytest.fixture(scope="module")
def callers(django_db_setup: None, django_db_blocker: Any, cut_fixtures: list[str]) -> Iterator[Callers]:
    """One transaction around all tests of the module, which therefore ask for no database of their own."""
    with django_db_blocker.unblock(), situations.rolled_back():
        situations.build(cut_fixtures)
        yield Callers()


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    """The matrix comes from one address, and asks more than any caller may."""
    settings.LIMITS = dict.fromkeys(getattr(settings, "LIMITS", {}), (0, 0))


@pytest.fixture(autouse=True)
def nothing_is_kept(settings: Any) -> None:
    """Cells are rolled back, and the next one may leave as many events: what is kept would not know."""
    settings.RESPONSE_CACHE_MB = 0
