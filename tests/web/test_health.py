"""Alive and ready: the two addresses that load balancers ask."""

import pytest
from django.db import connection
from django.test import Client


def test_alive_needs_no_database_200() -> None:
    """Without a mark, this test may not touch the database."""
    response = Client().get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_while_the_database_answers_200() -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_when_the_database_refuses_503() -> None:
    with pytest.raises(Exception, match="division by zero"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "division" not in response.content.decode()
