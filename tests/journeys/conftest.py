"""The service that the journeys share."""

from collections.abc import Iterator

import pytest

from tests.journeys.service import service


@pytest.fixture(scope="session")
def served(django_db_setup: None) -> Iterator[str]:
    """The address of a granian that serves the tests' database."""
    with service() as base:
        yield base
