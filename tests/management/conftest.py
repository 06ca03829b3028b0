"""What the tests of commands share."""

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def sequences_kept(db: None) -> Iterator[None]:
    """Lets the next rows be numbered as they would have been: no roll-back takes back where a load left off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        before = cursor.fetchall()
        yield
        for name, last in before:
            cursor.execute("SELECT setval(%s, %s)", [name, last])
