"""Reading a page as a program: its text, its links, and what the API answers to the same question."""

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

BASE = "/api/v1"
TAG = re.compile(r"<[^>]*>")
ADDRESS = re.compile(r'\b(?:href|src|action)="([^"]*)"')
LINK = re.compile(r'<a [^>]*\bhref="([^"]*)"')


def page(address: str, language: str = "en", *, status: int = 200, **cookies: str) -> str:
    """The page as its bytes say it."""
    return read(address, language, status=status, **cookies).content.decode()


def read(address: str, language: str = "en", *, status: int = 200, **cookies: str) -> HttpResponse:
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == status, response.content.decode()[:2000]
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return response


def words(page: str) -> str:
    """What a reader reads, with single blanks."""
    return " ".join(html.unescape(TAG.sub(" ", page)).split())


def addresses(page: str) -> list[str]:
    return [html.unescape(one) for one in ADDRESS.findall(page)]


def links(page: str) -> list[str]:
    """Where a reader can go from it."""
    return [html.unescape(one) for one in LINK.findall(page)]


def answer(path: str, language: str = "en", **parameters: Any) -> Any:
    """The API's answer to the same question."""
    return Client().get(f"{BASE}{path}", parameters, headers={"Accept-Language": language}).json()
