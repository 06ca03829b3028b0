"""A list costs the same number of SQL statements however many rows it shows."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.api import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]

# One statement more than these counts the request against the limits.
LIMITS = 1
# Path of the list, rows on the small page and on the large one, and how many statements either may take.
LISTS = [
    ("/measures", 3, 33, 3),
    ("/kpis", 3, 26, 3),
    ("/observations", 3, 50, 2),
    ("/ministries", 3, 30, 1),
    ("/documents/MEXT2019/elements", 3, 88, 7),
    ("/kpis/plan5-rd-venture-ipo/observations", 1, 2, 3),
]


@pytest.fixture(autouse=True)
def nothing_is_kept(settings: Any) -> None:
    """What is kept takes one statement, see test_gate."""
    settings.RESPONSE_CACHE_MB = 0


def statements(path: str, username: str | None = None) -> tuple[int, int]:
    """How many rows came and how many statements they took."""
    client = builders.client(username)
    client.get(f"{wire.BASE}{path}")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(f"{wire.BASE}{path}")
    return len(response.json()["items"]), len(captured)


@pytest.mark.parametrize(("path", "few", "many", "most"), LISTS)
def test_a_page_of_few_rows_and_one_of_many_take_the_same_statements(path: str, few: int, many: int, most: int) -> None:
    (seen_few, small), (seen_many, large) = (statements(f"{path}?limit={limit}") for limit in (few, many))
    assert seen_few == few < seen_many <= many
    assert small == large <= most + LIMITS


def test_updates_take_the_same_statements_for_1_and_for_7() -> None:
    cast = {"officer": "officer.mext", "observations": []}
    builders.an_update(measure="MEXT2019-P1-01", **cast)
    one = statements("/updates", "officer.mext")
    for number in range(2, 8):
        builders.an_update(measure=f"MEXT2019-P1-0{number}", **cast)
    seven = statements("/updates", "officer.mext")
    assert (one[0], seven[0]) == (1, 7)
    assert one[1] == seven[1]


def test_the_summary_takes_a_handful_of_statements() -> None:
    client = builders.client()
    client.get(f"{wire.BASE}/summary")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{wire.BASE}/summary").status_code == 200
    assert len(captured) <= 10 + LIMITS
