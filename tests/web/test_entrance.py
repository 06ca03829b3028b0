"""The page at / and its doors, each of which opens."""

import pytest
from django.test import Client
from django.utils.html import escape

from measures.web.entrance import DOORS

pytestmark = pytest.mark.django_db


def test_the_entrance_names_the_documents_and_its_doors_200(loaded: None) -> None:
    response = Client().get("/")
    text = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="ja">' in text
    assert 'href="/api/v1/documents/MEXT2019"' in text
    assert 'href="/login"' in text
    for address, name, name_en in DOORS:
        assert f'href="{address}"' in text
        assert escape(name) in text and escape(name_en) in text


def test_every_link_of_the_entrance_opens_200(loaded: None) -> None:
    for address in ("/login", "/api/v1/documents/MEXT2019", *(door[0] for door in DOORS)):
        assert Client().get(address).status_code == 200, address


def test_an_empty_service_says_so_200(empty_tables: None) -> None:
    assert "文書はまだありません。" in Client().get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/login"])
def test_a_page_brings_no_scripts_and_cannot_be_framed(loaded: None, path: str) -> None:
    response = Client().get(path)
    assert "<script" not in response.content.decode()
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["put", "delete", "patch", "post"])
def test_the_entrance_is_only_read_405(loaded: None, method: str) -> None:
    assert getattr(Client(), method)("/").status_code == 405


def test_a_page_that_is_not_there_is_404(loaded: None) -> None:
    assert Client().get("/measures").status_code == 404
